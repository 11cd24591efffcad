"""Halls beside one another, by the same clock and the same mix of cases."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kaiban.domain.statistics.comparisons import compare, differ, typical_time
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Figures, Scope


@dataclass(frozen=True)
class HallFigures:
    """One hall.

    ``kept``: of its granted cases, those within their promise; ``standardised``: what per cent it would be with the city's
    mix of cases, None where that cannot be said. ``differs``: from all other halls together, by more than chance explains.
    ``typical``: the time half of the cases that came in need, and whether it is only known that it is at least so long.
    """

    hall: str
    kept: Share
    standardised: Decimal | None
    differs: bool
    typical: tuple[int, bool] | None


def halls(figures: Figures, scope: Scope) -> list[HallFigures]:
    """Every hall of the scope in which anything was granted, or the one; each is measured against the whole city's cases."""
    whole = replace(scope, hall="")
    kinds = figures.promises_kept(whole)
    found, lengths = compare(kinds), figures.lengths(whole)
    return [
        HallFigures(
            hall,
            found[hall].pooled,
            found[hall].standardised,
            differ(found[hall].pooled, _others(found[hall].pooled, kinds)),
            typical_time(*lengths.get(hall, (Spread({}), Spread({})))),
        )
        for hall in sorted(found)
        if scope.hall in ("", hall)
    ]


def _others(own: Share, kinds: Mapping[str, Mapping[int, Share]]) -> Share:
    everything = [share for of_hall in kinds.values() for share in of_hall.values()]
    part, whole = (sum(getattr(each, name) for each in everything) for name in ("part", "whole"))
    return Share(part - own.part, whole - own.whole)
