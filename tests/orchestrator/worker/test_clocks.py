"""The clock is an hour off, and right again: nothing waits for an hour, nothing happens twice."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kaiban.orchestrator.reporting.case import report, time_line
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.window.by_hand.resending import Order, resend
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import Done, Misconfigured, NotFound, Pending, Ref, StepSpec, Unknown
from kaiban.storage.database import Database
from tests.orchestrator.departments import Crash, Scripted
from tests.orchestrator.driver import JOBS, START, Driver

ONE = (StepSpec("main"),)
HOUR = timedelta(hours=1)
GRANTED = Done(Ref("K", "N"), {})
AT_WORK = Pending(Ref("K", "N"), timedelta(seconds=20))
BOTH_WAYS = pytest.mark.parametrize("leap", [HOUR, -HOUR], ids=["ahead", "behind"])


@pytest.fixture
def drive(migrated_url):
    made = []

    def drive(*departments):
        database = Database(migrated_url)
        with database.transaction() as connection:
            connection.execute(text(JOBS))
        database.close()
        made.append(Driver(migrated_url, *departments))
        return made[-1]

    yield drive
    for driver in made:
        driver.close()


def work_for(driver, seconds=0):
    """Let time pass as it does for workers: what is due is done, every five seconds they reconcile."""
    end = driver.clock.at + timedelta(seconds=seconds)
    while True:
        for job, due in driver.engine.waiting():
            if due <= driver.clock.at:
                driver.run(job)
        for job in driver.forgotten():
            driver.run(job)
        if driver.clock.at >= end:
            return
        driver.advance(seconds=5)
        reconcile(driver.office)


def off_by(driver, leap):
    driver.clock.at += leap


@BOTH_WAYS
def test_a_step_that_waits_goes_on_while_the_clock_is_off_and_after(drive, leap):
    lone = Scripted("lone", AT_WORK, steps=ONE)
    driver = drive(lone)
    no = driver.open()
    work_for(driver)
    off_by(driver, leap)
    work_for(driver, 60)
    while_off = len(lone.asked)
    assert while_off >= 3
    off_by(driver, -leap)
    lone.answers = [GRANTED]
    work_for(driver, 60)
    assert driver.case(no).ended


@BOTH_WAYS
def test_a_breaker_lets_calls_through_again_soon(drive, leap):
    lone = Scripted("lone", Misconfigured("HTTP 401"), steps=ONE)
    driver = drive(lone)
    off_by(driver, leap)
    first = driver.open()
    work_for(driver)
    assert standings(driver.office)["lone"]["state"] == "open"
    off_by(driver, -leap)
    lone.answers = [GRANTED]
    second = driver.open()
    work_for(driver, 8 * 60)
    assert [driver.case(no).ended for no in (first, second)] == [True, True]


def test_a_breaker_that_was_opened_ahead_is_shown_as_opened_now(drive):
    driver = drive(Scripted("lone", Misconfigured("HTTP 401"), steps=ONE))
    off_by(driver, HOUR)
    driver.open()
    work_for(driver)
    off_by(driver, -HOUR)
    shown = standings(driver.office)["lone"]
    assert shown["since"] == shown["next_probe_at"] == "2026-03-04T09:00:00+08:00"


def test_whoever_is_talking_while_the_clock_goes_back_is_not_given_up(drive):
    class Patient(Scripted):
        def submit(self, prepared):
            off_by(driver, -HOUR)
            reconcile(driver.office)
            return super().submit(prepared)

    driver = drive(Patient("lone", GRANTED, steps=ONE, lookup="none"))
    off_by(driver, HOUR)
    no = driver.open()
    work_for(driver)
    work_for(driver, 10)
    assert driver.states(no) == {"lone": "done"}


def test_what_a_worker_held_that_died_while_the_clock_was_ahead_is_taken_up(drive):
    lone = Scripted("lone", Crash(), GRANTED, steps=ONE)
    driver = drive(lone)
    off_by(driver, HOUR)
    no = driver.open()
    work_for(driver)
    off_by(driver, -HOUR)
    work_for(driver, 120)
    assert driver.case(no).ended
    assert lone.asked == ["submit", "query"]


def test_a_clock_that_leaps_ahead_does_not_turn_not_found_into_lost(drive):
    lone = Scripted("lone", Unknown("?"), NotFound(), steps=ONE)
    driver = drive(lone)
    driver.open()
    work_for(driver, 20)
    assert lone.asked.count("query") == 1
    off_by(driver, HOUR)
    work_for(driver, 60)
    assert lone.asked.count("query") > 1
    assert lone.asked.count("submit") == 1  # what it sent may be on its way, still
    work_for(driver, 150)
    assert lone.asked.count("submit") == 2


def test_not_found_since_an_hour_ahead_is_counted_from_now(drive):
    lone = Scripted("lone", Unknown("?"), NotFound(), steps=ONE)
    driver = drive(lone)
    off_by(driver, HOUR)
    driver.open()
    work_for(driver, 20)
    off_by(driver, -HOUR)
    work_for(driver, 200)
    assert lone.asked.count("submit") == 2


@BOTH_WAYS
def test_a_package_whose_maker_died_is_made_again(drive, leap):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))

    def die():
        driver.packages.meanwhile = lambda: None
        raise Crash

    driver.packages.meanwhile = die
    off_by(driver, leap)
    no = driver.open()
    work_for(driver)
    work_for(driver)
    assert not driver.case(no).ended
    off_by(driver, -leap)
    work_for(driver, 15)
    assert driver.case(no).ended


def test_events_stay_in_order_and_say_what_the_clock_said(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    off_by(driver, HOUR)
    no = driver.open()
    off_by(driver, -HOUR)
    work_for(driver, 10)
    case = driver.case(no)
    instants = [event.at for event in case.events]
    assert instants == sorted(instants)
    assert case.events[0].clock_at is None
    assert case.events[-1].clock_at < START + HOUR <= case.events[-1].at
    step = case.link("lone").steps[0]
    assert step.submitted_at <= step.done_at
    assert time_line(case)[-1]["clock_at"].startswith("2026-03-04T09:00")
    assert sum(report(driver.office, case)["ledger"].values()) == 0


def test_a_link_can_be_sent_again_by_hand_soon_after(drive):
    lone = Scripted("lone", Crash(), steps=ONE, lookup="none")
    driver = drive(lone)
    off_by(driver, HOUR)
    no = driver.open()
    work_for(driver)
    off_by(driver, -HOUR)
    work_for(driver, 120)
    assert driver.states(no) == {"lone": "manual"}
    lone.answers = [GRANTED]
    order = Order("王敏", frozenset({"key", "company", "paper"}), "张科长")
    sent = resend(driver.office, no, "lone", "", order)
    assert not isinstance(sent, list), sent
