"""Forecasts, ratings and disclosures over HTTP."""

import pytest

from kaiban.orchestrator.window.exit_desk.handing_out import post
from tests.api.serving import FORM, NAME
from tests.orchestrator.driver import START


@pytest.fixture
def no(served):
    no = served.open()
    served.driver.finish(no)
    return no


def rate(served, no, body, **more):
    return served.call("POST", f"/cases/{no}/rating", body, **more)


def seen(served, no):
    found = served.call("GET", f"/cases/{no}/disclosures").get_json()
    return [(d["kind"], d["who"], d["why"]) for d in found["disclosures"]]


def test_the_owner_rates_the_case_and_a_link(served, no):
    answer = rate(served, no, {"level": 5})
    assert answer.status_code == 200
    assert answer.get_json()["level_title"] == "非常满意"
    assert rate(served, no, {"level": 2, "link": "seal", "remark": "慢"}).status_code == 200
    assert rate(served, no, {"level": 3, "link": "seal"}).status_code == 200
    found = served.call("GET", f"/cases/{no}/ratings").get_json()["ratings"]
    assert [(r["link"], r["level"], r["source"]) for r in found] == [
        ("", 5, "api"),
        ("seal", 3, "api"),
    ]


@pytest.mark.parametrize("level", [0, 6, -1, 5.0, 4.5, "5", None, True, [5], {}])
def test_what_is_no_level_is_a_defect(served, no, level):
    answer = rate(served, no, {"level": level})
    assert answer.status_code == 422
    assert [e["code"] for e in answer.get_json()["errors"]] == ["rating.level"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"level": 5, "link": "moon"}, 422), ({"level": 5, "remark": "x" * 501}, 422),
        ({"level": 5, "link": 1}, 400), ({"level": 5, "remark": None}, 400),
        ({"level": 5, "stars": 5}, 400), ([], 400), ({}, 422),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_rating_is_said(served, no, body, status):
    assert rate(served, no, body).status_code == status
    assert served.call("GET", f"/cases/{no}/ratings").get_json()["ratings"] == []


def test_nothing_is_rated_before_it_has_ended(served):
    served.driver.departments["registration"].answers = [NAME]
    answer = rate(served, served.open(), {"level": 5})
    assert answer.status_code == 409
    assert "办结" in answer.get_json()["detail"]


def test_reading_needs_no_writing_and_writing_no_reading(served, no):
    reader, writer = served.token("alice2", "cases:read"), served.token("alice3", "cases:write")
    assert rate(served, no, {"level": 5}, token=reader).status_code == 403
    assert served.call("GET", f"/cases/{no}/ratings", token=writer).status_code == 403


def test_a_form_without_defects_is_told_when_it_would_be_finished(served):
    told = served.call("POST", "/form/check", FORM).get_json()["forecast"]
    assert [basis["link"] for basis in told["basis"]] == ["registration", "seal"]
    assert told["opens_at"] is None
    assert START.isoformat() < told["likely"] <= told["late"]
    bad = {**FORM, "company": {}}
    assert served.call("POST", "/form/check", bad).get_json()["forecast"] is None


def test_a_case_has_a_forecast_until_it_has_ended(served):
    no = served.open()
    told = served.call("GET", f"/cases/{no}/forecast").get_json()
    assert told["forecast"]["basis"][0]["words"] == "按部门承诺"
    served.driver.finish(no)
    assert served.call("GET", f"/cases/{no}/forecast").get_json()["forecast"] is None


def test_the_owner_sees_every_department_and_every_stranger(served, no):
    for _ in range(2):
        served.call("GET", f"/cases/{no}")
    staff = served.token("portal", "cases:all")
    for path in ("", "", "/events", "/package.pdf"):
        assert served.call("GET", f"/cases/{no}{path}", token=staff).status_code == 200
    assert seen(served, no) == [
        ("department", "registration", "send"), ("department", "seal", "send"),
        ("program", "portal", "query"), ("program", "portal", "download"),
    ]  # fmt: skip


def test_who_may_not_see_a_case_leaves_no_trace_and_learns_nothing(served, no):
    stranger = served.token("bob", "cases:read", "cases:write")
    for path in ("", "/ratings", "/disclosures"):
        assert served.call("GET", f"/cases/{no}{path}", token=stranger).status_code == 404
    assert len(seen(served, no)) == 2


# --- how the package comes ------------------------------------------------------------------------

BY_POST = {
    "mode": "post", "recipient": "张三", "phone": "13800000000",
    "address": "示范市开元区青云路 18 号",
}  # fmt: skip


def change(served, no, **body):
    return served.call("PUT", f"/cases/{no}/delivery", body)


def test_the_owner_has_the_package_come_another_way_until_it_is_posted(served, no):
    answer = change(served, no, delivery=BY_POST, choice=0)
    assert answer.status_code == 200
    shown = answer.get_json()["delivery"]
    assert (shown["mode"], shown["choice"], shown["changed_by"]) == ("post", 1, "alice")
    assert change(served, no, delivery={"mode": "window"}, choice=0).status_code == 409
    post(served.driver.office, no, "1234567890123")
    refused = change(served, no, delivery={"mode": "window"}, choice=1)
    assert (refused.status_code, "已经寄出" in refused.get_json()["detail"]) == (409, True)
    assert served.call("GET", f"/cases/{no}").get_json()["delivery"]["may_change"] is False


def test_all_that_is_wrong_with_how_it_is_to_come_is_told_at_once(served, no):
    answer = change(served, no, delivery={"mode": "post", "phone": "1"}, choice=0)
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.get_json()["errors"]} == {
        "/delivery/recipient", "/delivery/phone", "/delivery/address",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422), ({"delivery": "post"}, 422), ({"delivery": None}, 422), ({"delivery": {}}, 422),
        ({"delivery": {"mode": "window"}, "choice": "0"}, 400), ({"mode": "window"}, 400),
        ({"delivery": {"mode": "window"}, "choice": True}, 400),
    ],
)  # fmt: skip
def test_what_is_not_a_way_is_refused(served, no, body, status):
    assert change(served, no, **{"choice": 0, **body}).status_code == status
