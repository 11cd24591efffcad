from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.circuit_breaker import (
    LEAST_RESENDS,
    TOLERATED,
    Cause,
    Circuit,
    DepartmentCircuit,
)

NOW = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
PAUSE = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)


def failed(standing, times=1, cause=Cause.SILENT, at=NOW):
    for _ in range(times):
        standing = standing.failed(cause, "why", at, PAUSE)
    return standing


def opened():
    return failed(DepartmentCircuit("bank"), TOLERATED)


def probing():
    return opened().passed(NOW + MINUTE)


def test_a_few_failures_are_tolerated_and_one_more_opens():
    almost = failed(DepartmentCircuit("bank"), TOLERATED - 1)
    assert (almost.circuit, almost.held_until(NOW)) == (Circuit.CLOSED, None)
    assert failed(almost) == DepartmentCircuit(
        "bank", Circuit.OPEN, TOLERATED, NOW, NOW + PAUSE, Cause.SILENT, "why"
    )


def test_only_failures_in_a_row_count():
    standing = DepartmentCircuit("bank")
    for _ in range(3):
        standing = failed(standing, TOLERATED - 1).answered()
    assert standing == DepartmentCircuit("bank")


def test_being_kept_out_opens_at_once():
    standing = failed(DepartmentCircuit("bank"), cause=Cause.MISCONFIGURED)
    assert (standing.circuit, standing.cause) == (Circuit.OPEN, Cause.MISCONFIGURED)


def test_nobody_passes_before_the_probe_is_due_and_one_then():
    standing = opened()
    assert standing.held_until(NOW + PAUSE / 2) == NOW + PAUSE
    assert standing.held_until(NOW + PAUSE) is None
    probe = standing.passed(NOW + MINUTE)
    assert probe.circuit is Circuit.HALF_OPEN
    assert probe.held_until(NOW + PAUSE) == NOW + MINUTE


def test_a_lost_probe_is_followed_by_another():
    assert probing().held_until(NOW + MINUTE) is None


@pytest.mark.parametrize("standing", [opened(), probing()])
def test_any_answer_closes(standing):
    assert standing.answered() == DepartmentCircuit("bank")


def test_a_failed_probe_opens_again_and_the_beginning_is_remembered():
    later = NOW + MINUTE
    again = failed(probing(), at=later)
    assert (again.circuit, again.opened_at, again.probe_at) == (Circuit.OPEN, NOW, later + PAUSE)
    assert again.failures == TOLERATED + 1


def test_calls_that_were_under_way_when_it_opened_change_nothing():
    standing = opened()
    assert failed(standing, 9, at=NOW + MINUTE) == standing
    kept_out = failed(DepartmentCircuit("bank"), cause=Cause.MISCONFIGURED)
    assert failed(kept_out, 9) == kept_out


def test_being_kept_out_is_told_even_of_a_department_already_left_alone():
    assert failed(opened(), cause=Cause.MISCONFIGURED).cause is Cause.MISCONFIGURED


def test_while_all_is_well_a_call_passes_and_leaves_no_trace():
    standing = DepartmentCircuit("bank")
    assert standing.passed(NOW + MINUTE) is standing


def test_what_was_sent_again_is_counted_for_one_window():
    standing = DepartmentCircuit("bank").in_window(NOW, MINUTE).sent_again().sent_again()
    assert standing.resends == 2
    assert standing.in_window(NOW + MINUTE / 2, MINUTE) is standing
    assert standing.in_window(NOW + MINUTE, MINUTE) == DepartmentCircuit(
        "bank", window_at=NOW + MINUTE
    )


def test_what_may_be_sent_again_is_a_share_of_what_is_sent_but_never_nothing():
    assert DepartmentCircuit("bank").allowance(0) == LEAST_RESENDS
    assert DepartmentCircuit("bank").allowance(1000) == 200
    assert DepartmentCircuit("bank", resends=100).allowance(1000) == 180


def test_an_answer_does_not_refill_the_budget():
    counted = DepartmentCircuit("bank", window_at=NOW, resends=2)
    assert counted.answered() == counted


def test_one_case_alone_opens_nothing_however_often_they_fall_silent_at_it():
    standing = DepartmentCircuit("bank")
    for _ in range(3 * TOLERATED):
        standing = standing.failed_for("KB1", Cause.SILENT, "500", NOW, PAUSE)
    assert (standing.circuit, standing.failures) == (Circuit.CLOSED, 1)
    for case in range(2, TOLERATED + 1):
        standing = standing.failed_for(f"KB{case}", Cause.SILENT, "500", NOW, PAUSE)
    assert standing.circuit is Circuit.OPEN
    assert standing.answered().silent == ()


def test_a_probe_that_falls_silent_counts_whichever_case_it_was():
    probe = replace(opened(), silent=("KB1",)).passed(NOW + PAUSE)
    assert probe.failed_for("KB1", Cause.SILENT, "500", NOW, PAUSE).circuit is Circuit.OPEN
