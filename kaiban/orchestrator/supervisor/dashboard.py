"""The figures of a period, each with what it was made from (时效监督)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kaiban.domain.cases.states import ENDED, CaseState
from kaiban.domain.roles import Act, Position
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Figures, Scope, Subset

#: Steps of the distribution, in minutes.
STEP: Final = 30
PAGE: Final = 50
#: The longest period figures are told of.
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Dashboard:
    """Everything the page shows.

    ``kept`` is of the granted cases, ``sent_back`` of all that ended. ``intake``: what came in on these days, by what has
    become of it, where what is still open or was refused is no failure but told apart.
    """

    scope: Scope
    counts: Mapping[Subset, int]
    times: Spread
    links: Mapping[str, Spread]
    holders: Mapping[str, int]
    intake: Mapping[CaseState, int]

    @property
    def ended(self) -> int:
        """Every case that ended, whatever its end."""
        counts = self.counts
        return counts[Subset.GRANTED] + counts[Subset.REFUSED] + counts[Subset.WITHDRAWN]

    @property
    def kept(self) -> Share:
        """How many of the granted ones kept the promise."""
        return Share(self.counts[Subset.IN_TIME], self.counts[Subset.GRANTED])

    @property
    def sent_back(self) -> Share:
        """Of how many of those that ended something was sent back."""
        return Share(self.counts[Subset.SENT_BACK], self.ended)

    @property
    def came_in(self) -> int:
        """How many came in on these days."""
        return sum(self.intake.values())

    @property
    def still_open(self) -> int:
        """How many of these have not ended."""
        return sum(count for state, count in self.intake.items() if state not in ENDED)


def dashboard(figures: Figures, scope: Scope) -> Dashboard:
    """The figures of that scope."""
    return Dashboard(
        scope, figures.counts(scope), figures.times(scope), figures.links(scope),
        figures.holders(scope), figures.intake(scope).states,
    )  # fmt: skip


def scope_of(
    who: Position, first: date | None, last: date | None, hall: str, today: date
) -> Scope:
    """What somebody may ask for: this month without other days, their own hall where they see no other.

    Days the wrong way round change places; of a longer period than a year the last year is told.
    """
    last = last or today
    first = first or last.replace(day=1)
    first, last = min(first, last), max(first, last)
    return Scope(max(first, last - LONGEST), last, who.within(Act.SEE_FIGURES) or hall)


def cases_behind(
    figures: Figures, scope: Scope, subset: Subset, page: int
) -> tuple[Sequence[tuple[str, int, int]], bool]:
    """A page of the cases behind a figure, and whether there are more."""
    found = figures.cases(scope, subset, (page - 1) * PAGE, PAGE + 1)
    return found[:PAGE], len(found) > PAGE
