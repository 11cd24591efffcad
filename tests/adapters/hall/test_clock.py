"""The hall clock moves by hand, or faster than real time; never backwards."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.hall import HallClock, RealClock
from tests.waiting import until

EPOCH = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


def test_a_manual_clock_stands_until_it_is_moved():
    clock = HallClock(EPOCH, manual=True)
    assert clock.now() == EPOCH
    clock.advance(timedelta(hours=2))
    assert clock.now() == EPOCH + timedelta(hours=2)
    clock.advance_to(EPOCH + timedelta(hours=3))
    clock.advance_to(EPOCH)
    assert clock.now() == EPOCH + timedelta(hours=3)


def test_a_fast_clock_runs_ahead_of_real_time():
    clock = HallClock(EPOCH, speed=3600)
    until(lambda: clock.now() - EPOCH >= timedelta(hours=1), 60)
    assert clock.real(timedelta(hours=1)) == timedelta(seconds=1)
    assert clock.business(timedelta(seconds=1)) == timedelta(hours=1)


def test_advancing_wakes_whoever_listens():
    clock, heard = HallClock(EPOCH, manual=True), []
    clock.listen(lambda: heard.append(clock.now()))
    clock.advance(timedelta(minutes=1))
    assert heard == [EPOCH + timedelta(minutes=1)]


def test_it_does_not_run_backwards():
    with pytest.raises(ValueError, match="backwards"):
        HallClock(EPOCH, manual=True).advance(timedelta(seconds=-1))


@pytest.mark.parametrize(("epoch", "speed"), [(EPOCH.replace(tzinfo=None), 1), (EPOCH, 0)])
def test_it_needs_an_aware_epoch_and_a_positive_speed(epoch, speed):
    with pytest.raises(ValueError, match="hall clock"):
        HallClock(epoch, speed)


def test_real_time_is_aware():
    assert RealClock().now().tzinfo is UTC


def test_a_clock_that_is_started_late_is_where_it_would_have_been():
    clock = HallClock(EPOCH, speed=60, manual=True)
    clock.start(timedelta(minutes=1))
    assert clock.now() - EPOCH >= timedelta(hours=1)
    assert clock.now() - EPOCH < timedelta(hours=3)
