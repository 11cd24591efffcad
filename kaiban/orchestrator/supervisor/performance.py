"""What everybody may know of how well the promise is kept: the city by months, small numbers left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kaiban.domain.statistics.shares import SMALLEST, Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Figures, Scope, Subset

#: So many months are shown, the latest first.
MONTHS: Final = 12


@dataclass(frozen=True)
class Month:
    """A month of the whole city; ``kept`` and ``times`` are None where fewer cases were granted than anything is said of."""

    first: date
    granted: int
    kept: Share | None
    times: Spread | None
    refused: int


def months(figures: Figures, today: date) -> list[Month]:
    """The months up to this one, the latest first, from the first one in which anything ended."""
    found = [_month(figures, first, last) for first, last in _spans(today)]
    while found and not (found[-1].granted or found[-1].refused):
        found.pop()
    return found


def _month(figures: Figures, first: date, last: date) -> Month:
    scope = Scope(first, last)
    counts = figures.counts(scope)
    granted, refused = counts[Subset.GRANTED], counts[Subset.REFUSED]
    if granted < SMALLEST:
        return Month(first, granted, None, None, refused)
    return Month(
        first,
        granted,
        Share(counts[Subset.WITHIN_PROMISE], granted),
        figures.times(scope),
        refused,
    )


def _spans(today: date) -> Iterator[tuple[date, date]]:
    last = today
    for _ in range(MONTHS):
        first = last.replace(day=1)
        yield first, last
        last = first - timedelta(days=1)
