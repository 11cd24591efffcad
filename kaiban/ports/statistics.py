"""What figures are read from: ended cases as numbers, and how many have come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from kaiban.domain.cases.states import CaseState
from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.domain.statistics.marks import MarkKind
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.statistics.timeline import Timeline


@dataclass(frozen=True)
class Scope:
    """Of which cases: those ended from the first to the last day, both in it; ``hall`` "" is every hall."""

    first: date
    last: date
    hall: str = ""


class Part(StrEnum):
    """The parts of a period that are told apart."""

    DAY = "day"
    MONTH = "month"


class Subset(StrEnum):
    """The cases behind a figure; the values stand in addresses."""

    GRANTED = "granted"
    WITHIN_PROMISE = "within_promise"
    LATE = "late"
    YELLOW = "yellow"
    RED = "red"
    SENT_BACK = "sent_back"
    PROVISIONAL = "provisional"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RATED = "rated"
    BADLY_RATED = "badly_rated"


@dataclass(frozen=True)
class Marked:
    """Cases with a mark of that kind; where they are not None also by whom, of which place and with which code."""

    kind: MarkKind
    by: str | None = None
    place: str | None = None
    code: str | None = None


class Marks(Protocol):
    """Counts of what ended cases were sent back for, and of what else did not go through at once."""

    def counted(
        self, scope: Scope, kind: MarkKind, by: Sequence[str] = ()
    ) -> Mapping[tuple[str, ...], tuple[int, int]]:
        """How many marks, and in how many cases, by those names of `Mark`; what there is none of is not there."""

    def unmarked(self, scope: Scope) -> int:
        """How many ended cases nobody has looked at for marks: they ended before there were any."""

    def cases(
        self, scope: Scope, marked: Marked, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, marks and used minutes of so many cases with such a mark, those with most marks first."""


class Figures(Protocol):
    """Counts over frozen facts; nothing in them leads to a person but the numbers of cases."""

    @property
    def marks(self) -> Marks:
        """What cases were sent back for."""

    def counts(self, scope: Scope) -> Mapping[Subset, int]:
        """How many ended cases each subset has."""

    def times(self, scope: Scope) -> Spread:
        """Working minutes of the granted cases."""

    def granted_by(self, scope: Scope, part: Part) -> Mapping[date, tuple[Spread, int]]:
        """Working minutes of the granted cases, and how many of these kept their promise, by the first day of each part."""

    def links(self, scope: Scope) -> Mapping[str, Spread]:
        """Working minutes in which each link's department had the granted ones in hand."""

    def holders(self, scope: Scope) -> Mapping[str, int]:
        """All minutes of the granted cases, by whose they were."""

    def ratings(self, scope: Scope) -> Mapping[int, int]:
        """How satisfied those were whose cases ended on these days, with the case as a whole: by level."""

    def waits(self, scope: Scope) -> Spread:
        """Minutes people waited in the halls on these days until they were called (`CLOCK_RULE` of waits); of days whose tickets are forgotten, none."""

    def intake(self, scope: Scope) -> Mapping[CaseState, int]:
        """The cases that came in on these days, by what has become of them by now."""

    def promises_kept(self, scope: Scope) -> Mapping[str, Mapping[int, Share]]:
        """How many of the granted cases were within their promise, by hall and by how many links were wanted."""

    def lengths(self, scope: Scope) -> Mapping[str, tuple[Spread, Spread]]:
        """Working minutes of the cases that came in on these days, by hall: of the granted ones, and of those still open so far."""

    def timelines(self, scope: Scope, limit: int) -> Sequence[tuple[Timeline, int]]:
        """Who had the granted cases in hand when, and the minutes they used as frozen; so many of them, those that ended last."""

    def held(
        self, scope: Scope, holder: str, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number of so many granted cases, the minutes that holder had, and all minutes used; those with most first."""

    def rows(self, scope: Scope, limit: int) -> Sequence[CaseRow]:
        """So many of the ended cases one by one, in the order in which they ended."""

    def cases(
        self, scope: Scope, subset: Subset, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, used and promised minutes of so many cases of a subset, those that took longest first."""
