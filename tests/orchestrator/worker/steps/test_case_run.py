"""One wake-up takes a case as far as it goes, in few transactions, as far as the bulkheads have room."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.engine.bulkheads import ThreadBulkheads
from kaiban.orchestrator.office import LEASE
from kaiban.orchestrator.worker.steps import case_run
from kaiban.orchestrator.worker.steps.case_run import run
from kaiban.orchestrator.worker.steps.issuing import TRY_AGAIN
from kaiban.orchestrator.worker.upkeep.reconciling import GRACE, reconcile
from kaiban.ports import (
    PLATFORM,
    Done,
    NeedsCorrection,
    Pending,
    Ref,
    StepSpec,
    Unavailable,
    Unknown,
)
from tests.orchestrator.departments import MAIN, REGISTRATION, Scripted
from tests.waiting import until

CODE = Done(Ref("key", "R-1"), {"credit_code": "91990100MA0000015X"})
GRANTED = Done(Ref("key", "N-1"), {"number": "1"})
AFTER = ("seal", "tax", "fund")


def departments(**answers):
    return [
        Scripted("registration", CODE, steps=REGISTRATION),
        *(Scripted(name, *answers.get(name, [GRANTED]), steps=MAIN) for name in AFTER),
    ]


@pytest.fixture
def bulkheads():
    made = []

    def bulkheads(most=4, **limits):
        names = ("registration", *AFTER, PLATFORM)
        made.append(ThreadBulkheads(dict.fromkeys(names, most) | limits, lambda: None))
        return made[-1]

    yield bulkheads
    for each in made:
        each.close()


@contextmanager
def counted(driver):
    """How many transactions were begun, and how many cases were read whole."""
    found = Counter()
    cases = driver.office.cases

    class Counting:
        def transaction(self):
            found["transactions"] += 1
            return cases.transaction()

        def __getattr__(self, name):
            return getattr(cases, name)

    office, driver.office = driver.office, replace(driver.office, cases=Counting())
    yield found
    driver.office = office


def first_job(driver):
    [(job, _)] = driver.engine.waiting()
    driver.engine.end(job)
    return job


def test_one_wake_up_brings_a_case_to_its_end(drive, bulkheads):
    driver = drive(*departments())
    no = driver.open()
    job = first_job(driver)
    with counted(driver) as found:
        run(driver.office, bulkheads(), job)
    assert driver.case(no).state == "completed"
    assert [department.asked for department in driver.departments.values()] == [["submit"]] * 4
    assert driver.engine.waiting() == [], "nothing went back through the queue"
    # Taken up; the code and three more taken up; their answers, perhaps together; the package.
    assert 4 <= found["transactions"] <= 6


def test_departments_of_one_case_are_spoken_to_at_the_same_time(drive, bulkheads):
    driver, together = drive(*departments()), threading.Barrier(3, timeout=60)
    for name in AFTER:
        department = driver.departments[name]
        department.submit = lambda prepared, it=department: together.wait() >= 0 and it.answers[0]
    no = driver.open()
    run(driver.office, bulkheads(), first_job(driver))
    assert driver.case(no).state == "completed"


def test_what_finds_no_room_is_left_due_and_keeps_nobody_waiting(drive, bulkheads):
    driver, rooms = drive(*departments()), bulkheads()
    permits = [rooms.enter("tax") for _ in range(4)]
    no = driver.open()
    run(driver.office, rooms, first_job(driver))
    assert driver.states(no) == {"registration": "done", "seal": "done", "tax": "ready", "fund": "done"}  # fmt: skip
    [left] = driver.office.cases.due(driver.clock.now(), [*driver.departments, PLATFORM], 9)
    assert left.link == "tax"
    permits[0].leave()
    run(driver.office, rooms, left)
    assert driver.case(no).state == "completed"


def test_what_waited_and_finds_no_room_is_due_from_then_on(drive, bulkheads):
    driver, rooms = (
        drive(*departments(tax=[Pending(Ref("key", "T-1")), GRANTED])),
        bulkheads(tax=1),
    )
    no = driver.open()
    run(driver.office, rooms, first_job(driver))
    [(waiting, due)] = driver.engine.waiting()
    driver.engine.end(waiting)
    driver.clock.at = due
    permit = rooms.enter("tax")
    run(driver.office, rooms, waiting)
    assert driver.departments["tax"].asked == ["submit"]
    permit.leave()
    [left] = driver.office.cases.due(driver.clock.now(), ["tax"], 9)
    run(driver.office, rooms, left)
    assert driver.case(no).state == "completed"


def test_a_stale_job_does_and_writes_nothing(drive, bulkheads):
    driver = drive(*departments())
    no = driver.open()
    job = first_job(driver)
    run(driver.office, bulkheads(), job)
    before = driver.case(no)
    run(driver.office, bulkheads(), job)
    assert driver.case(no) == before


def test_answers_are_kept_in_hand_while_the_database_is_away(drive, bulkheads):
    driver = drive(*departments())
    no = driver.open()
    job = first_job(driver)
    cases, away = driver.office.cases, [3]

    class Away:
        """Away for a while each time a department has answered."""

        def transaction(self):
            if driver.departments["registration"].asked and away[0]:
                away[0] -= 1
                raise Unavailable("away")
            return cases.transaction()

        def __getattr__(self, name):
            return getattr(cases, name)

    run(replace(driver.office, cases=Away()), bulkheads(), job)
    assert away == [0]
    assert driver.case(no).state == "completed"
    assert "unknown" not in {each.after for each in driver.case(no).events}


def test_a_database_that_stays_away_is_given_up_and_the_lease_remains(
    drive, bulkheads, monkeypatch
):
    monkeypatch.setattr(case_run.CaseRun._turn.retry, "stop", lambda _: True)  # noqa: SLF001 - a minute of waiting proves no more
    driver, rooms = drive(*departments()), bulkheads(most=1)
    no = driver.open()
    job = first_job(driver)
    cases = driver.office.cases

    class Gone:
        def transaction(self):
            if driver.departments["registration"].asked:
                raise Unavailable("away")
            return cases.transaction()

        def __getattr__(self, name):
            return getattr(cases, name)

    with pytest.raises(Unavailable):
        run(replace(driver.office, cases=Gone()), rooms, job)
    assert driver.states(no)["registration"] == "sending"
    assert driver.finish(no).state == "completed"
    assert driver.departments["registration"].asked == ["submit", "query"], "it was only asked"


def test_an_answer_that_cannot_be_written_down_takes_no_other_with_it(
    drive, bulkheads, monkeypatch
):
    driver, together = drive(*departments()), threading.Barrier(3, timeout=60)
    for name in AFTER:
        department = driver.departments[name]
        department.submit = lambda prepared, it=department: together.wait() >= 0 and it.answers[0]
    driver.departments["tax"].answers = [Done(Ref("key"), {"number": {1, 2}})]  # no JSON holds it
    no = driver.open()
    with pytest.raises(TypeError):
        run(driver.office, bulkheads(), first_job(driver))
    states = driver.states(no)
    assert (states["seal"], states["fund"]) == ("done", "done")
    assert states["tax"] == "sending", "found again by its lease"


def test_whoever_is_still_at_it_keeps_others_away(drive, bulkheads, monkeypatch):
    monkeypatch.setattr(case_run, "_PULSE", 0.05)
    driver = drive(*departments())
    no = driver.open()
    soon, dues = LEASE - timedelta(seconds=1), []

    def due():
        found = driver.case(no)
        return found.package_due or found.link("registration").current.next_action_at

    def slowly():
        """Three times nearly as long as the lease, and each time it has been renewed."""
        for _ in range(3):
            driver.clock.at += soon
            until(lambda: due() == driver.clock.at + LEASE)
            dues.append(driver.forgotten())

    registration = driver.departments["registration"]
    registration.submit = lambda _: slowly() or CODE
    driver.packages.meanwhile = slowly
    run(driver.office, bulkheads(), first_job(driver))
    case = driver.case(no)
    assert (case.state, case.package_version, dues) == ("completed", 1, 6 * [[]])
    assert "reconciled" not in {event.kind for event in case.events}


def test_whoever_has_been_overtaken_holds_nothing_any_more(drive, bulkheads, monkeypatch):
    monkeypatch.setattr(case_run, "_PULSE", 0.05)
    driver = drive(*departments(registration=[CODE, CODE]))
    no = driver.open()

    def given_up():
        """The lease has run out, and nobody has renewed it just then."""
        driver.clock.at += LEASE + GRACE + timedelta(seconds=1)
        return reconcile(driver.office)

    def overtaken(_):
        until(given_up)
        [(again, _)] = driver.engine.waiting()
        driver.run(again)
        assert driver.states(no)["registration"] == "done"
        time.sleep(4 * case_run._PULSE)  # noqa: SLF001 - it would have taken it back by then
        assert driver.case(no).link("registration").current.next_action_at is None
        return CODE

    driver.departments["registration"].submit = overtaken
    run(driver.office, bulkheads(), first_job(driver))
    assert driver.departments["registration"].asked == ["query"]
    assert driver.finish(no).state == "completed"


def test_a_package_that_cannot_be_made_rests_before_it_is_tried_again(drive, bulkheads):
    driver = drive(*departments())
    no = driver.open()
    driver.packages.meanwhile = lambda: 1 / 0
    with pytest.raises(ZeroDivisionError):
        run(driver.office, bulkheads(), first_job(driver))
    assert driver.case(no).package_due == driver.clock.at + TRY_AGAIN
    driver.packages.meanwhile = lambda: None
    assert driver.forgotten() == []
    driver.clock.at += TRY_AGAIN
    assert [job.kind for job in driver.forgotten()] == ["issue"]


def test_room_is_given_back_when_nothing_is_to_be_said(drive, bulkheads):
    driver, rooms = drive(*departments(tax=[NeedsCorrection(())])), bulkheads(most=1)
    no = driver.open()
    run(driver.office, rooms, first_job(driver))
    assert driver.states(no)["tax"] == "needs_correction"
    assert rooms.open_queues() == ["registration", *AFTER, PLATFORM]


def test_a_case_kept_in_hand_is_read_once(drive, bulkheads):
    driver = drive(*departments())
    driver.office.cases.keep(9)
    no = driver.open()
    run(driver.office, bulkheads(), first_job(driver))
    kept = driver.case(no)
    assert kept.state == "completed"
    driver.office.cases.keep(0)
    with driver.office.cases.transaction() as tx:
        assert tx.get(no) == kept, "what was kept is what is written"


def test_in_doubt_it_is_only_asked(drive, bulkheads):
    lone = Scripted("lone", Unknown("?"), GRANTED, steps=(StepSpec("main"),))
    driver = drive(lone)
    no = driver.open()
    run(driver.office, ThreadBulkheads({"lone": 1, PLATFORM: 1}, lambda: None), first_job(driver))
    assert driver.finish(no).state == "completed"
    assert lone.asked == ["submit", "query"]
