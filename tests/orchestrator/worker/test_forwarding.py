"""What comes late reaches the department that has the application without it, once, whatever goes wrong on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.papers.material import Upload
from kaiban.domain.papers.obligation import ForwardState
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.materials.bringing import defer
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.worker.forwarding import LEASE, TRIES, Forwarding
from kaiban.ports import (
    Cancelled,
    Misconfigured,
    Pending,
    Ref,
    Retryable,
    Unavailable,
    Unknown,
    Unprocessable,
)
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.orchestrator.driver import CITY, FORM
from tests.orchestrator.test_materials import RULES
from tests.orchestrator.worker.test_enclosing import AwayOnce, Filing

FILING = "f" * 22
CONTRACT = Upload("张三的合同.pdf", "application/pdf", b"%PDF permit", 2)


class Taking(Filing):
    """A department that takes materials afterwards, and says what it is told to first."""

    def __init__(self, *wrong, late=True):
        super().__init__()
        self.manifest = replace(self.manifest, late_materials=late)
        self.wrong, self.late = list(wrong), []

    def enclose(self, digest, content):
        self.files[digest] = content

    def supply(self, ref, materials):
        assert isinstance(ref, Ref)
        assert {each["digest"] for each in materials} <= self.files.keys()
        wrong = self.wrong.pop(0) if self.wrong else None
        if not isinstance(wrong, (Retryable, Unprocessable, Misconfigured)):
            self.late += [(each["key"], each["name"]) for each in materials]
        if wrong is not None:
            raise wrong


def opened(drive, department):
    driver = drive(department)
    driver.office = replace(
        driver.office, city=replace(CITY, materials=replace(RULES, required=False))
    )
    driver.owed = SqlObligations(driver.database)
    driver.forwarding = Forwarding(driver.office, driver.owed)
    defer(driver.office, FILING, "lease")
    return driver, open_case(driver.office, Application(FORM, owner="alice", filing=FILING)).no


def states(driver, no):
    return [(each.key, each.link, each.state) for each in driver.owed.forwards(no)]


def on(driver, no, state):
    return states(driver, no) == [("lease", "registration", state)]


def test_it_goes_once_and_its_owner_reads_that_it_did(drive):
    department = Taking()
    driver, no = opened(drive, department)
    driver.finish(no)
    assert not driver.forwarding.turn()
    supply(driver.office, no, "lease", CONTRACT)
    assert on(driver, no, ForwardState.WAITING)
    assert driver.forwarding.turn()
    assert not driver.forwarding.turn()
    assert department.late == [("lease", "房屋租赁合同")]
    assert on(driver, no, ForwardState.SENT)
    [event] = [each for each in driver.case(no).events if each.kind == "forwarded"]
    assert (event.actor, event.link, event.code, event.facts) == (
        "system", "registration", "lease", {"state": "sent"},
    )  # fmt: skip
    seen = [
        each.what for each in driver.office.cases.disclosures(no) if each.who == "registration"
    ]
    assert seen[-1] == ("materials.lease",)


def test_what_has_not_left_yet_takes_it_along(drive):
    department = Taking()
    driver, no = opened(drive, department)
    supply(driver.office, no, "lease", CONTRACT)
    assert states(driver, no) == []
    driver.finish(no)
    assert "房屋租赁合同" in next(iter(department.bodies.values())).decode()


@pytest.mark.parametrize("wrong", [Retryable("away"), Unknown("cut"), ValueError("a defect")])
def test_after_any_error_it_is_said_again(drive, wrong):
    department = Taking(wrong)
    driver, no = opened(drive, department)
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    assert driver.forwarding.turn()
    assert on(driver, no, ForwardState.WAITING)
    assert not driver.forwarding.turn(), "not at once"
    driver.advance(minutes=1)
    assert driver.forwarding.turn()
    assert on(driver, no, ForwardState.SENT)
    assert ("lease", "房屋租赁合同") in department.late


def test_a_worker_that_died_with_it_in_hand_loses_it_to_the_next(drive):
    department = Taking()
    driver, no = opened(drive, department)
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    taken = driver.owed.take(driver.clock.at, LEASE)
    assert not driver.forwarding.turn()
    driver.advance(minutes=11)
    assert driver.forwarding.turn()
    with driver.office.cases.transaction() as tx:
        late = replace(taken, state=ForwardState.BY_HAND)
        assert not driver.owed.settle(tx.connection, late, None), (
            "who comes back too late decides nothing"
        )
    assert on(driver, no, ForwardState.SENT)


@pytest.mark.parametrize("wrong", [Unprocessable("no"), Misconfigured("no key")])
def test_what_is_never_taken_is_brought_by_hand(drive, wrong):
    driver, no = opened(drive, Taking(wrong))
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    driver.forwarding.turn()
    assert on(driver, no, ForwardState.BY_HAND)
    assert [each.case_no for each in driver.owed.to_hand_over("main", 9)] == [no]
    assert driver.owed.to_hand_over("north", 9) == []


def test_a_department_without_the_operation_is_never_asked(drive):
    driver, no = opened(drive, Taking(late=False))
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    assert on(driver, no, ForwardState.BY_HAND)
    assert not driver.forwarding.turn()


def test_an_outage_of_our_own_is_no_try_of_the_departments(drive):
    department = Taking()
    driver, no = opened(drive, department)
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    away = AwayOnce(driver.office.materials, "get")
    forwarding = replace(driver.forwarding, office=replace(driver.office, materials=away))
    with pytest.raises(Unavailable):
        forwarding.turn()
    assert department.late == []
    driver.advance(seconds=LEASE.total_seconds() + 60)
    assert forwarding.turn()
    assert on(driver, no, ForwardState.SENT)


def test_after_so_many_tries_somebody_brings_it(drive):
    driver, no = opened(drive, Taking(*[Retryable("away")] * TRIES))
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    for _ in range(TRIES):
        assert driver.forwarding.turn()
        driver.advance(hours=1)
    assert on(driver, no, ForwardState.BY_HAND)


def test_a_clock_that_was_ahead_keeps_nothing_waiting(drive):
    driver, no = opened(drive, Taking(Retryable("away")))
    driver.finish(no)
    driver.clock.at += timedelta(days=400)
    supply(driver.office, no, "lease", CONTRACT)
    driver.forwarding.turn()
    driver.clock.at -= timedelta(days=400)
    assert driver.forwarding.turn()
    assert on(driver, no, ForwardState.SENT)


class Waiting(Taking):
    """A department that is still reviewing, and lets go of what is withdrawn."""

    def submit(self, prepared):
        return Pending(Ref(prepared.key, "N-1"))

    def cancel(self, ref):
        return Cancelled()


def test_whose_application_is_over_gets_nothing(drive):
    department = Waiting()
    department.manifest = replace(department.manifest, cancel="before-done")
    driver, no = opened(drive, department)
    driver.turn()
    supply(driver.office, no, "lease", CONTRACT)
    withdraw(driver.office, no)
    driver.turn_until(lambda: driver.states(no)["registration"] == "cancelled")
    assert driver.forwarding.turn()
    assert on(driver, no, ForwardState.MOOT)
    assert department.late == []
