"""A day of the demo city, played on a clock that runs faster: morning rush, outages, people who act (``kaiban demo --day``)."""

import logging
import select
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Final

import click
import structlog

from kaiban.app import Kaiban
from kaiban.cli.demo_city.bad_monday import DAYS, Day
from kaiban.cli.demo_city.demo_staff import PREFIX, demo_staff
from kaiban.cli.demo_city.people import Http, People, UndoneError
from kaiban.cli.demo_city.ports import Reserved, usual_port
from kaiban.cli.demo_city.scene import ClockLeader, Scene, environ_of, next_at
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.roles import Role
from kaiban.ports import Unavailable

MONDAY: Final = 1
#: Business time a trainer's step takes.
STEP: Final = timedelta(minutes=10)
#: What a trainer types, each with Enter.
KEYS: Final = {"p": "暂停或继续", "s": "走十分钟再停", "r": "从头再来"}
#: So often people look what there is to do, in real seconds.
_LOOK: Final = 0.5


class RewoundError(Exception):
    """The trainer begins the day anew."""


def play(kaiban: Kaiban, name: str, speed: float, seed: int) -> int:
    """Play that day, again for as long as the trainer says so; the pages stay open after its end until Ctrl-C."""
    # What people do here is told in their own lines.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    while True:
        try:
            _played_once(kaiban, DAYS[name], speed, seed)
        except RewoundError:
            click.echo("从头再来。")
        else:
            return 0


def _played_once(kaiban: Kaiban, day: Day, speed: float, seed: int) -> None:
    folder = Path(kaiban.settings.var) / "day"
    shutil.rmtree(folder, ignore_errors=True)
    begins = folder / "begins"
    with Reserved() as reserved:
        port = usual_port(reserved, "port", range(1), kaiban.settings)
        address = f"http://127.0.0.1:{port}"
        clock = f"{next_at(day.begins, kaiban.wall.now(), weekdays=(MONDAY,)).isoformat()}@{begins}x{speed}"
        options = (
            "--port",
            "0",
            "--clock",
            clock,
            "--scenario",
            day.scenario,
            "--seed",
            str(seed),
        )
        environ = environ_of(folder, address, clock)
        scene = Scene(folder, folder / "links.toml", address, options, environ)
        with scene.played(Kaiban(environ)):
            ours = Kaiban({**environ, "KAIBAN_LINKS": str(scene.links)})
            _lead(ours, scene, day, ClockLeader(begins, kaiban.wall.now), seed)


def _lead(ours: Kaiban, scene: Scene, day: Day, clocks: ClockLeader, seed: int) -> None:
    hall = next(iter(ours.profile.city.halls))
    logins = list(demo_staff(ours.staff, hall))
    clerk = ours.staff.accounts.get(f"{PREFIX}{Role.WINDOW.value}")
    assert clerk is not None, "made a line above"
    token = ours.accounts.add_token("demo", ("cases:read", "cases:write"), ours.wall.now())
    people = People(ours, day, clerk, Http(scene.address, token), seed)
    _greet(scene, day, logins)
    ending = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        trainer, acts = Trainer(ours, clocks), Acts(day, people)
        clocks.turn()
        while signal.sigtimedwait(ending, _LOOK) is None:
            scene.signs()
            trainer.listen()
            if clocks.runs:
                acts.due(ours.clock.now())
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ending)


class Trainer:
    """Whoever leads the day, at the terminal: pauses it, lets it go on for a while, begins it anew."""

    def __init__(self, ours: Kaiban, clocks: ClockLeader) -> None:
        self._ours, self._clocks = ours, clocks
        self._until: datetime | None = None

    def listen(self) -> None:
        """Do what was typed, and pause where a step ends; RewoundError to begin anew."""
        for key in _typed():
            if key == "r":
                raise RewoundError
            if key == "p" or (key == "s" and not self._clocks.runs):
                self._turn()
            self._until = self._ours.clock.now() + STEP if key == "s" else None
        if self._until and self._clocks.runs and self._ours.clock.now() >= self._until:
            self._until = None
            self._turn()

    def _turn(self) -> None:
        self._clocks.turn()
        click.echo("继续。" if self._clocks.runs else f"暂停在 {_clock(self._ours.clock.now())}。")


class Acts:
    """What is to happen on the day, in order: each once, and again until it comes about."""

    def __init__(self, day: Day, people: People) -> None:
        arrivals = [(each.at, partial(people.arrive, each)) for each in day.arrivals]
        grievances = [(each.at, partial(people.complain, each)) for each in day.grievances]
        self._left = sorted([*arrivals, *grievances], key=itemgetter(0))
        self._day, self._people, self._is_over = day, people, False
        self._told: set[str] = set()

    def due(self, now: datetime) -> None:
        """Everything whose time has come; what could not be done is tried again when this is called next."""
        local = now.astimezone(HALL_TIME).time()
        while self._left and self._left[0][0] <= local:
            line = self._tried(self._left[0][1])
            if not line:
                break
            _tell(now, line)
            del self._left[0]
        for act in self._people.habits():
            if line := self._tried(act):
                _tell(now, line)
        if local >= self._day.ends and not self._is_over:
            self._is_over = True
            _tell(now, "一天结束，页面还开着：r 从头再来，Ctrl-C 结束。")

    def _tried(self, act: Callable[[], str]) -> str:
        """What was done; "" where it came to nothing, which is told once."""
        try:
            return act()
        except (UndoneError, Unavailable) as error:
            if str(error) not in self._told:
                self._told.add(str(error))
                click.echo(f"         （没有做成，等会儿再试：{error}）")
            return ""


def _typed() -> Iterator[str]:
    """The keys typed since the last look; none where nobody sits at a terminal."""
    if not sys.stdin.isatty():
        return
    while select.select([sys.stdin], [], [], 0)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        yield from (key for key in line.strip().lower()[:1] if key in KEYS)


def _tell(now: datetime, line: str) -> None:
    click.echo(f"  {_clock(now)}  {line}")


def _clock(now: datetime) -> str:
    return now.astimezone(HALL_TIME).strftime("%H:%M")


def _greet(scene: Scene, day: Day, logins: list[str]) -> None:
    staff = "\n".join(f"            {each}" for each in logins)
    keys = "，".join(f"{key} {what}" for key, what in KEYS.items())
    click.echo(f"""
{day.title}（模拟数据；演示时钟从 {day.begins:%H:%M} 开始；日志 {scene.folder}/serve.log）

  网页      {scene.address}/
  窗口      {scene.address}/desk          工作人员登录（动态口令栏填恢复码，每个用一次）
{staff}
  监督      {scene.address}/watch
  模拟部门  {scene.hall_url}/

  按键加回车：{keys}；Ctrl-C 结束
""")
