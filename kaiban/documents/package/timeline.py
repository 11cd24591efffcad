"""The links over hall time, as positions in per cent: what the cover draws.

The axis counts open minutes of the hall only. Nights and lunch take no room, so the promise is one straight line; where a day's
lunch was, the axis says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.documents import wording
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.cases.staff.holdings import turns
from kaiban.domain.hours.clock import HALL_TIME, HallHours
from kaiban.domain.hours.ledger import Holding

LUNCH: Final = "午休"
_MOST_TICKS: Final = 8
#: Room on the right for the label of the last bar.
_MARGIN: Final = 1.18
_THINNEST: Final = 0.6


@dataclass(frozen=True)
class Piece:
    """A stretch in which the department had the link in hand."""

    left: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One link: a piece for each time its department had it, none if it never got anything; ``right`` is the last end."""

    title: str
    pieces: tuple[Piece, ...]
    right: float
    label: str
    state: LinkState


@dataclass(frozen=True)
class Tick:
    """A full hour of the hall."""

    left: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """All bars, the hours below them, and the line of the promise."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    lunches: tuple[Tick, ...]
    promise_left: float
    promise_label: str


@dataclass(frozen=True)
class _Axis:
    hall: HallHours
    start: datetime
    length: int

    def minutes(self, at: datetime) -> int:
        return self.hall.working(self.start, max(at, self.start)) // timedelta(minutes=1)

    def share(self, count: float) -> float:
        return round(min(100 * count / self.length, 100), 2)


def timeline(case: Case, end: datetime, hall: HallHours, promise: int) -> Timeline:
    """Draw the links between acceptance and ``end``; ``promise`` is in open minutes, pauses included."""
    start = case.accepted_at
    used = hall.working(start, end) // timedelta(minutes=1)
    axis = _Axis(hall, start, max(round(max(used, promise) * _MARGIN), 1))
    due = hall.add(start, timedelta(minutes=promise))
    return Timeline(
        bars=tuple(_bar(link, axis, turns(case.events, link.name), end) for link in case.links),
        ticks=tuple(_thinned(list(_hours(axis)))),
        lunches=tuple(_lunches(axis)),
        promise_left=axis.share(promise),
        promise_label=f"承诺时限线 {wording.moment(due)[5:]}",
    )


def _bar(link: Link, axis: _Axis, held: Sequence[Holding], end: datetime) -> Bar:
    spans = [(axis.minutes(each.start), axis.minutes(each.end or end)) for each in held]
    pieces = tuple(
        Piece(axis.share(begun), max(axis.share(ended) - axis.share(begun), _THINNEST))
        for begun, ended in spans
    )
    right = pieces[-1].left + pieces[-1].width if pieces else 0
    return Bar(link.title, pieces, right, _label(link, spans), link.state)


def _label(link: Link, spans: Sequence[tuple[int, int]]) -> str:
    if not spans and link.submitted_at is None and not link.done_at:
        return "未提交部门"
    used = [wording.minutes(sum(max(ended - begun, 0) for begun, ended in spans))] if spans else []
    return " · ".join([*used, *([] if link.done_at and spans else [link.state_title])])


def _hours(axis: _Axis) -> Iterator[tuple[float, datetime]]:
    """Every full hour at which the hall is open, with its place."""
    end = axis.hall.add(axis.start, timedelta(minutes=axis.length))
    before = 0
    for span in axis.hall.open_spans(axis.start, end):
        hour = span.start.replace(minute=0)
        while hour < span.end:
            if hour >= span.start:
                yield axis.share(before + (hour - span.start) // timedelta(minutes=1)), hour
            hour += timedelta(hours=1)
        before += span.length // timedelta(minutes=1)


def _lunches(axis: _Axis) -> Iterator[Tick]:
    """Where the hall was closed in the middle of the day; not over many days, where it would crowd the hours."""
    end = axis.hall.add(axis.start, timedelta(minutes=axis.length))
    spans = [
        (span.start.astimezone(HALL_TIME), span.end.astimezone(HALL_TIME))
        for span in axis.hall.open_spans(axis.start, end)
    ]
    if len({begun.date() for begun, _ in spans}) == 1:
        for _, closed in spans[:-1]:
            yield Tick(axis.share(axis.minutes(closed)), LUNCH)


def _thinned(hours: Sequence[tuple[float, datetime]]) -> Iterator[Tick]:
    local = [(left, hour.astimezone(HALL_TIME)) for left, hour in hours]
    many_days = len({hour.date() for _, hour in local}) > 1
    shape = "%-d日 %H:%M" if many_days else "%H:%M"
    for left, hour in local[:: max(-(-len(local) // _MOST_TICKS), 1)]:
        yield Tick(left, hour.strftime(shape))
