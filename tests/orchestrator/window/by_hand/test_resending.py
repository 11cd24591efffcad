"""Sending again by hand: only what is surely not there, and another message only by two people."""

from datetime import timedelta

import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST, Order, resend
from kaiban.orchestrator.worker.callbacks import hear
from kaiban.orchestrator.worker.steps.case_run import run_alone
from kaiban.ports import (
    Correction,
    Done,
    NeedsCorrection,
    Pending,
    RawCallback,
    Ref,
    Rejected,
    StepSpec,
    Unknown,
)
from tests.orchestrator.departments import Crash, Scripted

ONE = (StepSpec("main"),)
REF = Ref("key", "N-1")
GRANTED = Done(REF, {})
NAME = "/company/name/full"
ASKED = Order("王敏", frozenset(CHECKLIST), "张科长 8800")
BETTER = Order(
    "王敏", frozenset(CHECKLIST), "张科长 8800", {NAME: "示范市晚霞科技有限公司"}, "李静"
)


def lost(drive, *answers, **more):
    """A case whose only link is in doubt, and the last answers it will get."""
    department = Scripted("reader", Unknown("lost"), *(answers or (GRANTED,)), steps=ONE, **more)
    driver = drive(department)
    no = driver.open()
    driver.turn()
    return driver, no, department


def codes(outcome):
    assert isinstance(outcome, list)
    assert all(defect.link == "reader" for defect in outcome)
    return [defect.code for defect in outcome]


def told(case, kind):
    return [event for event in case.events if event.kind == kind]


@pytest.mark.parametrize(("lookup", "state"), [("by-key", "unknown"), ("none", "manual")])
def test_what_is_in_doubt_is_sent_again_with_the_same_bytes_once_a_person_vouches(
    drive, lookup, state
):
    driver, no, department = lost(drive, lookup=lookup)
    assert driver.states(no) == {"reader": state}
    resent = resend(driver.office, no, "reader", "", ASKED)
    assert driver.states(no) == {"reader": "ready"}
    (event,) = told(resent, "resent")
    assert (event.actor, event.link, event.step) == ("window:王敏", "reader", "main")
    assert "王敏" in event.text
    assert "张科长 8800" in event.text
    assert all(item in event.text for item in CHECKLIST.values())
    assert driver.finish(no).state == "completed"
    assert department.submits == {f"{no}-reader-main-1": 2}  # the driver checks the bytes
    assert set(department.asked) == {"submit"}


def test_without_the_whole_statement_what_may_have_arrived_is_only_asked_about(drive):
    driver, no, department = lost(drive)
    assert codes(resend(driver.office, no, "reader", "", Order(" "))) == [
        "resend.nobody", *["resend.unchecked"] * len(CHECKLIST), "resend.told_by",
    ]  # fmt: skip
    for item in CHECKLIST:
        some = Order("王敏", frozenset(CHECKLIST) - {item}, "张科长")
        assert codes(resend(driver.office, no, "reader", "main", some)) == ["resend.unchecked"]
    driver.finish(no)
    assert department.asked == ["submit", "query"]


def test_what_was_never_written_needs_no_statement(drive):
    department = Scripted("reader", GRANTED, steps=ONE)
    prepare, broken = department.prepare, [True]

    def prepare_or_fail(*arguments):
        if broken and arguments[1].case.startswith("KB9901"):
            raise RuntimeError("defect")
        return prepare(*arguments)

    driver = drive(department)
    no = driver.open()
    department.prepare = prepare_or_fail
    driver.turn()
    assert driver.states(no) == {"reader": "manual"}
    broken.clear()
    resend(driver.office, no, "reader", "", Order("王敏"))
    assert driver.finish(no).state == "completed"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Rejected("R1", "不予办理"), "refused"), (GRANTED, "done"),
        (NeedsCorrection((Correction("company.name.full", "E1", "请改"),), REF), "needs_correction"),
        (Pending(REF), "submitted"), (Crash(), "sending"),
    ],
)  # fmt: skip
def test_from_any_other_state_nothing_is_sent(drive, answer, state):
    driver = drive(Scripted("reader", answer, steps=ONE))
    no = driver.open()
    assert codes(resend(driver.office, no, "reader", "", ASKED)) == ["resend.not_possible"]
    driver.turn()
    assert driver.states(no) == {"reader": state}
    before = driver.case(no)
    assert codes(resend(driver.office, no, "reader", "", BETTER)) == ["resend.not_possible"]
    assert driver.case(no) == before


def test_while_we_are_asking_nothing_is_sent_however_sure_the_person_is(drive):
    driver, no, department = lost(drive, Pending(REF, timedelta(hours=1)))
    query, seen = department.query, []

    def query_while_somebody_resends(ref):
        seen.append(codes(resend(driver.office, no, "reader", "", ASKED)))
        return query(ref)

    department.query = query_while_somebody_resends
    driver.turn()
    assert seen == [["resend.running"]]
    assert driver.states(no) == {"reader": "submitted"}


def test_nor_while_an_answer_may_still_come_to_a_job_that_was_overtaken(drive):
    driver, no, department = lost(drive, Pending(REF, timedelta(hours=1)))
    seen = []

    def query(ref):
        hear(
            driver.office, "reader", RawCallback("/", {}, ref.key.encode())
        )  # a newer job is in charge
        seen.append(codes(resend(driver.office, no, "reader", "", ASKED)))
        return Pending(REF)

    department.query = query
    driver.turn()
    assert seen == [["resend.running"]]


def test_a_dead_worker_stands_in_the_way_only_as_long_as_it_could_talk(drive):
    driver, no, _ = lost(drive, Crash(), GRANTED)
    driver.turn()
    assert codes(resend(driver.office, no, "reader", "", ASKED)) == ["resend.running"]
    driver.advance(minutes=1)
    resend(driver.office, no, "reader", "", ASKED)
    assert driver.states(no) == {"reader": "ready"}


def test_a_job_that_was_on_its_way_finds_the_step_in_other_hands(drive):
    driver, no, department = lost(drive)
    (job, _), *_ = driver.engine.waiting()
    resend(driver.office, no, "reader", "", ASKED)
    run_alone(driver.office, job)
    assert department.asked == ["submit"]
    assert driver.case(no).link("reader").current.state is LinkState.READY


def test_what_is_being_withdrawn_is_not_sent_again(drive):
    driver, no, _ = lost(drive)
    withdraw(driver.office, no)
    assert codes(resend(driver.office, no, "reader", "", ASKED)) == ["resend.unwanted"]


# --- saying something else ----------------------------------------------------------------------


def test_two_people_may_change_what_is_said(drive):
    driver, no, department = lost(drive)
    changed = resend(driver.office, no, "reader", "", BETTER)
    (event,) = told(changed, "edited")
    assert all(part in event.text for part in ("王敏", "李静", "张科长", NAME))
    assert "晚霞" not in event.text
    assert (changed.revision, changed.link("reader").current.revision) == (2, 2)
    assert told(changed, "stale") == []
    assert driver.finish(no).state == "completed"
    assert department.submits == {f"{no}-reader-main-1": 1, f"{no}-reader-main-2": 1}
    assert "晚霞" in department.bodies[f"{no}-reader-main-2"].decode()
    assert department.keys[-1].corrects is None


def test_another_link_that_was_told_the_old_form_is_marked(drive):
    department = Scripted("reader", Unknown("lost"), GRANTED, steps=ONE)
    driver = drive(department, Scripted("other", GRANTED, steps=ONE))
    no = driver.open()
    driver.turn_until(lambda: driver.states(no) == {"reader": "unknown", "other": "done"})
    changed = resend(driver.office, no, "reader", "", BETTER)
    assert [event.link for event in told(changed, "stale")] == ["other"]


@pytest.mark.parametrize(
    ("changes", "second", "code"),
    [
        ({NAME: "新名"}, "", "resend.one_person"), ({NAME: "新名"}, " 王 敏", "resend.same_person"),
        ({"/seal/kind": "x"}, "李静", "resend.not_read"), ({NAME: "BAD"}, "李静", "bad"),
        ({NAME: "示范市晨光科技有限公司"}, "李静", "resend.unchanged"),
        ({"": {}}, "李静", "resend.not_read"), ({f"{NAME}/0/x": 1}, "李静", "correction.no_such_place"),
    ],
)  # fmt: skip
def test_a_change_by_one_person_or_one_the_form_refuses_changes_nothing(
    drive, changes, second, code
):
    driver, no, _ = lost(drive)
    before = driver.case(no)
    order = Order("王敏", frozenset(CHECKLIST), "张科长", changes, second)
    assert code in codes(resend(driver.office, no, "reader", "", order))
    assert driver.case(no) == before
