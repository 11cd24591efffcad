from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.cases.link import Step
from kaiban.domain.hours.waiting import LONGEST, Horizon, counted_from, due_at, is_running

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
HORIZON = Horizon.at(NOW, 5 * SECOND, 90 * SECOND)


def test_nothing_is_counted_from_an_instant_still_to_come():
    assert counted_from(NOW - HOUR, NOW) == NOW - HOUR
    assert counted_from(NOW + HOUR, NOW) == NOW
    assert counted_from(None, NOW) == NOW


def test_what_lies_beyond_the_longest_wait_is_due_now():
    assert due_at(NOW + SECOND, NOW, SECOND) == NOW + SECOND
    assert due_at(NOW + 2 * SECOND, NOW, SECOND) == NOW
    assert due_at(NOW - HOUR, NOW, SECOND) == NOW - HOUR
    assert due_at(None, NOW, SECOND) is None


@pytest.mark.parametrize("since", [NOW - HOUR, NOW + HOUR])
def test_a_claim_far_from_now_does_not_hold_on_either_side(since):
    assert not is_running(since, NOW, 20 * SECOND)
    assert is_running(NOW - SECOND, NOW, 20 * SECOND)
    assert is_running(NOW + SECOND, NOW, 20 * SECOND)


@pytest.mark.parametrize(
    ("begun", "length", "ahead"),
    [
        (timedelta(0), 2 * SECOND, False),
        (-HOUR, 3 * HOUR, False),
        (timedelta(0), LONGEST, False),
        (3 * SECOND, HOUR, False),  # two machines never quite agree
        (HOUR, 2 * SECOND, True),
        (6 * SECOND, 2 * SECOND, True),
        (timedelta(0), LONGEST + SECOND, True),
    ],
)
def test_a_wait_that_has_not_begun_or_is_too_long_was_written_by_a_wrong_clock(
    begun, length, ahead
):
    step = Step("main")
    step.wait(NOW + begun, length)
    assert HORIZON.is_ahead(step.next_action_at, step.scheduled_at) is ahead


def test_a_wait_nobody_wrote_the_beginning_of_is_only_too_long_or_not():
    assert not HORIZON.is_ahead(NOW + HOUR, None)
    assert HORIZON.is_ahead(NOW + LONGEST + SECOND, None)
    assert not HORIZON.is_ahead(None, NOW + HOUR)


def test_a_wait_begun_anew_is_as_long_as_it_was():
    step = Step("main")
    step.wait(NOW + HOUR, 40 * SECOND)
    step.wait_anew(NOW)
    assert (step.scheduled_at, step.next_action_at) == (NOW, NOW + 40 * SECOND)


def test_whoever_looks_far_too_late_counts_not_found_anew():
    step = Step("main", not_found_since=NOW)
    step.wait(NOW, 30 * SECOND)
    step.look_late(NOW + 40 * SECOND, 60 * SECOND)
    assert step.not_found_since == NOW
    step.look_late(NOW + HOUR, 60 * SECOND)
    assert step.not_found_since is None
