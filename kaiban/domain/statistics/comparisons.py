"""Offices beside one another, fairly: the same mix of cases for each, and those not ended yet counted as "at least"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Final, TypeVar

from kaiban.domain.statistics.shares import SMALLEST, Share, rounded
from kaiban.domain.statistics.spreads import Spread

#: By what cases are told apart: any value that can be a key.
Kind = TypeVar("Kind")
_HALF: Final = Decimal("0.5")


@dataclass(frozen=True)
class Compared:
    """One office: its own share, and what it would be if its cases were of the kinds of all offices together.

    ``standardised`` is None where some kind was too rare in it to say so.
    """

    pooled: Share
    standardised: Decimal | None


def compare(offices: Mapping[str, Mapping[Kind, Share]]) -> dict[str, Compared]:
    """Each office by the mix of all (direct standardisation); ``offices`` has shares by kind of case."""
    weights = _whole_by_kind(offices.values())
    return {
        office: Compared(
            reduce(Share.plus, kinds.values(), Share(0, 0)), _standardised(kinds, weights)
        )
        for office, kinds in offices.items()
    }


def differ(one: Share, other: Share) -> bool:
    """Whether two shares differ by more than chance may explain: their intervals have nothing in common."""
    if not (one.interval and other.interval) or one.is_small or other.is_small:
        return False
    return one.interval[1] < other.interval[0] or other.interval[1] < one.interval[0]


def typical_time(ended: Spread, lasting: Spread) -> tuple[int, bool] | None:
    """The time half of all cases need, and whether it is only known that it is at least so long.

    Cases that are still ``lasting`` count as longer than they have lasted, not as if they were not there (Kaplan and Meier
    1958). None for fewer cases than anything is said of.
    """
    if ended.size + lasting.size < SMALLEST:
        return None
    times, left, at_risk = (
        sorted({*ended.counts, *lasting.counts}),
        Decimal(1),
        ended.size + lasting.size,
    )
    for time in times:
        left *= 1 - Decimal(ended.counts.get(time, 0)) / at_risk
        if left <= _HALF:
            return time, False
        at_risk -= ended.counts.get(time, 0) + lasting.counts.get(time, 0)
    return times[-1], True


def _whole_by_kind(offices: Iterable[Mapping[Kind, Share]]) -> dict[Kind, int]:
    found: dict[Kind, int] = {}
    for kinds in offices:
        for kind, share in kinds.items():
            found[kind] = found.get(kind, 0) + share.whole
    return found


def _standardised(kinds: Mapping[Kind, Share], weights: Mapping[Kind, int]) -> Decimal | None:
    if any(kind not in kinds or kinds[kind].is_small for kind in weights):
        return None
    shares = (
        Decimal(kinds[kind].part) / kinds[kind].whole * weight for kind, weight in weights.items()
    )
    total = sum(weights.values())
    return rounded(100 * sum(shares, Decimal()) / total) if total else None
