"""What was promised and falls due is reminded of once, and not once it is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.papers.material import Deferral, MaterialRules, Upload
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.materials import bring, defer, supply
from kaiban.orchestrator.worker.reminding import remind
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM

FILING = "f" * 22
FILE = Upload("a.pdf", "application/pdf", b"x" * 100, 1)
LATER = Deferral(frozenset({"identity", "lease"}), 10, "2026-11", "承诺")


@pytest.fixture
def driver(drive):
    driver = drive(Scripted("registration", steps=REGISTRATION))
    city = replace(CITY, materials=MaterialRules(required=False, deferral=LATER))
    driver.office = replace(driver.office, city=city)
    return driver


@pytest.fixture
def no(driver):
    bring(driver.office, FILING, "identity", FILE)
    defer(driver.office, FILING, "lease")
    application = Application(FORM, ("registration",), "alice", filing=FILING)
    return open_case(driver.office, application).no


def reminders(driver, no):
    return [event for event in driver.case(no).events if event.kind == "deadline"]


def test_it_is_reminded_once_two_days_before(driver, no):
    assert remind(driver.office) == 0
    driver.advance(days=11)  # ten working days are two weeks here
    assert remind(driver.office) == 0
    driver.advance(days=1)
    assert remind(driver.office) == 1
    assert remind(driver.office) == 0
    [event] = reminders(driver, no)
    assert (event.code, event.facts["due"], event.facts["material"]) == (
        "lease", "2026-03-18", "房屋租赁合同",
    )  # fmt: skip


def test_what_is_there_withdrawn_or_past_is_not_reminded_of(driver, no):
    driver.advance(days=30)
    assert remind(driver.office) == 0
    driver.clock.at -= timedelta(days=18)
    supply(driver.office, no, "lease", FILE)
    assert remind(driver.office) == 0


def test_a_case_that_is_withdrawn_is_left_in_peace(driver, no):
    withdraw(driver.office, no)
    driver.advance(days=12)
    assert remind(driver.office) == 0
    assert reminders(driver, no) == []
