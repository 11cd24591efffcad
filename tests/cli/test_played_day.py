"""A day that is played: everybody who is to act does, in order and once, and a trainer leads it."""

import os
import pty
import sys
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from kaiban.cli.demo_city.bad_monday import DAY, Arrival
from kaiban.cli.demo_city.demo_staff import PREFIX, demo_staff
from kaiban.cli.demo_city.people import Http, People, UndoneError
from kaiban.cli.demo_city.played_day import STEP, Acts, RewoundError, Trainer
from kaiban.cli.demo_city.scene import ClockLeader, next_at
from kaiban.config import RunningClock
from kaiban.domain.cases.states import CaseState
from kaiban.domain.desk.worklist import holder_of
from kaiban.ports import Unavailable
from tests.journeys.city import playing

MONDAY = datetime(2026, 3, 9, 0, 50, tzinfo=UTC)  # 08:50 in the hall


@pytest.fixture
def town(tmp_path):
    with playing(tmp_path, f"sqlite:///{tmp_path}/kaiban.db", morning=MONDAY) as found:
        yield found


def people_of(town, day):
    hall = next(iter(town.kaiban.profile.city.halls))
    assert len(list(demo_staff(town.kaiban.staff, hall))) > 3
    clerk = town.kaiban.staff.accounts.get(f"{PREFIX}window")
    http = Http(town.address, town.token("people", "cases:read", "cases:write"))
    return People(town.kaiban, day, clerk, http, 7)


def test_a_morning_goes_by_and_everybody_has_acted(town, capsys):
    arrivals = (
        Arrival(time(9, 0), links=("registration", "seal")),
        Arrival(time(9, 5), "测试补正登记", ("registration",)),
        Arrival(time(9, 10), "测试补正税务", ("registration", "tax")),
    )
    day = replace(DAY, arrivals=arrivals, grievances=DAY.grievances[:1], ends=time(13, 0))
    people = people_of(town, day)
    acts = Acts(day, people)
    for _ in range(60):
        acts.due(town.hall.clock.now())
        town.pass_time(minutes=5)
    told = capsys.readouterr().out
    assert len(people.numbers) == told.count("申请人提交") == 3
    assert {town.kaiban.cases.read(no).state for no in people.numbers} == {CaseState.COMPLETED}
    assert told.count("申请人补正") == 2, "each notice is answered once"
    assert told.count("申请人评价") == 3
    assert told.count("申请人反映") == 1
    assert holder_of(town.kaiban.cases.read(people.numbers[0])) == f"{PREFIX}window"
    assert told.count("叫号") > 5
    assert told.count("一天结束") == 1


def test_what_comes_to_nothing_is_told_once_and_tried_again_before_what_comes_later(capsys):
    tried = []

    class Unlucky:
        def arrive(self, arrival):
            tried.append(arrival)
            if len(tried) < 4:
                raise (
                    [UndoneError("POST /cases: ConnectionError"), Unavailable("busy")][
                        len(tried) % 2
                    ]
                )
            return "申请人提交"

        def habits(self):
            return ()

    first, second = DAY.arrivals[:2]
    acts = Acts(replace(DAY, arrivals=(first, second), grievances=()), Unlucky())
    for _ in range(4):
        acts.due(MONDAY + timedelta(minutes=11))
    assert tried == [first] * 4, "what comes later waits"
    acts.due(MONDAY + timedelta(minutes=15))
    assert tried == [first] * 4 + [second]
    told = capsys.readouterr().out
    assert told.count("没有做成") == 2, "each reason once"
    assert told.count("申请人提交") == 2


def test_a_refusal_of_the_api_is_told_with_its_words(town):
    with pytest.raises(UndoneError, match="404"):
        Http(town.address, town.token("x", "cases:read")).send("GET", "/cases/nothing")


@pytest.fixture
def typing(monkeypatch):
    """Type a line at the terminal."""
    leader, follower = pty.openpty()
    with os.fdopen(follower, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield lambda key: os.write(leader, f"{key}\n".encode())
    os.close(leader)


class Led:
    """What a trainer leads: its clock alone."""

    def __init__(self, clock):
        self.clock = clock


def test_a_trainer_pauses_steps_and_rewinds(tmp_path, typing):
    wall = [datetime(2026, 3, 4, 4, 0, tzinfo=UTC)]
    clocks = ClockLeader(tmp_path / "begins", lambda: wall[0])
    clock = RunningClock.read(f"2026-03-09T08:50+08:00@{tmp_path / 'begins'}x60", lambda: wall[0])
    trainer = Trainer(Led(clock), clocks)

    def passing(seconds):
        wall[0] += timedelta(seconds=seconds)
        trainer.listen()
        return clock.now() - clock.epoch

    clocks.turn()
    assert passing(60) == timedelta(hours=1)
    typing("p")
    assert passing(0) == timedelta(hours=1)
    assert passing(60) == timedelta(hours=1), "it stands"
    assert not clocks.runs
    typing("s")
    passing(0)
    assert clocks.runs
    assert passing(5) == timedelta(minutes=65)
    assert passing(5) == timedelta(hours=1) + STEP
    assert passing(60) == timedelta(hours=1) + STEP, "a step is over and it stands again"
    typing("x")
    passing(1)
    typing("r")
    with pytest.raises(RewoundError):
        trainer.listen()


@pytest.mark.parametrize(
    ("now", "weekdays", "found"),
    [
        ("2026-03-04T12:00+08:00", range(1, 8), "2026-03-05T09:00+08:00"),
        ("2026-03-04T12:00+08:00", (1,), "2026-03-09T09:00+08:00"),
        # Late on Sunday by UTC it is Monday in the hall.
        ("2026-03-08T18:00+00:00", (1,), "2026-03-16T09:00+08:00"),
        # 2026-04-06 is a holiday.
        ("2026-04-03T12:00+08:00", (1,), "2026-04-13T09:00+08:00"),
        ("2026-04-03T12:00+08:00", range(1, 8), "2026-04-07T09:00+08:00"),
    ],
)
def test_a_day_that_is_played_is_the_next_one_worked(now, weekdays, found):
    begins = next_at(time(9), datetime.fromisoformat(now), weekdays)
    assert begins == datetime.fromisoformat(found)
