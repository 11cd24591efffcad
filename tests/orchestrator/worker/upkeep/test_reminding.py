"""What was promised is reminded of at each stage, once; what does not come has what the profile says follow."""

from dataclasses import replace
from datetime import date

import pytest

from kaiban.domain.papers.material import MaterialRules, Upload
from kaiban.domain.papers.obligation import Deferral, Lapse
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.materials.bringing import bring, defer
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.worker.upkeep.reminding import remind
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM
from tests.orchestrator.worker.test_enclosing import Filing

FILING = "f" * 22
FILE = Upload("a.pdf", "application/pdf", b"x" * 100, 1)
LATER = Deferral(frozenset({"identity", "lease"}), 10, "2026-11", "承诺")


@pytest.fixture
def driver(drive):
    return deferring(drive(Scripted("registration", steps=REGISTRATION)), LATER)


def deferring(driver, deferral):
    city = replace(CITY, materials=MaterialRules(required=False, deferral=deferral))
    driver.office = replace(driver.office, city=city)
    driver.owed = SqlObligations(driver.database)
    return driver


def look(driver):
    return remind(driver.office, driver.owed)


@pytest.fixture
def no(driver):
    bring(driver.office, FILING, "identity", FILE)
    defer(driver.office, FILING, "lease")
    application = Application(FORM, ("registration",), "alice", filing=FILING)
    return open_case(driver.office, application).no


def noted(driver, no, kind):
    return [event for event in driver.case(no).events if event.kind == kind]


def test_it_is_reminded_once_at_each_stage(driver, no):
    assert look(driver) == 0
    driver.advance(days=11)  # ten working days are two weeks here
    assert look(driver) == 0
    for days, stage in ((1, "2"), (2, "0")):
        driver.advance(days=days)
        assert look(driver) == 1
        assert look(driver) == 0
        event = noted(driver, no, "deadline")[-1]
        assert (event.code, event.facts) == (
            "lease", {"due": "2026-03-18", "material": "房屋租赁合同", "stage": stage},
        )  # fmt: skip


def test_of_stages_that_were_missed_only_the_last_is_told(driver, no):
    driver.advance(days=14)
    assert look(driver) == 1
    assert [each.facts["stage"] for each in noted(driver, no, "deadline")] == ["0"]


def test_what_the_release_before_has_told_is_not_told_again(driver, no):
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        facts = {"due": "2026-03-18", "material": "房屋租赁合同"}
        case.note(
            "deadline", driver.clock.at, "system", code="lease", text="房屋租赁合同", facts=facts
        )
        tx.save(case)
    driver.advance(days=12)
    assert look(driver) == 0
    driver.advance(days=2)
    assert look(driver) == 1


def test_what_is_there_is_neither_reminded_of_nor_does_it_lapse(driver, no):
    driver.advance(days=12)
    supply(driver.office, no, "lease", FILE)
    assert look(driver) == 0
    driver.advance(days=30)
    assert look(driver) == 0


def test_a_case_that_is_withdrawn_is_left_in_peace(driver, no):
    withdraw(driver.office, no)
    driver.advance(days=30)
    assert look(driver) == 0
    assert noted(driver, no, "deadline") == noted(driver, no, "lapsed") == []


def test_what_was_promised_is_kept_word_for_word(driver, no):
    [event] = noted(driver, no, "deferred")
    assert event.facts == {"due": "2026-03-18", "commitment": "2026-11", "words": "承诺"}
    deferring(driver, replace(LATER, version="2027-01", commitment="别的话"))
    [one] = owed(driver.office, driver.case(no))
    assert (one["commitment"], one["words"], one["days_left"], one["follows"]) == (
        "2026-11", "承诺", 14, "window",
    )  # fmt: skip


# --- lapsed ---------------------------------------------------------------------------------------


def test_it_lapses_once_and_is_left_to_the_window(driver, no):
    driver.advance(days=15)
    assert (look(driver), look(driver)) == (1, 0)
    [event] = noted(driver, no, "lapsed")
    assert event.facts == {"due": "2026-03-18", "material": "房屋租赁合同", "follows": "window"}
    [promise] = driver.owed.owing(date(2026, 3, 18), "main")
    assert (promise.case_no, promise.key, promise.days_left(date(2026, 3, 19))) == (
        no,
        "lease",
        -1,
    )
    assert driver.owed.owing(date(2026, 3, 17)) == driver.owed.owing(date(2026, 3, 18), "x") == []


def filing_case(drive, follows):
    """A case at a department that reads files, with a lease promised for later."""
    department = Filing()
    driver = deferring(drive(department), replace(LATER, lapses={"lease": follows}))
    bring(driver.office, FILING, "identity", FILE)
    defer(driver.office, FILING, "lease")
    return driver, open_case(driver.office, Application(FORM, owner="alice", filing=FILING)).no


def test_a_notice_demands_it_and_is_answered_by_bringing_it(drive):
    driver, no = filing_case(drive, Lapse.NOTICE)
    driver.turn()
    driver.advance(days=15)
    assert look(driver) == 1
    notice = driver.case(no).open_notice
    [item] = notice.items
    assert (item.pointer, item.code, item.link) == (
        "/materials/lease",
        "materials.lapsed",
        "registration",
    )
    assert "2026-03-18" in item.message
    supply(driver.office, no, "lease", FILE)
    assert driver.case(no).open_notice is None


def test_what_needs_it_counts_as_withdrawn(drive):
    driver, no = filing_case(drive, Lapse.WITHDRAW)
    driver.advance(days=15)
    assert look(driver) == 1
    [link] = driver.case(no).links
    assert (link.state.value, link.reason) == ("cancelled", "容缺材料逾期未补交，视为撤回")
    assert driver.finish(no).fruitless


def test_a_case_that_has_ended_is_always_a_persons_matter(drive):
    driver, no = filing_case(drive, Lapse.WITHDRAW)
    assert driver.finish(no).state == "completed"
    driver.advance(days=15)
    assert look(driver) == 1
    assert noted(driver, no, "lapsed")[0].facts["follows"] == "window"
    assert driver.case(no).links[0].state.value == "done"
