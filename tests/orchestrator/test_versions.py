"""Which version of the form papers are written from."""

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import KINDS
from kaiban.orchestrator.applicant.aftercare.delivering import choose
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.versions import CAUSES, versions_of
from kaiban.ports import Done, Ref
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import START

GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})


def test_links_that_join_together_make_one_version_and_the_way_of_the_package_none(drive):
    others = (Scripted("seal", GRANTED), Scripted("tax", GRANTED))
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION), *others)
    no = driver.open("registration")
    driver.advance(minutes=5)
    assert isinstance(choose(driver.office, no, {"mode": "kiosk"}), Case)
    driver.advance(minutes=5)
    joined = add_links(driver.office, no, ("seal", "tax"), {})
    first, second = versions_of(joined)
    assert (first.number, first.at, first.cause) == (1, START, "accepted")
    assert (second.number, second.at, second.cause) == (2, driver.clock.now(), "link_added")


def test_every_cause_is_an_event_of_a_case():
    assert set(CAUSES) <= set(KINDS)
