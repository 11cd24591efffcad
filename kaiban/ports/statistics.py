"""What figures are read from: ended cases as numbers, and how many have come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from kaiban.domain.cases.states import CaseState
from kaiban.domain.statistics.spreads import Spread


@dataclass(frozen=True)
class Scope:
    """Of which cases: those ended from the first to the last day, both in it; ``hall`` "" is every hall."""

    first: date
    last: date
    hall: str = ""


class Subset(StrEnum):
    """The cases behind a figure; the values stand in addresses."""

    GRANTED = "granted"
    IN_TIME = "in_time"
    LATE = "late"
    YELLOW = "yellow"
    RED = "red"
    SENT_BACK = "sent_back"
    PROVISIONAL = "provisional"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Intake:
    """The cases that came in within the days of a scope, by what has become of them by now."""

    states: Mapping[CaseState, int]


class Figures(Protocol):
    """Counts over frozen facts; nothing in them leads to a person but the numbers of cases."""

    def counts(self, scope: Scope) -> Mapping[Subset, int]:
        """How many ended cases each subset has."""

    def times(self, scope: Scope) -> Spread:
        """Working minutes of the granted cases."""

    def links(self, scope: Scope) -> Mapping[str, Spread]:
        """Working minutes in which each link's department had the granted ones in hand."""

    def holders(self, scope: Scope) -> Mapping[str, int]:
        """All minutes of the granted cases, by whose they were."""

    def intake(self, scope: Scope) -> Intake:
        """What came in on these days."""

    def cases(
        self, scope: Scope, subset: Subset, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, used and promised minutes of so many cases of a subset, those that took longest first."""
