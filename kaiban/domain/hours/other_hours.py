"""Hours a hall does not have, for the question what would be if it had them."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Final

from kaiban.domain.hours.clock import (
    END_OF_DAY,
    EveryDay,
    HallHours,
    Season,
    Shift,
    WorkingDays,
)

_SATURDAY: Final = 6

#: Every minute counts (自然时间).
AROUND_THE_CLOCK: Final = HallHours(
    (Season(date(2000, 1, 1), (Shift(time(0), END_OF_DAY),)),), EveryDay()
)


class OpenSaturdays:
    """A calendar with the Saturdays of ordinary weeks worked: of those whose Friday is worked."""

    def __init__(self, days: WorkingDays) -> None:
        self._days = days

    def is_working(self, day: date) -> bool:
        if self._days.is_working(day):
            return True
        return day.isoweekday() == _SATURDAY and self._days.is_working(day - timedelta(days=1))

    def is_known(self, year: int) -> bool:
        return self._days.is_known(year)


def with_saturdays(hall: HallHours) -> HallHours:
    """The hall, open on Saturdays, too."""
    return replace(hall, days=OpenSaturdays(hall.days))


def without_break(hall: HallHours) -> HallHours:
    """The hall without its pause at noon (午间不休): open from its first opening of a day to its last closing."""
    return replace(hall, seasons=tuple(map(_unbroken, hall.seasons)))


def _unbroken(season: Season) -> Season:
    by_weekday = {day: _joined(shifts) for day, shifts in season.by_weekday.items()}
    return replace(season, shifts=_joined(season.shifts), by_weekday=by_weekday)


def _joined(shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
    return (Shift(shifts[0].opens, shifts[-1].closes),) if shifts else ()
