"""The figures of a period, each with what it was made from (时效监督)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from kaiban.domain.cases.states import ENDED, GRANTED, CaseState
from kaiban.domain.hours.calendar_limits import within_calendar
from kaiban.domain.hours.ledger import CLOSED, PAUSES
from kaiban.domain.roles import Act, Position
from kaiban.domain.statistics.shares import Share, funnel
from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.trend import Stretch, trend
from kaiban.ports.statistics import Figures, Scope, Subset

#: Steps of the distribution, in minutes.
STEP: Final = 30
#: The stages of those that came in (收件, 结束, 办结).
CAME_IN, HAVE_ENDED, WERE_GRANTED = "came_in", "ended", "granted"
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
    ratings: Mapping[int, int]
    waits: Spread
    trend: Sequence[Stretch]

    @property
    def ended(self) -> int:
        """Every case that ended, whatever its end."""
        return have_ended(self.counts)

    @property
    def kept(self) -> Share:
        """How many of the granted ones kept the promise."""
        return Share(self.counts[Subset.WITHIN_PROMISE], self.counts[Subset.GRANTED])

    @property
    def sent_back(self) -> Share:
        """Of how many of those that ended something was sent back."""
        return Share(self.counts[Subset.SENT_BACK], self.ended)

    @property
    def answered(self) -> Share:
        """Of those whose cases ended, how many said how satisfied they are."""
        return Share(self.counts[Subset.RATED], self.ended)

    @property
    def satisfied(self) -> Share:
        """Of those who said so, how many gave no bad rating (差评)."""
        rated = self.counts[Subset.RATED]
        return Share(rated - self.counts[Subset.BADLY_RATED], rated)

    def links_in(self, order: Iterable[str]) -> list[tuple[str, Spread]]:
        """The links and their minutes in that order, those of departments the city has no more behind them."""
        names = dict.fromkeys([*order, *sorted(self.links)])
        return [(name, self.links[name]) for name in names if name in self.links]

    @property
    def whose(self) -> list[tuple[str, int, Decimal | None]]:
        """Whose the minutes of the granted cases were, most first, and what per cent of those that count; None where they do not."""
        beside = (CLOSED, *PAUSES)
        counted = sum(count for name, count in self.holders.items() if name not in beside)
        return [
            (name, count, None if name in beside else Share(count, counted).percent)
            for name, count in sorted(self.holders.items(), key=lambda each: -each[1])
        ]

    @property
    def came_in(self) -> int:
        """How many came in on these days."""
        return sum(self.intake.values())

    @property
    def way(self) -> dict[str, tuple[Share, Share]]:
        """Of those that came in: how many have ended, and how many of these were granted; of the stage before, and of all."""
        ended = {state: count for state, count in self.intake.items() if state in ENDED}
        granted = sum(ended.get(state, 0) for state in GRANTED)
        return funnel(
            {CAME_IN: self.came_in, HAVE_ENDED: sum(ended.values()), WERE_GRANTED: granted}
        )


def have_ended(counts: Mapping[Subset, int]) -> int:
    """Every case that ended, whatever its end."""
    return counts[Subset.GRANTED] + counts[Subset.REFUSED] + counts[Subset.WITHDRAWN]


def dashboard(figures: Figures, scope: Scope) -> Dashboard:
    """The figures of that scope."""
    return Dashboard(
        scope, figures.counts(scope), figures.times(scope), figures.links(scope),
        figures.holders(scope), figures.intake(scope), figures.ratings(scope), figures.waits(scope),
        trend(figures, scope),
    )  # fmt: skip


def scope_of(
    who: Position, first: date | None, last: date | None, hall: str, today: date
) -> Scope:
    """What somebody may ask for: this month without other days, their own hall where they see no other.

    Days the wrong way round change places; of a longer period than a year the last year is told.
    """
    return period(first, last, who.within(Act.SEE_FIGURES) or hall, today)


def period(first: date | None, last: date | None, hall: str, today: date) -> Scope:
    """The same for whoever may ask for every hall."""
    last = within_calendar(last or today)
    first = within_calendar(first or last.replace(day=1))
    first, last = min(first, last), max(first, last)
    return Scope(max(first, last - LONGEST), last, hall)
