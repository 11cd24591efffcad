"""Business time, real and faster."""

from datetime import UTC, datetime, timedelta

import pytest

from kaiban.config import ConfigError, RunningClock

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)


class Wall:
    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


def test_without_a_setting_business_time_is_real_time():
    wall = Wall(NOON)
    clock = RunningClock.read("", wall)
    wall.at += timedelta(minutes=5)
    assert clock.now() == wall.at
    assert (
        clock.real(timedelta(minutes=1))
        == clock.business(timedelta(minutes=1))
        == timedelta(minutes=1)
    )


def test_a_demonstration_clock_stands_still_until_it_begins_and_then_runs_faster(tmp_path):
    begins = tmp_path / "begins"
    clock = RunningClock.read(f"2026-03-04T09:00+08:00@{begins}x60", wall := Wall(NOON))
    assert clock.now() == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
    begins.write_text("2026-11-22T04:00:00+00:00")
    wall.at = datetime(2026, 11, 22, 4, 1, tzinfo=UTC)
    assert clock.now() == datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
    assert clock.real(timedelta(hours=1)) == timedelta(minutes=1)
    assert clock.business(timedelta(minutes=1)) == timedelta(hours=1)


def test_a_demonstration_that_pauses_goes_on_where_it_was(tmp_path):
    begins = tmp_path / "begins"
    clock = RunningClock.read(f"2026-03-04T09:00+08:00@{begins}x60", wall := Wall(NOON))
    told = []
    for minute, write in enumerate(["begin", "", "pause", "", "", "go on", ""]):
        wall.at = NOON + timedelta(minutes=minute)
        if write:
            with begins.open("a") as file:
                file.write(f"{wall.at.isoformat()}\n")
        told.append((clock.now() - clock.epoch) // timedelta(hours=1))
    assert told == [0, 1, 2, 2, 2, 2, 3]


def test_a_machine_whose_clock_was_put_back_says_so(tmp_path):
    begins = tmp_path / "begins"
    begins.write_text(NOON.isoformat())
    clock = RunningClock.read(f"2026-03-04T09:00+08:00@{begins}x1", wall := Wall(NOON))
    wall.at -= timedelta(hours=1)
    assert clock.now() == clock.epoch - timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    ["x", "@x", "2026-03-04T09:00+08:00", "2026-03-04T09:00+08:00@begins",
     "2026-03-04T09:00+08:00@beginsx0", "2026-03-04T09:00@beginsx1",
     "2026-03-04T09:00+08:00@beginsxinf"],
)  # fmt: skip
def test_a_clock_that_cannot_be_read_is_named(text):
    with pytest.raises(ConfigError, match="KAIBAN_DEMO_CLOCK"):
        RunningClock.read(text, Wall(NOON))
