"""Asked what has happened, the hall says it: exchanges by filter, counts, expectations that hold or do not."""

import pytest
import requests

from adapters.hall import Hall
from adapters.hall.hours import BEIJING
from tests.adapters.hall.offices import Visit
from tests.adapters.tax.conftest import NEEDS as TAX

COMPANY, SEAT = TAX["name"], "青云路 99 号"


@pytest.fixture(scope="module")
def hall():
    with Hall(only=("tax", "bank"), manual=True, admin=True) as hall:
        visit = Visit(hall, "tax")
        visit.submit()
        lost = Visit(
            hall, "tax", "999900202603040002", address=SEAT, credit_code="91990102MA00000015"
        )
        hall.stub("tax").lose_next("SW0102")
        with pytest.raises(Exception, match="broke off"):
            lost.submit()
        hall.advance(hours=2)
        visit.query()
        yield hall


def asked(hall, path, **wanted):
    return requests.Session().get(hall.admin_url + path, params=wanted, timeout=60)


def expect(hall, *rows):
    answer = requests.Session().post(
        f"{hall.admin_url}/hall/verify", json={"expect": list(rows)}, timeout=60
    )
    return answer.status_code, answer.json()


def test_every_filter_leaves_out_what_does_not_pass_it(hall):
    everything = asked(hall, "/hall/journal").json()
    assert len(everything) == 3
    applied = asked(hall, "/hall/journal", operation="SW0102").json()
    assert [each["operation"] for each in applied] == ["SW0102", "SW0102"]
    lost = asked(hall, "/hall/journal", stub="tax", fault="close").json()
    assert len(lost) == 1
    about = asked(hall, "/hall/journal", contains=SEAT).json()
    assert [each["n"] for each in about] == [lost[0]["n"]]
    later = asked(hall, "/hall/journal", since=hall.clock.now().isoformat()).json()
    assert [each["operation"] for each in later] == ["SW0103"]
    assert asked(hall, "/hall/journal", until=everything[0]["at"]).json() == []
    assert asked(hall, "/hall/journal", way="out").json() == []
    assert asked(hall, "/hall/journal", status="200", stub="bank").json() == []


def test_an_instant_is_the_same_in_whatever_zone_it_is_written(hall):
    last = hall.clock.now()
    there = last.astimezone(BEIJING)
    for written in (
        last.isoformat(),
        there.isoformat(),
        last.isoformat().replace("+00:00", "Z"),
        there.replace(tzinfo=None).isoformat(),
    ):
        later = asked(hall, "/hall/journal", since=written).json()
        assert [each["operation"] for each in later] == ["SW0103"], written
        earlier = asked(hall, "/hall/journal", until=written).json()
        assert [each["operation"] for each in earlier] == ["SW0102", "SW0102"], written


def test_what_passes_is_counted_by_stub_and_operation(hall):
    found = asked(hall, "/hall/journal/counts", stub="tax").json()
    assert found == {
        "count": 3,
        "by": [
            {"stub": "tax", "operation": "SW0102", "count": 2},
            {"stub": "tax", "operation": "SW0103", "count": 1},
        ],
    }


def test_what_was_expected_and_happened_is_ok(hall):
    status, found = expect(
        hall,
        {"stub": "tax", "enterprise": COMPANY, "exactly": 2},
        {"stub": "bank", "enterprise": COMPANY, "exactly": 0},
        {"count": "effective", "stub": "tax", "exactly": 2},
        {"count": "exchanges", "stub": "tax", "operation": "SW0102", "at_least": 2, "at_most": 2},
    )
    assert (status, found["ok"]) == (200, True), found
    assert [row["found"] for row in found["expectations"]] == [2, 0, 2, 2]


def test_what_was_expected_and_did_not_happen_is_a_conflict_with_what_was_found(hall):
    status, found = expect(
        hall, {"stub": "tax", "exactly": 2}, {"stub": "bank", "at_least": 1}, {"count": "effective", "stub": "tax", "at_most": 0}
    )  # fmt: skip
    assert (status, found["ok"]) == (409, False)
    assert [(row["found"], row["ok"]) for row in found["expectations"]] == [
        (2, True),
        (0, False),
        (2, False),
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "1 to 100"),
        ([{"stub": "tax"}], "exactly, at_least, at_most"),
        ([{"stub": "tax", "exactly": True}], "exactly, at_least, at_most"),
        ([{"stub": "tax", "exactly": 1, "company": "X"}], "enterprise"),
        ([{"count": "wishes", "stub": "tax", "exactly": 1}], "applications, effective, exchanges"),
        ([{"count": "exchanges", "colour": "red", "exactly": 1}], "contains"),
        (["tax"], "object"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_can(hall, rows, told):
    status, found = expect(hall, *rows)
    assert (status, told in found["detail"]) == (422, True), found


def test_a_filter_nobody_knows_and_a_stub_that_is_not_up_are_refused(hall):
    assert asked(hall, "/hall/journal", colour="red").status_code == 422
    assert asked(hall, "/hall/journal", stub="bank", since="yesterday").status_code == 422
    assert asked(hall, "/hall/journal/counts", stub="seal").status_code == 404
    assert expect(hall, {"stub": "seal", "exactly": 0})[0] == 404
