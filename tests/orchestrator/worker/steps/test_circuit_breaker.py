"""A department that fails is left alone, then tried once; what is sent again is paced."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from kaiban.domain.circuit_breaker import (
    LEAST_RESENDS,
    TOLERATED,
    WINDOW,
    Circuit,
    DepartmentCircuit,
)
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.worker.steps.circuit_breaker import (
    BROKEN_PAUSE,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    close,
)
from kaiban.orchestrator.worker.steps.outcomes import PATIENCE
from kaiban.ports import (
    AdapterError,
    Cancelled,
    Closed,
    Denied,
    Done,
    Misconfigured,
    Pending,
    Ref,
    Rejected,
    Retryable,
    Silent,
    Unknown,
    Unreachable,
)
from tests.orchestrator.departments import Crash, Scripted, StepSpec

REF = Ref("key", "N-1")
GRANTED = Done(REF, {})
AWAY = Unreachable("not sent")
ONE = (StepSpec("main"),)


def lone(*answers, **more):
    return Scripted("lone", *answers, steps=ONE, **more)


def told(driver, name="lone"):
    return standings(driver.office)[name]


def standing(driver):
    return driver.office.cases.standings().get("lone", DepartmentCircuit("lone"))


def run_due(driver):
    """Run every job that is due at this instant, none that becomes due by it."""
    due = [job for job, at in driver.engine.waiting() if at <= driver.clock.now()]
    for job in due:
        driver.run(job)
    return len(due)


def pass_time(driver, span, each=timedelta(seconds=1)):
    """Let time pass in small steps, doing what becomes due."""
    end = driver.clock.now() + span
    while driver.clock.now() < end:
        driver.clock.at += each
        run_due(driver)


def broken(drive, *answers, cases=TOLERATED, **more):
    """A department that has just been given up, and the numbers of the cases that did it."""
    department = lone(*answers or (AWAY,), **more)
    driver = drive(department)
    numbers = [driver.open() for _ in range(cases)]
    run_due(driver)
    assert standing(driver).circuit is Circuit.OPEN
    return driver, department, numbers


def test_a_department_that_is_away_is_soon_left_alone_by_every_case(drive):
    department = lone(AWAY)
    driver = drive(department)
    numbers = [driver.open() for _ in range(TOLERATED + 4)]
    run_due(driver)
    assert len(department.asked) == TOLERATED
    last = driver.case(numbers[-1]).link("lone")
    assert (last.state, last.current.reason) == (
        "ready",
        "lone office系统暂停服务，恢复后自动继续",
    )
    assert last.current.sent is None
    assert all(driver.states(no) == {"lone": "ready"} for no in numbers)


def test_one_probe_at_a_time_passes_and_a_failed_one_doubles_the_pause(drive):
    driver, department, _ = broken(drive, cases=TOLERATED + 9)
    pauses = []
    for _ in range(6):
        before = len(department.asked)
        pauses.append(standing(driver).probe_at - driver.clock.now())
        driver.clock.at = standing(driver).probe_at + LONGEST_PAUSE
        run_due(driver)
        assert len(department.asked) == before + 1
        assert standing(driver).circuit is Circuit.OPEN
    seconds = [10, 20, 40, 60, 60, 60]
    assert pauses == [timedelta(seconds=each) for each in seconds]
    assert (pauses[0], pauses[-1]) == (FIRST_PAUSE, LONGEST_PAUSE)


def test_while_a_probe_is_under_way_nobody_else_is_heard(drive):
    driver, department, _ = broken(drive, cases=TOLERATED + 3)
    driver.clock.at = standing(driver).probe_at + LONGEST_PAUSE
    seen = []

    def submit(prepared):
        department.count(prepared)
        others = run_due(driver)
        seen.append((others, department.submits.total(), standing(driver).circuit))
        raise AWAY

    before = department.submits.total()
    department.submit = submit
    run_due(driver)
    assert seen == [(TOLERATED + 2, before + 1, Circuit.HALF_OPEN)]


def test_when_it_answers_again_every_case_goes_on_and_is_sent_once(drive):
    driver, department, numbers = broken(drive, cases=TOLERATED + 9)
    department.answers = [GRANTED]
    assert all(driver.finish(no).state == "completed" for no in numbers)
    assert set(department.submits.values()) <= {1, 2}  # 2: not sent at first, when it was away
    assert standing(driver).circuit is Circuit.CLOSED
    assert told(driver)["reason"] == ""


def test_a_recovery_is_noticed_within_minutes_and_the_waiting_go_on(drive):
    driver, department, numbers = broken(drive)
    pass_time(driver, timedelta(minutes=10))
    department.answers = [GRANTED]
    pass_time(driver, 3 * LONGEST_PAUSE)
    assert {driver.case(no).state.value for no in numbers} == {"completed"}


@pytest.mark.parametrize("answer", [AWAY, Silent("cut")])
def test_looks_count_and_wait_as_sends_do(drive, answer):
    department = lone(*[Pending(REF)] * (TOLERATED + 2), answer)
    driver = drive(department)
    numbers = [driver.open() for _ in range(TOLERATED + 2)]
    run_due(driver)
    driver.advance(minutes=5)
    run_due(driver)
    assert department.asked.count("query") == TOLERATED
    assert "暂停服务" in driver.case(numbers[-1]).link("lone").current.reason
    department.answers = [GRANTED]
    assert driver.finish(numbers[-1]).state == "completed"


def test_being_kept_out_stops_everything_at_once_and_operators_see_why(drive):
    department = lone(Misconfigured("HTTP 401"))
    driver = drive(department)
    numbers = [driver.open() for _ in range(3)]
    with capture_logs() as log:
        run_due(driver)
    assert len(department.asked) == 1
    found = told(driver)
    assert (found["state"], found["cause"], found["detail"]) == (
        "open",
        "misconfigured",
        "HTTP 401",
    )
    assert "配置有误" in driver.case(numbers[-1]).link("lone").current.reason
    opened = [each for each in log if each["event"] == "circuit_opened"]
    assert [(each["department"], each["log_level"]) for each in opened] == [("lone", "error")]
    assert standing(driver).probe_at - driver.clock.now() == BROKEN_PAUSE
    department.answers = [GRANTED]
    assert all(driver.finish(no).state == "completed" for no in numbers)


def test_one_application_turned_away_at_the_door_keeps_nobody_else_out(drive):
    department = lone(Denied("HTTP 403"))
    driver = drive(department)
    no = driver.open()
    for _ in range(3 * TOLERATED):
        driver.turn()
    assert department.asked.count("submit") == 3 * TOLERATED
    assert standing(driver).circuit is Circuit.CLOSED
    assert driver.case(no).link("lone").state == "ready"
    others = [driver.open() for _ in range(TOLERATED - 1)]
    run_due(driver)
    found = told(driver)
    assert (found["state"], found["cause"]) == ("open", "misconfigured")  # now it is plainly us
    department.answers = [GRANTED]
    assert all(driver.finish(each).state == "completed" for each in (no, *others))


@pytest.mark.parametrize(
    "answer",
    [
        Retryable("busy"), Closed("shut"), Unknown("a code nobody listed"), RuntimeError("defect"),
        Rejected("R", "不予办理"), AdapterError("?"), None,
    ],
)  # fmt: skip
def test_what_may_lie_with_one_application_closes_no_door(drive, answer):
    driver = drive(lone(answer))
    for _ in range(TOLERATED + 3):
        driver.open()
    run_due(driver)
    assert standing(driver).circuit is Circuit.CLOSED
    assert standing(driver).failures == 0


def test_a_session_that_could_not_be_had_for_silence_counts_as_silence(drive):
    lost = Retryable("no session")
    lost.__cause__ = Silent("cut")
    driver, _, _ = broken(drive, lost)
    assert told(driver)["cause"] == "silent"


def test_a_probe_whose_worker_died_is_followed_by_another(drive):
    driver, department, numbers = broken(drive)
    department.answers = [Crash(), GRANTED]
    assert all(driver.finish(no).state == "completed" for no in numbers)
    assert standing(driver).circuit is Circuit.CLOSED


def test_an_answer_too_late_for_its_case_still_tells_that_they_work(drive):
    driver, department, _ = broken(drive)
    driver.clock.at = standing(driver).probe_at + LONGEST_PAUSE
    [(job, _), *_] = driver.engine.waiting()

    def submit(prepared):
        department.count(prepared)
        with driver.office.cases.transaction() as tx:
            case = tx.get(job.case_no)
            case.link("lone").step("main").attempt += 1  # somebody has taken over
            tx.save(case)
        return Pending(REF)

    department.submit = submit
    driver.run(job)
    assert standing(driver).circuit is Circuit.CLOSED
    assert driver.states(job.case_no) == {"lone": "sending"}


def test_who_does_not_know_what_happened_to_his_application_is_sent_to_the_window_in_time(drive):
    driver, department, [no, *_] = broken(drive, Silent("cut"))
    assert driver.states(no) == {"lone": "unknown"}
    pass_time(driver, 2 * PATIENCE, timedelta(seconds=20))
    assert driver.states(no) == {"lone": "manual"}
    department.answers = [GRANTED]
    assert driver.finish(no).state == "completed"
    assert department.submits[f"{no}-lone-main-1"] == 1


def test_a_withdrawal_waits_for_the_department_and_reaches_it(drive):
    department = lone(*[Pending(REF)] * TOLERATED, AWAY)
    driver = drive(department)
    numbers = [driver.open() for _ in range(TOLERATED)]
    run_due(driver)
    driver.advance(minutes=5)
    run_due(driver)
    withdraw(driver.office, numbers[0])
    run_due(driver)
    assert "cancel" not in department.asked
    department.answers = [Cancelled()]
    assert driver.finish(numbers[0]).state == "withdrawn"


def test_an_operator_closes_it_by_hand_and_the_waiting_go_on_at_once(drive):
    driver, department, numbers = broken(drive, Misconfigured("HTTP 403"), cases=3)
    department.answers = [GRANTED]
    with capture_logs() as log:
        assert close(driver.office, "lone", "operator") == 3
    assert [(each["event"], each["by"]) for each in log] == [("circuit_closed", "operator")]
    run_due(driver)
    assert {driver.case(no).link("lone").state.value for no in numbers} == {"done"}


def test_who_still_waits_after_it_has_come_back_by_itself_goes_on_at_once_too(drive):
    driver, department, numbers = broken(drive, cases=TOLERATED + 3)
    department.answers = [GRANTED]
    driver.turn_until(lambda: standing(driver).circuit is Circuit.CLOSED)
    left = [no for no in numbers if driver.states(no) == {"lone": "ready"}]
    assert len(left) > 1
    assert close(driver.office, "lone", "operator") == len(left)
    run_due(driver)
    assert {driver.case(no).link("lone").state.value for no in numbers} == {"done"}


def test_closing_what_is_closed_disturbs_nobody(drive):
    driver = drive(lone(Pending(REF, timedelta(hours=1))))
    no = driver.open()
    run_due(driver)
    before = driver.case(no)
    assert close(driver.office, "lone", "operator") == 0
    assert driver.case(no) == before


def test_closing_takes_nothing_from_a_worker_that_is_just_sending(drive):
    driver, department, _ = broken(drive)
    driver.clock.at = standing(driver).probe_at + LONGEST_PAUSE
    [(job, _), *_] = driver.engine.waiting()

    def submit(prepared):
        close(driver.office, "lone", "operator")
        return GRANTED

    department.submit = submit
    driver.run(job)
    assert driver.states(job.case_no) == {"lone": "done"}


def test_cases_wait_in_another_order_each_time(drive):
    """Else one case whose application is what kills their system would be the probe for ever."""
    driver, department, _ = broken(drive, cases=TOLERATED + 1)
    before = department.submits.copy()
    pass_time(driver, timedelta(minutes=15), timedelta(seconds=3))
    assert len(department.submits - before) > 2


# --- the budget of re-sends ---------------------------------------------------------------------


def test_what_is_sent_again_is_paced_and_first_sends_never_are(drive):
    department = lone(Retryable("busy"))
    driver = drive(department)
    numbers = [driver.open() for _ in range(LEAST_RESENDS + 5)]
    run_due(driver)
    assert department.submits.total() == len(numbers)
    driver.advance(seconds=30)
    run_due(driver)
    assert department.submits.total() == len(numbers) + LEAST_RESENDS
    assert told(driver)["resends"] == {"used": LEAST_RESENDS, "allowed": LEAST_RESENDS}
    waiting = [no for no in numbers if "系统繁忙" in driver.case(no).link("lone").current.reason]
    assert len(waiting) == 5
    fresh = driver.open()
    driver.run(next(job for job, _ in driver.engine.waiting() if job.case_no == fresh))
    assert department.submits[f"{fresh}-lone-main-1"] == 1
    department.answers = [GRANTED]
    assert all(driver.finish(no).state == "completed" for no in [*numbers, fresh])


def test_the_budget_comes_back_with_the_next_window(drive):
    department = lone(Retryable("busy"))
    driver = drive(department)
    for _ in range(LEAST_RESENDS + 5):
        driver.open()
    run_due(driver)
    driver.advance(seconds=30)
    run_due(driver)
    driver.clock.at += WINDOW
    assert told(driver)["resends"]["used"] == 0
    before = department.submits.total()
    run_due(driver)
    assert department.submits.total() - before >= 5


def test_who_waited_for_the_doors_to_open_is_not_sent_again_but_at_last(drive):
    department = lone(Closed("night"))
    driver = drive(department)
    numbers = [driver.open() for _ in range(LEAST_RESENDS + 5)]
    run_due(driver)
    department.answers = [Pending(REF)]
    driver.advance(hours=1)
    run_due(driver)
    assert department.submits.total() == 2 * len(numbers)


def test_an_application_they_cannot_bear_is_left_in_doubt_and_the_others_go_on(drive):
    department = lone(Silent("500"))
    driver = drive(department)
    driver.open()
    pass_time(driver, timedelta(minutes=5))
    assert len(department.asked) > TOLERATED
    assert standing(driver).circuit is Circuit.CLOSED
