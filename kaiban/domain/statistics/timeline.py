"""An ended case as who had it in hand when: all that is needed to count its minutes anew, with nobody in it.

Minutes are whole minutes since 1970-01-01 UTC.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.hours.clock import HallHours
from kaiban.domain.hours.ledger import PAUSES, whose
from kaiban.domain.hours.timetable import Timetable, instant_of, minute_of


@dataclass(frozen=True)
class Leg:
    """Somebody had the case in hand from a minute to another: the holders are those of the hours ledger."""

    holder: str
    start: int
    end: int


@dataclass(frozen=True)
class Timeline:
    """A case from its acceptance to its end.

    ``order`` are its links in the order of the plan, ``promised`` working minutes. ``open``: when its hall was open, in order, by
    the clock that was closed with it: no later change of the hall's hours moves a minute of what was counted.
    """

    no: str
    hall: str
    promised: int
    accepted: int
    finished: int
    order: tuple[str, ...]
    legs: tuple[Leg, ...]
    open: tuple[tuple[int, int], ...]

    def working(self, start: int, end: int) -> int:
        """The open minutes from one to the other, as they were counted."""
        return sum(max(min(end, last) - max(start, first), 0) for first, last in self.open)

    def paused(self) -> list[tuple[int, int]]:
        """When the clock stood, in order and without overlap."""
        found: list[tuple[int, int]] = []
        for leg in sorted((each for each in self.legs if each.holder in PAUSES), key=_by_time):
            if found and leg.start <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], leg.end))
            else:
                found.append((leg.start, leg.end))
        return found

    def used(self, hours: Timetable) -> int:
        """The working minutes by those hours, without those in which the clock stood."""
        paused = sum(hours.working(start, end) for start, end in self.paused())
        return hours.working(self.accepted, self.finished) - paused

    def pieces(self) -> Iterator[tuple[int, int, str]]:
        """The open time in pieces, each from a minute to another and whose it was, by the rule of the hours ledger."""
        rank = {name: position for position, name in enumerate(self.order)}
        cuts = sorted({moment for leg in self.legs for moment in (leg.start, leg.end)})
        for first, last in self.open:
            edges = [first, *(cut for cut in cuts if first < cut < last), last]
            for start, end in pairwise(edges):
                yield start, end, whose(self._running(start), rank)

    def _running(self, minute: int) -> Collection[str]:
        return {leg.holder for leg in self.legs if leg.start <= minute < leg.end}


def timeline_of(case: Case, hall: HallHours, promised: int) -> Timeline:
    """The timeline of a case that has ended; what somebody still has in hand then ends with it.

    A pause of no minute is none: with its end a case is the applicant's.
    """
    end = case.finished_at or case.events[-1].at
    first, finished = minute_of(case.accepted_at), minute_of(max(case.accepted_at, end))
    legs = (
        Leg(
            each.holder, max(minute_of(each.start), first), min(_end(each.end, finished), finished)
        )
        for each in holdings(case.events)
    )
    kept = (leg for leg in legs if leg.start < leg.end or leg.holder not in PAUSES)
    return Timeline(
        case.no, case.hall, promised, first, finished, tuple(link.name for link in case.links),
        tuple(sorted((leg for leg in kept if leg.start <= leg.end), key=_by_time)),
        tuple(
            (minute_of(span.start), minute_of(span.end))
            for span in hall.open_spans(instant_of(first), instant_of(finished))
        ),
    )  # fmt: skip


def _end(end: datetime | None, finished: int) -> int:
    return finished if end is None else minute_of(end)


def _by_time(leg: Leg) -> tuple[int, int, str]:
    return leg.start, leg.end, leg.holder
