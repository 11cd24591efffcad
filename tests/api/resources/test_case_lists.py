"""Many cases over HTTP: filters of the list, what a program calls its case, the feed of changes."""

from datetime import timedelta

import pytest

from kaiban.storage.upkeep import epochs
from tests.api.serving import FORM, NAME
from tests.api.test_routes import problem, with_trade_name
from tests.orchestrator.driver import START

TODAY = START.date().isoformat()
TOMORROW = (START.date() + timedelta(days=1)).isoformat()


def numbers(answer):
    assert answer.status_code == 200, answer.get_json()
    return [each["case_no"] for each in answer.get_json()["cases"]]


def listed(served, query, **more):
    return numbers(served.call("GET", f"/cases?{query}", **more))


def test_a_program_finds_its_case_by_what_it_calls_it(served):
    no = served.open(form={**FORM, "reference": "订单 42"})
    other = served.open("K-2", form=with_trade_name("晨曦"))
    assert served.call("GET", f"/cases/{no}").get_json()["reference"] == "订单 42"
    assert served.call("GET", f"/cases/{other}").get_json()["reference"] == ""
    assert listed(served, "reference=订单 42") == [no]
    assert listed(served, "reference=订单") == []
    [line] = served.call("GET", "/cases?reference=订单 42").get_json()["cases"]
    assert line["reference"] == "订单 42"
    assert "reference" not in served.driver.case(no).form
    bob = served.token("bob", "cases:read")
    assert listed(served, "reference=订单 42", token=bob) == []
    boss = served.token("boss", "cases:all")
    assert listed(served, "reference=订单 42", token=boss) == [no]


@pytest.mark.parametrize("reference", ["x" * 101, 42, None, "a\nb"])
def test_a_reference_is_one_line_of_text(served, reference):
    answer = served.hand_in(form={**FORM, "reference": reference})
    assert problem(answer) == "bad-request"
    assert "reference" in answer.get_json()["detail"]


def test_a_list_is_filtered_by_days_links_and_company(served):
    registration = served.driver.departments["registration"]
    no = served.open()
    served.driver.finish(no)
    registration.answers = [NAME]
    waiting = served.open("K-2", form=with_trade_name("晨曦"))
    served.driver.turn()
    full = served.call("GET", f"/cases/{no}").get_json()["company"]
    trade_name = FORM["company"]["name"]["trade_name"]
    assert full
    told = {
        f"created_from={TODAY}": [waiting, no],
        f"created_to={TODAY}": [waiting, no],
        f"created_from={TOMORROW}": [],
        f"ended_from={TODAY}": [no],
        f"ended_to={TODAY}&status=completed": [no],
        f"ended_to={TODAY}&status=refused": [],
        f"ended_from={TOMORROW}": [],
        "created_from=0001-01-01&created_to=9999-12-31": [waiting, no],
        "ended_from=9999-12-31": [],
        "ended_to=0001-01-01": [],
        "link=seal": [waiting, no],
        "link=seal&link_status=done": [no],
        "link=seal&link_status=waiting": [waiting],
        "link=registration&link_status=needs_correction&status=needs_correction": [waiting],
        "link=bank": [],
        "company=不是这一家": [],
    }
    for query, wanted in told.items():
        assert listed(served, query) == wanted, query
    # The driver keeps no worklist, by which companies are found: tests/storage asks for them.
    assert trade_name in full


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("colour=red", "colour"),
        ("created_from=yesterday", "created_from"),
        ("ended_to=2026-02-30", "ended_to"),
        ("link_status=done", "link_status"),
        ("link=seal&link_status=fine", "link_status"),
        ("link=%00", "link"),
        ("company=x", "company"),
        ("reference=", "reference"),
        ("reference=a&reference=b", "reference"),
    ],
)
def test_a_filter_that_is_none_is_named(served, query, named):
    answer = served.call("GET", f"/cases?{query}")
    assert problem(answer) == "bad-request"
    assert named in answer.get_json()["detail"]


# --- the feed ----------------------------------------------------------------------------------------


def feed(served, place="", **more):
    since = f"updated_since={place}&" if place else ""
    answer = served.call("GET", f"/cases/changes?{since}limit=1", **more)
    found = numbers(answer)
    told = answer.get_json()
    while told["has_more"]:
        answer = served.call("GET", f"/cases/changes?updated_since={told['next']}&limit=1", **more)
        found += numbers(answer)
        told = answer.get_json()
    return found, told["next"]


def test_whoever_reads_on_meets_every_change_once(served):
    first = served.open()
    second = served.open("K-2", form=with_trade_name("晨曦"))
    found, place = feed(served)
    assert found == [first, second]
    assert feed(served, place) == ([], place)
    served.call("POST", f"/cases/{first}/withdraw")
    found, place = feed(served, place)
    assert found == [first]
    served.driver.finish(second)
    found, _ = feed(served, place)
    assert set(found) == {first, second}
    bob = served.token("bob", "cases:read")
    assert feed(served, token=bob)[0] == []


def test_after_the_database_came_back_from_a_copy_the_feed_is_read_anew(served):
    no = served.open()
    _, place = feed(served)
    with served.driver.database.transaction() as connection:
        epochs.advance(connection, "command", START, least=7)
    assert problem(served.call("GET", f"/cases/changes?updated_since={place}")) == "feed-restarted"
    assert feed(served)[0] == [no]


@pytest.mark.parametrize(
    "query", ["updated_since=2026-03-04", "updated_since=", "limit=0", "status=x"]
)
def test_a_place_that_is_none_is_named(served, query):
    answer = served.call("GET", f"/cases/changes?{query}")
    assert problem(answer) == "bad-request"
    assert query.partition("=")[0] in answer.get_json()["detail"]
