"""How values lie: mean, median, nine tenths, and how many fall where."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from kaiban.domain.statistics.shares import rounded


@dataclass(frozen=True)
class Spread:
    """Whole numbers (minutes, days), each with how often it came; none of them is left out of any figure."""

    counts: Mapping[int, int]

    @classmethod
    def of(cls, values: Iterable[int]) -> "Spread":
        """Of values one by one."""
        return cls(Counter(values))

    @property
    def size(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    @property
    def mean(self) -> Decimal | None:
        """To two decimals; None of nothing."""
        total = sum(value * count for value, count in self.counts.items())
        return rounded(Decimal(total) / self.size) if self.size else None

    @property
    def median(self) -> Decimal | None:
        """The one in the middle, of two in the middle their mean; None of nothing."""
        if not self.size:
            return None
        low, high = self._at((self.size + 1) // 2), self._at(self.size // 2 + 1)
        return Decimal(low + high) / 2

    def percentile(self, percent: int) -> int | None:
        """The smallest value that at least so many per cent do not exceed (nearest rank); None of nothing."""
        return self._at(ceil(percent * self.size / 100)) if self.size else None

    def steps(self, width: int) -> Iterator[tuple[int, int, int]]:
        """How many fall into each step of that width up to the last: from, to (without it), how many."""
        highest = max(self.counts, default=-1)
        for start in range(0, highest + 1, width):
            inside = (n for value, n in self.counts.items() if start <= value < start + width)
            yield start, start + width, sum(inside)

    def _at(self, rank: int) -> int:
        passed = 0
        for value in sorted(self.counts):
            passed += self.counts[value]
            if passed >= rank:
                return value
        raise ValueError(rank)
