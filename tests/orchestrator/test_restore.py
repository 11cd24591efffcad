"""The database is set back while cases are under way; the departments go on knowing what they know."""

import sqlite3
from contextlib import closing

import pytest

from kaiban.domain.cases.number import epoch_of
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST, Order, resend
from kaiban.ports import Done, Foreign, NotFound, Pending, Ref, StepSpec, Unprocessable
from kaiban.storage.upkeep import epochs
from kaiban.storage.upkeep.backup import backup
from tests.orchestrator.departments import (
    MAIN,
    PRE_AND_CONFIRM,
    REGISTRATION,
    Faults,
    Scripted,
    Working,
)
from tests.orchestrator.driver import START

ONE = (StepSpec("main"),)
REF = Ref("K-1", "N-1")
CHECKED = Order(by="王", checked=frozenset(CHECKLIST), told_by="李")


@pytest.fixture
def city(drive):
    """Make a driver with departments that work, and know no idempotency."""

    def city(**more):
        faults = Faults()
        return drive(
            Working("registration", faults, steps=REGISTRATION, **more),
            Working("seal", faults, steps=MAIN, **more),
            Working("fund", faults, steps=PRE_AND_CONFIRM, **more),
        )

    return city


def save(driver, tmp_path):
    backup(driver.database, tmp_path / "copy.db")


def put_back(driver, tmp_path):
    """Bring the copy back, and say so."""
    driver.database.close()
    with (
        closing(sqlite3.connect(tmp_path / "copy.db")) as old,
        closing(sqlite3.connect(driver.database.url.database)) as new,
    ):
        old.backup(new)
    with driver.database.transaction() as connection:
        return epochs.advance(connection, "test", START, least=1)


@pytest.mark.parametrize("turns", range(9))
def test_wherever_a_case_stood_in_the_copy_nothing_is_applied_for_twice(city, tmp_path, turns):
    driver = city()
    no = driver.open()
    for _ in range(turns):
        driver.turn()
    save(driver, tmp_path)
    before = driver.finish(no)
    put_back(driver, tmp_path)
    after = driver.finish(no)
    assert after.state == before.state == "completed"
    for department in driver.departments.values():
        assert set(department.commits.values()) == {1}, department.commits
    assert after.facts == before.facts


def test_what_was_not_sent_before_the_restore_is_sent_after_it(city, tmp_path):
    driver = city()
    no = driver.open()
    save(driver, tmp_path)
    put_back(driver, tmp_path)
    assert driver.finish(no).state == "completed"
    for department in driver.departments.values():
        assert set(department.commits.values()) == {1}


def test_a_case_opened_after_the_restore_is_sent_without_asking_first(city, tmp_path):
    driver = city()
    save(driver, tmp_path)
    assert put_back(driver, tmp_path) == 1
    no = driver.open()
    assert epoch_of(no) == 1
    case = driver.finish(no)
    assert "unknown" not in {event.after for event in case.events}


def test_a_case_withdrawn_after_the_restore_takes_back_what_nobody_remembers_sending(
    drive, tmp_path
):
    department = Working("lone", Faults(), steps=ONE)
    driver = drive(department)
    no = driver.open()
    save(driver, tmp_path)
    driver.turn()
    assert list(department.commits.values()) == [1]
    put_back(driver, tmp_path)
    withdraw(driver.office, no)
    assert driver.finish(no).state == "withdrawn"
    assert [each.state for each in department.applications.values()] == ["cancelled"]


def test_a_case_withdrawn_after_the_restore_that_was_never_sent_just_ends(drive, tmp_path):
    department = Working("lone", Faults(), steps=ONE)
    driver = drive(department)
    no = driver.open()
    save(driver, tmp_path)
    put_back(driver, tmp_path)
    withdraw(driver.office, no)
    assert driver.finish(no).state == "withdrawn"
    assert department.applications == {}


def test_where_nothing_can_be_looked_up_a_person_asks_after_a_restore(drive, tmp_path):
    department = Scripted("lone", Pending(REF), steps=ONE, lookup="none")
    driver = drive(department)
    no = driver.open()
    save(driver, tmp_path)
    put_back(driver, tmp_path)
    driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    assert department.asked == []


def test_what_is_not_ours_is_neither_adopted_nor_taken_back(drive):
    department = Scripted("lone", Foreign("another company"), steps=ONE)
    driver = drive(department)
    no = driver.open()
    for _ in range(4):
        driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    assert driver.case(no).link("lone").receipt == ""
    withdraw(driver.office, no)
    for _ in range(4):
        driver.turn()
    assert "cancel" not in department.asked
    assert not driver.case(no).ended


def test_a_department_that_knows_our_key_by_anothers_raises_the_epoch(drive):
    driver = drive(Scripted("lone", Foreign("another company"), steps=ONE))
    driver.open()
    driver.turn()
    assert epoch_of(driver.open()) == 1
    driver.turn_until(lambda: driver.states(driver.open())["lone"] == "ready")
    assert epoch_of(driver.open()) == 1, "once is enough"


@pytest.mark.parametrize("refusal", [Foreign("another's"), Unprocessable("malformed")])
def test_what_the_window_sends_again_has_a_key_of_its_own(drive, refusal):
    department = Scripted("lone", refusal, NotFound(), Done(REF, {}), steps=ONE)
    driver = drive(department)
    no = driver.open()
    driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    assert not isinstance(resend(driver.office, no, "lone", "", CHECKED), list)
    driver.finish(no)
    assert [key.revision for key in department.keys[-2:]] == [1, 2]


@pytest.mark.parametrize("refusal", [Foreign("another's"), Unprocessable("malformed")])
def test_a_refusal_of_one_application_stops_no_other(drive, refusal):
    department = Scripted("lone", *[refusal] * 6, Done(REF, {}), steps=ONE)
    driver = drive(department)
    refused = [driver.open() for _ in range(6)]
    driver.turn_until(
        lambda: all(driver.states(no)["lone"] in {"manual", "done"} for no in refused)
    )
    assert standings(driver.office)["lone"]["state"] == "closed"
    assert driver.finish(driver.open()).state == "completed"
