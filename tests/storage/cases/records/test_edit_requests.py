"""What waits for people and what still has to leave the hall, in both databases; what is personal is sealed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.edit_request import EditRequest, EditState
from kaiban.domain.cases.states import CaseState
from kaiban.storage.cases.records.edit_requests import SqlEditRequests
from kaiban.storage.schema import edit_requests as table
from tests.storage.samples import ID_NUMBER, MORNING, sample_case

ASKED = EditRequest(
    "a1", "KB0001", "tax", "pre", "ck01", MORNING, "部门要求", ("company", "key"), "张科长 8800",
    {"/people/0/id": ID_NUMBER, "/company/capital": Decimal("1000000.50")},
    {"/people/0/id": "110101199003070142", "/company/capital": Decimal(2)},
)  # fmt: skip


@pytest.fixture
def stored(cases):
    case = sample_case()
    with cases.transaction() as tx:
        tx.add(case)
    return case


@pytest.fixture
def requests(database, keyring, cases, stored):
    kept = SqlEditRequests(database, keyring)
    with cases.transaction() as tx:
        kept.add(tx.connection, ASKED)
    return kept


def test_a_request_comes_back_whole_until_it_is_decided(requests, cases):
    assert requests.get("a1") == ASKED
    assert requests.of_case("KB0001") == [ASKED]
    assert requests.waiting("center", 9) == requests.waiting("", 9) == [ASKED]
    assert requests.waiting("elsewhere", 9) == []
    decided = replace(
        ASKED, state=EditState.REFUSED, decided_by="ck02", decided_at=MORNING, answer="没有核对"
    )
    with cases.transaction() as tx:
        requests.decide(tx.connection, decided)
        assert requests.get("a1", tx.connection) == decided
    assert requests.get("a1") == decided
    assert requests.waiting("", 9) == []
    with pytest.raises(KeyError):
        requests.get("a2")


def test_what_is_asked_for_is_sealed(requests, database):
    with database.reading() as connection:
        row = connection.execute(select(table)).mappings().one()
    assert ID_NUMBER.encode() not in row["told"]
    assert "张科长".encode() not in row["told"]


def test_what_waits_for_people_is_found_in_its_hall(cases, stored):
    assert cases.at_hand("center", 9) == []
    with cases.transaction() as tx:
        case = tx.get(stored.no)
        step = case.link("registration").current
        for state in (LinkState.READY, LinkState.MANUAL):
            case.move(case.link("registration"), step, state, MORNING)
        tx.save(case)
    [place] = cases.at_hand("center", 9)
    assert cases.at_hand("", 9) == [place]
    assert (place.no, place.link) == (stored.no, "registration")
    assert place.title == stored.link("registration").title
    assert cases.at_hand("elsewhere", 9) == []


def test_what_still_has_to_leave_is_found_until_it_has_left(cases, stored, database):
    with cases.transaction() as tx:
        case = tx.get(stored.no)
        case.form = {**case.form, "delivery": {"mode": "window"}}
        case.state, case.package_version, case.finished_at = CaseState.COMPLETED_PARTLY, 1, MORNING
        case.link("registration").current.state = LinkState.DONE
        tx.save(case)
    assert [each.no for each in cases.leaving("window", "center", 9)] == [stored.no]
    assert cases.leaving("window", "elsewhere", 9) == cases.leaving("post", "", 9) == []
    with cases.transaction() as tx:
        case = tx.get(stored.no)
        case.note("handed_out", MORNING, "window:ck01", code="1")
        tx.save(case)
    assert cases.leaving("window", "", 9) == []
