"""Shares, never without their two numbers; and whether figures that others publish can be true together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor, sqrt
from typing import Final

#: Of fewer than so many nothing is said: one case would show through.
SMALLEST: Final = 5
#: 95 of 100 such intervals hold the true share.
_Z: Final = 1.959964
_CENT: Final = Decimal("0.01")
_HUNDRED: Final = 100


@dataclass(frozen=True)
class Share:
    """So many of so many. Raises ValueError where the part is no part of the whole."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} is no part of {self.whole}")

    @property
    def percent(self) -> Decimal | None:
        """To two decimals, half up; None of nothing."""
        return rounded(Decimal(_HUNDRED * self.part) / self.whole) if self.whole else None

    @property
    def interval(self) -> tuple[Decimal, Decimal] | None:
        """Between which two per cent the share may be by chance (Wilson 1927, 95 %); None of nothing."""
        if not self.whole:
            return None
        share, squared = self.part / self.whole, _Z**2 / self.whole
        middle = share + squared / 2
        reach = _Z * sqrt(share * (1 - share) / self.whole + squared / (4 * self.whole))
        low, high = (100 * (middle + sign * reach) / (1 + squared) for sign in (-1, 1))
        return rounded(Decimal(max(low, 0.0))), rounded(Decimal(min(high, 100.0)))

    @property
    def is_small(self) -> bool:
        """Whether the whole is too small to say anything of it in public, or of it the part that is left."""
        return self.whole < SMALLEST

    def plus(self, other: "Share") -> "Share":
        """Both bases together; for parts of one count only, never for two surveys."""
        return Share(self.part + other.part, self.whole + other.whole)


def rounded(value: Decimal) -> Decimal:
    """To two decimals, half up, as people do it."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def funnel(stages: Mapping[str, int]) -> dict[str, tuple[Share, Share]]:
    """Of each stage, in order: its share of the one before it, and of the first. Raises ValueError where one grows."""
    counts = list(stages.values())
    return {
        name: (Share(count, before), Share(count, counts[0]))
        for name, count, before in zip(stages, counts, [counts[0], *counts], strict=False)
    }


def wholes_of(part: int, percent: Decimal) -> range:
    """The wholes of which ``part`` is that percentage, as it was rounded: what a published share says of its base."""
    half = Decimal(1).scaleb(percent.as_tuple().exponent) / 2  # type: ignore[arg-type]  # a finite number has one
    most, least = percent + half, percent - half
    if least <= 0:
        raise ValueError("a share of nearly nothing says nothing of its base")
    first = ceil(Decimal(_HUNDRED * part) / most)
    return range(max(part, first), floor(Decimal(_HUNDRED * part) / least) + 1)
