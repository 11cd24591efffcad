"""How a period went on (走势): week by week where it is short, else month by month, each with both numbers of its share."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Figures, Part, Scope

#: Up to so many days are told by weeks.
BY_WEEKS: Final = timedelta(days=62)
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """A week (from Monday) or a month, as far as it lies in the period: its days, its granted cases within their promise, and all of these by their minutes."""

    scope: Scope
    is_month: bool
    kept: Share
    times: Spread

    @property
    def is_small(self) -> bool:
        """Whether too few were granted to say anything of a share or of times."""
        return self.kept.is_small


def trend(figures: Figures, scope: Scope) -> list[Stretch]:
    """The stretches of a period in order, also those in which nothing was granted."""
    is_month = scope.last - scope.first > BY_WEEKS
    found = figures.granted_by(scope, Part.MONTH if is_month else Part.DAY)
    return [
        _stretch(replace(scope, first=first, last=last), found, is_month=is_month)
        for first, last in (_months(scope) if is_month else _weeks(scope))
    ]


def _stretch(scope: Scope, found: Mapping[date, tuple[Spread, int]], *, is_month: bool) -> Stretch:
    """With what was granted in it; a month's part stands under its first day."""
    begins = scope.first.replace(day=1) if is_month else scope.first
    parts = [part for day, part in found.items() if begins <= day <= scope.last]
    counts: Counter[int] = Counter()
    for spread, _ in parts:
        counts.update(spread.counts)
    times = Spread(counts)
    return Stretch(scope, is_month, Share(sum(kept for _, kept in parts), times.size), times)


def _weeks(scope: Scope) -> Iterator[tuple[date, date]]:
    first = scope.first
    while first <= scope.last:
        last = min(first + _WEEK - _DAY * (first.weekday() + 1), scope.last)
        yield first, last
        first = last + _DAY


def _months(scope: Scope) -> Iterator[tuple[date, date]]:
    first = scope.first
    while first <= scope.last:
        next_one = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(next_one - _DAY, scope.last)
        first = next_one
