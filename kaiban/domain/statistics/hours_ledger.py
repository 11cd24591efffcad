"""Where the hours went: the open minutes of many cases by whose they were, on which weekday and in which hour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.statistics.timeline import Timeline

_HALL_OFFSET: Final = 8 * 60
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
#: 1970-01-01 was a Thursday; Monday is 0 here.
_FIRST_WEEKDAY: Final = 3
_WEEK: Final = 7


@dataclass(frozen=True, order=True)
class Hour:
    """An hour of the week in hall time: ISO weekday (1 Monday), and the hour it begins with."""

    weekday: int
    hour: int


@dataclass(frozen=True)
class HoursLedger:
    """Minutes by holder and hour of the week; the sum over a holder is what its bar shows."""

    minutes: Mapping[tuple[str, Hour], int]

    def holders(self) -> dict[str, int]:
        """By whose they were."""
        found: Counter[str] = Counter()
        for (holder, _), count in self.minutes.items():
            found[holder] += count
        return dict(found)

    def hours(self, holder: str = "") -> dict[Hour, int]:
        """By the hour of the week; of one holder, or of all of them."""
        found: Counter[Hour] = Counter()
        for (whose, hour), count in self.minutes.items():
            if holder in ("", whose):
                found[hour] += count
        return dict(found)


def ledger(timelines: Iterable[Timeline]) -> HoursLedger:
    """Of these cases, each by the clock that was closed with it."""
    found: Counter[tuple[str, Hour]] = Counter()
    for timeline in timelines:
        for start, end, holder in timeline.pieces():
            for hour, count in _by_the_hour(start, end):
                found[holder, hour] += count
    return HoursLedger(found)


def _by_the_hour(start: int, end: int) -> Iterator[tuple[Hour, int]]:
    while start < end:
        local = start + _HALL_OFFSET
        until = min(end, start + _HOUR - local % _HOUR)
        weekday = (local // _DAY + _FIRST_WEEKDAY) % _WEEK + 1
        yield Hour(weekday, local % _DAY // _HOUR), until - start
        start = until
