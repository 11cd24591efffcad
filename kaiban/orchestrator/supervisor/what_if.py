"""What would have been, had the city promised, counted or worked otherwise (假如……会怎样)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from kaiban.domain.city import City
from kaiban.domain.hours.clock import HallHours
from kaiban.domain.hours.ledger import DEPARTMENT
from kaiban.domain.hours.other_hours import AROUND_THE_CLOCK, with_saturdays, without_break
from kaiban.domain.hours.timetable import Timetable
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.statistics.timeline import Timeline
from kaiban.domain.statistics.what_if import Pace, replayed
from kaiban.orchestrator.supervisor.hours import MOST
from kaiban.ports.statistics import Figures, Scope


class ClockRule(StrEnum):
    """By which minutes the time of a case is counted; the values stand in addresses."""

    HALL = "hall"
    NO_BREAK = "no_break"
    SATURDAYS = "saturdays"
    ALWAYS = "always"


_RULES: Final[Mapping[ClockRule, Callable[[HallHours], HallHours]]] = {
    ClockRule.HALL: lambda hall: hall,
    ClockRule.NO_BREAK: without_break,
    ClockRule.SATURDAYS: with_saturdays,
    ClockRule.ALWAYS: lambda _: AROUND_THE_CLOCK,
}


#: What is laid out of the hours beyond the last end of a case, in minutes: a case played again may end later.
_BEYOND: Final = 400 * 24 * 60


@dataclass(frozen=True)
class Question:
    """What is different.

    ``promise`` in working minutes, 0 as each case had it; ``takes``: the share of its minutes that ``link`` takes;
    ``saturdays``: whether that link works on Saturdays, too.
    """

    promise: int = 0
    rule: ClockRule = ClockRule.HALL
    link: str = ""
    takes: Fraction = Fraction(1)
    saturdays: bool = False

    @property
    def changes_pace(self) -> bool:
        """Whether cases would have gone on otherwise; else they are only counted otherwise."""
        return bool(self.link) and (self.takes != 1 or self.saturdays)


@dataclass(frozen=True)
class Played:
    """One case: what it was promised and took, and would have been promised and taken."""

    no: str
    promised: int
    used: int
    would_promise: int
    would_use: int

    @property
    def kept(self) -> bool:
        """Whether it kept its promise."""
        return self.used <= self.promised

    @property
    def would_keep(self) -> bool:
        """Whether it would have kept the other one."""
        return self.would_use <= self.would_promise


@dataclass(frozen=True)
class Answer:
    """The cases as they were and as they would have been; ``is_all`` is False where there were more than are played again."""

    cases: Sequence[Played]
    is_all: bool

    @property
    def kept(self) -> tuple[Share, Share]:
        """How many kept their promise, and would have."""
        count = len(self.cases)
        return (
            Share(sum(each.kept for each in self.cases), count),
            Share(sum(each.would_keep for each in self.cases), count),
        )

    @property
    def times(self) -> tuple[Spread, Spread]:
        """What they took, and would have taken."""
        return (
            Spread.of(each.used for each in self.cases),
            Spread.of(each.would_use for each in self.cases),
        )

    @property
    def gained(self) -> Sequence[Played]:
        """Those that would keep a promise they broke."""
        return [each for each in self.cases if each.would_keep and not each.kept]

    @property
    def lost(self) -> Sequence[Played]:
        """Those that would break a promise they kept."""
        return [each for each in self.cases if each.kept and not each.would_keep]


@dataclass(frozen=True)
class _Otherwise:
    """How the cases of one hall are played and counted."""

    hours: Timetable
    counted: Timetable
    pace: Pace | None

    def used(self, timeline: Timeline) -> int:
        """The working minutes it would have taken."""
        if self.pace is None:
            return timeline.used(self.counted)
        return replayed(timeline, self.hours, self.pace).used(self.counted)


def what_if(figures: Figures, city: City, scope: Scope, question: Question) -> Answer:
    """The granted cases of that scope, played again with that difference."""
    found = figures.timelines(scope, MOST + 1)
    kept = found[:MOST]
    halls = _otherwise(city, [timeline for timeline, _ in kept], question)
    # What only the promise is different of, took what was written down when it ended, whatever the hall's hours are by now.
    recount = question.changes_pace or question.rule is not ClockRule.HALL
    cases = [
        Played(
            each.no, each.promised, used, question.promise or each.promised,
            halls[each.hall].used(each) if recount else used,
        )
        for each, used in kept
    ]  # fmt: skip
    return Answer(cases, len(found) <= MOST)


def _otherwise(
    city: City, timelines: Sequence[Timeline], question: Question
) -> Mapping[str, _Otherwise]:
    hours = _timetables(city, timelines, _RULES[ClockRule.HALL])
    counted = _timetables(city, timelines, _RULES[question.rule])
    saturdays = _timetables(city, timelines, with_saturdays) if question.saturdays else {}
    return {
        hall: _Otherwise(hours[hall], counted[hall], _pace(question, saturdays.get(hall)))
        for hall in hours
    }


def _timetables(
    city: City, timelines: Sequence[Timeline], change: Callable[[HallHours], HallHours]
) -> Mapping[str, Timetable]:
    """What the hours of each hall of these cases are changed into, for as long as is asked about."""
    if not timelines:
        return {}
    first = min(each.accepted for each in timelines)
    last = max(each.finished for each in timelines) + _BEYOND
    return {
        hall: Timetable(change(city.hall_named(hall).hours), first, last)
        for hall in {each.hall for each in timelines}
    }


def _pace(question: Question, saturdays: Timetable | None) -> Pace | None:
    if not question.changes_pace:
        return None
    holder = DEPARTMENT + question.link
    return Pace({holder: question.takes}, {holder: saturdays} if saturdays else {})
