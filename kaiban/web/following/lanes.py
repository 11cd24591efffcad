"""Six lanes over hall time: what each link did when, from the events alone.

The axis counts open minutes of the hall since the case was accepted; nights and lunch take no room.
What the applicant had to do is drawn where it happened and moves the goal line to the right.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import NEXT_ACTOR, Actor, Link, LinkState
from kaiban.domain.city import City
from kaiban.domain.hours.clock import HALL_TIME, HallHours
from kaiban.web.presentation.texts import say, short_day

_S = LinkState

#: How a state is drawn; what is not named draws nothing.
_MARKS: Mapping[str, str] = {
    _S.WAITING: "wait",
    _S.READY: "wait",
    _S.SENDING: "work",
    _S.SUBMITTED: "work",
    _S.IN_REVIEW: "work",
    _S.UNKNOWN: "work",
    _S.MANUAL: "work",
    _S.PRE_REGISTERED: "wait",
    _S.NEEDS_CORRECTION: "hold",
}

#: How a state is tagged.
TAGS: Mapping[str, str] = {
    _S.DONE: "done",
    _S.NEEDS_CORRECTION: "hold",
    _S.REFUSED: "hold",
    _S.WAITING: "wait",
    _S.READY: "wait",
    _S.CANCELLED: "wait",
    _S.PRE_REGISTERED: "wait",
}

#: Who has to do the next thing, in words.
ACTORS: Mapping[str, str] = {
    Actor.APPLICANT: "等您处理",
    Actor.WINDOW: "窗口工作人员处理",
    Actor.DEPARTMENT: "部门办理",
    Actor.SYSTEM: "系统自动办理",
    Actor.NOBODY: "",
}

#: Minutes the axis shows beyond the goal or beyond now.
_ROOM = 60


class Stretch(NamedTuple):
    """Part of a lane, in minutes since the case was accepted."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Lane:
    """One link as the progress page shows it."""

    title: str
    department: str
    status: str
    kind: str
    spans: tuple[Stretch, ...]
    sentence: str
    running: bool


@dataclass(frozen=True)
class Lanes:
    """All links, the goal, and now; `scale` is the length of the axis. Minutes."""

    lanes: tuple[Lane, ...]
    goal: int
    now: int
    scale: int


def lanes_of(city: City, case: Case, now: datetime) -> Lanes:
    """Draw the case as it stands at that instant."""
    axis = _Axis(city.hall_of(case).hours, case.accepted_at)
    hours = city.hours_of(case, now)
    end = case.finished_at or now
    promise = city.promise_of(case).working // timedelta(minutes=1)
    goal, at = promise + hours.paused_minutes, axis.minutes(end)
    lanes = tuple(_lane(case, link, axis, end) for link in case.links)
    return Lanes(lanes, goal, at, max(goal, at) + _ROOM)


@dataclass(frozen=True)
class _Axis:
    hall: HallHours
    start: datetime

    def minutes(self, at: datetime) -> int:
        return self.hall.working(self.start, max(at, self.start)) // timedelta(minutes=1)


def _lane(case: Case, link: Link, axis: _Axis, end: datetime) -> Lane:
    state = link.state
    return Lane(
        title=say(link.title),
        department=say(link.office),
        status=say(link.state_title),
        kind=TAGS.get(state, "work"),
        spans=tuple(_spans(case, link, axis, end)),
        sentence=_sentence(link, case),
        running=not link.finished,
    )


def _spans(case: Case, link: Link, axis: _Axis, end: datetime) -> Iterator[Stretch]:
    """What the link did; where two of its steps overlap, the one that does most is drawn."""
    moves = [event for event in case.events if event.link == link.name and event.kind == "step"]
    standing = {step.name: "wait" for step in link.steps}
    at = case.accepted_at
    for event in (*moves, None):
        until = event.at if event is not None else end
        found = _strongest(standing.values())
        start, stop = axis.minutes(at), axis.minutes(until)
        if found and start < stop:
            yield Stretch(_finished(found, link, event), start, stop)
        if event is None:
            return
        standing[event.step] = _MARKS.get(event.after, "")
        at = event.at


_STRENGTH = ("", "wait", "hold", "work")


def _strongest(kinds: Iterable[str]) -> str:
    return max(kinds, key=_STRENGTH.index)


def _finished(kind: str, link: Link, event: Event | None) -> str:
    """The stretch that ended well is drawn as done."""
    last = event is not None and event.after == LinkState.DONE and event.at == link.done_at
    return "done" if last and kind == "work" else kind


def _sentence(link: Link, case: Case) -> str:
    """What happened last, or whom it waits for, in one sentence."""
    if link.done_at is not None:
        return say("%(at)s 办结", at=_clock(link.done_at, case))
    if link.reason:
        return say(link.reason)
    if case.awaiting:
        return say("等受理大厅接收")
    actor = say(ACTORS[NEXT_ACTOR[link.state]])
    if link.submitted_at is not None:
        return say(
            "%(at)s 起办理，现在由%(actor)s", at=_clock(link.submitted_at, case), actor=actor
        )
    return actor


def _clock(at: datetime, case: Case) -> str:
    """The time of day, with the date where it is another day."""
    local, first = at.astimezone(HALL_TIME), case.accepted_at.astimezone(HALL_TIME)
    return (
        f"{local:%H:%M}" if local.date() == first.date() else f"{short_day(local)} {local:%H:%M}"
    )
