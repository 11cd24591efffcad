from datetime import timedelta

import pytest

from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.worker.steps.outcomes import CLOSED_FOR, PATIENCE
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Correction,
    Done,
    Foreign,
    Forged,
    Job,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Partial,
    Pending,
    Ref,
    Rejected,
    Retryable,
    Silent,
    Unknown,
    Unprocessable,
    Unreachable,
)
from tests.orchestrator.departments import (
    PRE_AND_CONFIRM,
    REGISTRATION,
    Crash,
    Faults,
    Scripted,
    StepSpec,
    Working,
)
from tests.orchestrator.driver import START

REF = Ref("key", "N-1")
FIX = (Correction("company.name.full", "E1", "名称有误"),)
ONE = (StepSpec("main"),)

ANSWERS = {
    "pending": Pending(REF),
    "in_review": Pending(REF, in_review=True),
    "done": Done(REF, {"number": "1"}),
    "rejected": Rejected("R1", "不予办理"),
    "needs_correction": NeedsCorrection(FIX),
    "nothing_named": NeedsCorrection(()),
    "partial": Partial(REF, FIX),
    "not_found": NotFound(),
    "cancelled": Cancelled(),
    "retryable": Retryable("away", timedelta(minutes=3)),
    "closed": Closed("shut"),
    "unknown": Unknown("time-out"),
    "unreachable": Unreachable("away"),
    "silent": Silent("cut"),
    "misconfigured": Misconfigured("key"),
    "unprocessable": Unprocessable("malformed"),
    "foreign": Foreign("another company"),
    "forged": Forged("signature"),
    "bare": AdapterError("?"),
    "defect": ZeroDivisionError(),
    "nonsense": None,
}
#: How a step comes into each state in which its department is spoken to.
ROADS = {
    "ready": (),
    "submitted": (Pending(REF),),
    "in_review": (Pending(REF, in_review=True),),
    "unknown": (Unknown("time-out"),),
}
EXPECTED_AFTER_SENDING = {
    "pending": "submitted", "in_review": "in_review", "done": "done", "rejected": "refused",
    "needs_correction": "needs_correction", "nothing_named": "needs_correction",
    "partial": "needs_correction", "not_found": "unknown", "cancelled": "cancelled",
    "retryable": "ready", "unreachable": "ready", "silent": "unknown", "closed": "ready", "misconfigured": "ready",
    "unknown": "unknown", "forged": "unknown", "bare": "unknown", "defect": "unknown",
    "nonsense": "unknown", "unprocessable": "manual", "foreign": "manual",
}  # fmt: skip


def step_of(driver, no, link="lone"):
    return driver.case(no).link(link).current


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_its_meaning_in_every_state(drive, road, answer):
    lone = Scripted("lone", *ROADS[road], ANSWERS[answer], steps=ONE)
    driver = drive(lone)
    no = driver.open()
    for _ in (*ROADS[road], answer):
        driver.turn()
    expected = EXPECTED_AFTER_SENDING[answer]
    if road != "ready" and expected in {"ready", "unknown"} and answer != "not_found":
        expected = road  # a look that tells nothing changes nothing
    step = step_of(driver, no)
    assert step.state == expected
    assert lone.submits.total() == 1
    assert (
        driver.case(no).link("lone").finished
        or step.state == "needs_correction"
        or answer == "unprocessable"
        or (step.next_action_at is not None and driver.engine.waiting())
    )


#: How far it has come, and when it may be asked back; until it is done the two that allow it are the same.
ASKED_BACK = [
    ("submitted", "before-done"),
    ("in_review", "before-done"),
    ("in_review", "always"),
    ("unknown", "always"),
    ("done", "before-done"),
    ("done", "always"),
]


@pytest.mark.parametrize(("road", "cancel"), ASKED_BACK)
@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_to_asking_it_back_has_its_meaning(drive, road, answer, cancel):
    first = ANSWERS[{"submitted": "pending"}.get(road, road)]
    lone = Scripted("lone", first, ANSWERS[answer], steps=ONE, cancel=cancel)
    other = Scripted("other", Pending(REF), Closed("shut"), Cancelled(), steps=ONE)
    driver = drive(lone, other)
    no = driver.open()
    driver.turn_until(lambda: step_of(driver, no).state == road and other.asked)
    withdraw(driver.office, no)
    assert step_of(driver, no).cancelling == (road != "done" or cancel == "always")
    for _ in range(40):
        if not driver.turn():
            break
    assert lone.submits.total() == 1
    state = step_of(driver, no).state
    if road == "done" and answer not in {"not_found", "cancelled"}:
        assert state == "done"
    if answer in {"cancelled", "needs_correction", "partial", "not_found", "nothing_named"} and (
        road != "done"
    ):
        assert state == "cancelled"


def test_after_an_unknown_outcome_nothing_is_sent_before_not_found_has_settled(drive):
    lone = Scripted("lone", Unknown("?"), NotFound(), steps=ONE, settle=timedelta(minutes=10))
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    first = None
    while lone.submits.total() == 1:
        first = first or step_of(driver, no).not_found_since
        before = driver.clock.now()
        driver.turn()
    assert before <= driver.clock.now()
    assert driver.clock.now() - first >= timedelta(minutes=10)
    assert lone.submits.total() == 2  # and with the same bytes: the department looks at that


def test_not_found_is_never_trusted_sooner_than_an_exchange_lasts(drive):
    lone = Scripted("lone", Crash(), NotFound(), steps=ONE, settle=timedelta(0))
    driver = drive(lone)
    driver.open()
    driver.turn()
    driver.turn_until(lambda: lone.submits.total() == 2)
    assert driver.clock.now() - START >= timedelta(seconds=lone.manifest.deadline)


def test_an_outcome_nobody_can_tell_goes_to_the_window_and_is_asked_on(drive):
    lone = Scripted("lone", Unknown("?"), steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn_until(lambda: step_of(driver, no).state == "manual")
    assert driver.clock.now() - START > PATIENCE
    lone.answers = [Done(REF, {})]
    assert driver.finish(no).state == "completed"
    assert lone.submits.total() == 1


@pytest.mark.parametrize("first", [Unknown("?"), Crash(), RuntimeError()])
def test_where_nothing_can_be_looked_up_one_attempt_is_all(drive, first):
    lone = Scripted("lone", first, steps=ONE, lookup="none")
    driver = drive(lone)
    no = driver.open()
    driver.turn_until(lambda: step_of(driver, no).state == "manual")
    assert not driver.engine.waiting()
    assert step_of(driver, no).next_action_at is None
    assert lone.asked == ["submit"]


def test_what_surely_did_not_happen_is_sent_again_with_the_same_bytes(drive):
    lone = Scripted("lone", Retryable("1"), Retryable("2"), Done(REF, {}), steps=ONE)
    driver = drive(lone)
    no = driver.open()
    assert driver.finish(no).state == "completed"
    assert lone.submits == {f"{no}-lone-main-1": 3}
    assert len(lone.bodies) == 1


def test_a_retry_waits_as_long_as_the_department_asked(drive):
    lone = Scripted("lone", Retryable("busy", timedelta(minutes=7)), Done(REF, {}), steps=ONE)
    driver = drive(lone)
    driver.open()
    driver.turn()
    driver.turn()
    assert driver.clock.now() - START == timedelta(minutes=7)


@pytest.mark.parametrize("until", [None, START + timedelta(hours=5), START - timedelta(hours=1)])
def test_a_closed_department_is_left_alone_until_it_opens(drive, until):
    lone = Scripted("lone", Closed("shut", until), Done(REF, {}), steps=ONE)
    driver = drive(lone)
    driver.open()
    driver.turn()
    driver.turn()
    waited = driver.clock.now() - START
    assert waited == {None: CLOSED_FOR}.get(
        until, max(timedelta(seconds=30), (until or START) - START)
    )


def test_a_stale_job_does_nothing(drive):
    lone = Scripted("lone", Pending(REF), Done(REF, {}), steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    before = driver.case(no)
    for attempt in (0, 1, 3, 99):
        driver.run(Job("work", no, "lone", "main", attempt))
    assert driver.case(no) == before
    assert lone.asked == ["submit"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_job_run_twice_has_one_effect(drive, answer):
    lone = Scripted("lone", ANSWERS[answer], steps=ONE)
    driver = drive(lone)
    no = driver.open()
    [(job, _)] = driver.engine.waiting()
    driver.run(job)
    before = driver.case(no)
    driver.run(job)
    assert driver.case(no) == before
    assert lone.submits.total() == 1


@pytest.mark.parametrize(
    "late", [Done(REF, {"a": "late"}), Rejected("R", "late"), Retryable("late")]
)
@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Pending(REF), "submitted"),
        (Done(REF, {}), "done"),
        (NeedsCorrection(FIX), "needs_correction"),
    ],
)
def test_a_worker_that_comes_back_too_late_changes_nothing(drive, late, found, state):
    lone = Scripted("lone", steps=ONE)
    driver = drive(lone)
    no = driver.open()
    [(job, _)] = driver.engine.waiting()
    seen = []

    def submit(prepared):
        lone.count(prepared)
        driver.run(job)  # the engine thinks this worker dead and gives the job to another
        seen.append(driver.case(no))
        if isinstance(late, Exception):
            raise late
        return late

    lone.submit, lone.query = submit, lambda _: found
    driver.run(job)
    assert seen == [driver.case(no)]
    assert driver.states(no) == {"lone": state}


@pytest.mark.parametrize("fault", ["crash_before", "crash_after"])
def test_a_worker_that_dies_is_replaced_and_its_case_goes_on(drive, fault):
    lone = Working("lone", Faults([fault]), steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    assert driver.states(no) == {"lone": "sending"}
    assert driver.finish(no).state == "completed"
    assert max(lone.commits.values()) == 1
    kinds = [event.kind for event in driver.case(no).events]
    assert kinds.count("reconciled") == 1


def test_a_message_that_cannot_be_written_goes_to_the_window(drive):
    lone = Scripted("lone", Done(REF, {}), steps=ONE)
    driver = drive(lone)
    no = driver.open()

    def prepare(needs, key, step):
        raise ZeroDivisionError

    lone.prepare = prepare
    [(job, _)] = driver.engine.waiting()
    for _ in range(2):  # the engine may give a job a second time
        driver.run(job)
        assert driver.states(no) == {"lone": "manual"}
        assert not driver.engine.waiting()
    assert not lone.asked


def test_a_need_found_only_before_sending_is_a_correction_too(drive):
    lone = Scripted("lone", Done(REF, {}), steps=ONE)
    driver = drive(lone)
    no = driver.open()
    lone.prepare = lambda *_: NeedsCorrection((Correction("", "E9", "请到窗口"),))
    driver.turn()
    case = driver.case(no)
    assert case.state == "needs_correction"
    assert [item.pointer for item in case.open_notice.items] == [""]
    assert not lone.asked


def test_a_fact_starts_the_links_that_wait_for_it(drive):
    faults = Faults()
    registration = Scripted("registration", Pending(REF), steps=REGISTRATION)
    driver = drive(
        registration, Working("seal", faults), Working("social", faults, steps=PRE_AND_CONFIRM)
    )
    no = driver.open()
    assert driver.states(no) == {"registration": "ready", "seal": "waiting", "social": "ready"}
    driver.turn_until(lambda: driver.states(no)["social"] == "pre_registered")
    registration.answers = [Done(REF, {"credit_code": "91X"})]
    case = driver.finish(no)
    assert set(driver.states(no).values()) == {"done"}
    assert case.facts == {"credit_code": "91X"}
    assert case.link("social").submitted_at < case.link("registration").done_at


def test_a_seventh_department_joins_by_being_there(drive):
    faults = Faults()
    driver = drive(
        Working("registration", faults, steps=REGISTRATION),
        Working("medical", faults, reads=("medical.plan",)),
    )
    case = driver.finish(driver.open())
    assert [link.name for link in case.links] == ["registration", "medical"]
    assert case.state == "completed"
