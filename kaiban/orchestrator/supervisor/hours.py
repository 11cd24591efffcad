"""Where the hours of granted cases went, and what made them as long as they were (时间去了哪里)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kaiban.domain.statistics.critical_path import critical_path
from kaiban.domain.statistics.hours_ledger import HoursLedger, ledger
from kaiban.domain.statistics.timeline import Timeline
from kaiban.ports.statistics import Figures, Scope

#: So many cases are counted anew at most, those that ended last.
MOST: Final = 20_000


@dataclass(frozen=True)
class OnPath:
    """A holder on the critical paths: of how many cases, and with how many working minutes there."""

    cases: int
    minutes: int


@dataclass(frozen=True)
class WhereHoursWent:
    """Of so many cases; ``is_all`` is False where there were more than are counted anew."""

    cases: int
    is_all: bool
    ledger: HoursLedger
    path: Mapping[str, OnPath]


def where_hours_went(figures: Figures, scope: Scope) -> WhereHoursWent:
    """The ledger and the critical paths of the granted cases of that scope."""
    found = [timeline for timeline, _ in figures.timelines(scope, MOST + 1)]
    kept = found[:MOST]
    return WhereHoursWent(len(kept), len(found) <= MOST, ledger(kept), _path(kept))


def _path(timelines: Sequence[Timeline]) -> Mapping[str, OnPath]:
    cases: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for each in timelines:
        path = critical_path(each)
        cases.update({leg.holder for leg in path})
        for leg in path:
            minutes[leg.holder] += each.working(leg.start, leg.end)
    return {holder: OnPath(cases[holder], minutes[holder]) for holder in cases}
