from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.ports import Stay
from tests.storage.samples import MORNING, sample_case

TOLD = Disclosure(MORNING, "department", "tax", "send", ("company.name.full",), "pre", 3)
SAID = Rating("tax", 2, MORNING, "web", "慢")


@pytest.fixture
def no(cases):
    with cases.transaction() as tx:
        tx.add(sample_case("KB0001"))
        tx.add(sample_case("KB0002"))
    return "KB0001"


def test_disclosures_come_back_in_order_and_of_one_case_only(cases, no):
    later = replace(TOLD, at=MORNING + timedelta(hours=1), kind="staff", who="wang", what=())
    with cases.transaction() as tx:
        for each in (later, TOLD, TOLD):
            tx.disclose(no, each)
        tx.disclose("KB0002", later)
    assert cases.disclosures(no) == [TOLD, TOLD, later]


def test_a_disclosure_goes_with_the_transaction_it_belongs_to(cases, no):
    def tell_and_fail():
        with cases.transaction() as tx:
            tx.disclose(no, TOLD)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tell_and_fail()
    assert cases.disclosures(no) == []


def test_the_same_look_is_known_again(cases, no):
    with cases.transaction() as tx:
        tx.disclose(no, TOLD)
    assert cases.has_looked(no, TOLD, MORNING)
    assert not cases.has_looked(no, TOLD, MORNING + timedelta(seconds=1))
    for name, value in (("who", "seal"), ("why", "sheet"), ("kind", "staff"), ("what", ())):
        assert not cases.has_looked(no, replace(TOLD, **{name: value}), MORNING)
    assert not cases.has_looked("KB0002", TOLD, MORNING)


def test_a_rating_takes_the_place_of_the_one_before(cases, no):
    whole, again = replace(SAID, link="", remark=""), replace(SAID, level=5, remark="快")
    with cases.transaction() as tx:
        assert tx.get_rating(no, "tax") is None
        for each in (SAID, whole, again):
            tx.put_rating(no, each)
        assert tx.get_rating(no, "tax") == again
    assert cases.ratings(no) == [whole, again]
    assert cases.ratings("KB0002") == []


def stayed(cases, no, minutes, *, at=MORNING, state=LinkState.DONE, revision=1, link="tax"):
    """A case whose step was with the department for so long."""
    case = sample_case(no)
    step = case.link(link).steps[0]
    step.state, step.revision = state, revision
    step.submitted_at, step.done_at = at, at + timedelta(minutes=minutes)
    with cases.transaction() as tx:
        tx.add(case)


def test_past_stays_are_the_latest_that_went_well_without_a_correction(cases):
    for n in range(4):
        stayed(cases, f"KB000{n}", n, at=MORNING + timedelta(days=n))
    stayed(cases, "KB0005", 500, revision=2)
    stayed(cases, "KB0006", 600, state=LinkState.CANCELLED)
    stayed(cases, "KB0007", -1)
    stayed(cases, "KB0008", 700, link="registration")
    spans = [
        Stay("center", MORNING + timedelta(days=n), MORNING + timedelta(days=n, minutes=n))
        for n in (3, 2, 1, 0)
    ]
    assert cases.past_spans("tax", "pre", 9) == spans
    assert cases.past_spans("tax", "pre", 2) == spans[:2]
    assert cases.past_spans("tax", "confirm", 9) == []
