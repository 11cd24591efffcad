"""When a city's halls are open and what it promises, made from its profile; ValueError, TypeError or KeyError for a wrong one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from kaiban.config.values import known_only
from kaiban.domain.city import Hall
from kaiban.domain.hours.clock import EveryDay, HallHours, Promise, Season, Shift, StateCouncilDays
from kaiban.domain.tickets.profile import read_queue

_HALL: Final = frozenset(
    {
        "title", "shifts", "weekdays", "seasons", "half_days", "every_day", "loaded_years",
        "days_off", "working_days", "queue",
    }
)  # fmt: skip
_SEASON: Final = frozenset({"since", "shifts", "weekdays"})
_PROMISE: Final = frozenset({"title", "hall_days", "working_minutes"})
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: For which years a season that comes every year is written down; no case is older, and no profile lasts longer.
_YEARS: Final = range(2000, 2101)


def read_hall(name: str, raw: Mapping[str, Any]) -> Hall:
    """A hall: its shifts, those of single weekdays, seasons and half days, and which days it works."""
    place = f"halls.{name}"
    known_only(place, raw, _HALL)
    half_days = _half_days(f"{place}.half_days", raw.get("half_days", {}))
    days = EveryDay() if raw.get("every_day") else _days(raw)
    queue = read_queue(raw["queue"], f"{place}.queue") if "queue" in raw else None
    return Hall(name, raw["title"], HallHours(tuple(_seasons(place, raw)), days, half_days), queue)


def read_promise(name: str, raw: Mapping[str, Any], hall: HallHours) -> Promise:
    """A promise in working minutes, or in days of the usual hall."""
    known_only(f"promises.{name}", raw, _PROMISE)
    if "hall_days" in raw:
        length = raw["hall_days"] * hall.hall_day(date(2026, 3, 4))  # an ordinary Wednesday
    else:
        length = timedelta(minutes=raw["working_minutes"])
    return Promise(name, raw["title"], length)


def _days(raw: Mapping[str, Any]) -> StateCouncilDays:
    """Days a city knows better than the calendar library: ``days_off`` and ``working_days``."""
    off = dict.fromkeys(raw.get("days_off", ()), False)
    overrides = off | dict.fromkeys(raw.get("working_days", ()), True)
    return StateCouncilDays(overrides, tuple(raw.get("loaded_years", ())))


def _seasons(place: str, raw: Mapping[str, Any]) -> Iterator[Season]:
    """The usual hours, and those of each season from its day on; a day without a year comes every year.

    A season that says nothing of weekdays has those of the hall.
    """
    usual = _weekdays(place, raw)
    yield Season(date.min, _shifts(raw["shifts"]), usual)
    told = raw.get("seasons", ())
    for each in told:
        known_only(f"{place}.seasons", each, _SEASON)
    begun = [(day, each) for each in told for day in _beginnings(each["since"])]
    begun.sort(key=lambda each: each[0])
    if any(earlier == later for (earlier, _), (later, _) in pairwise(begun)):
        raise ValueError(f"{place}.seasons: two begin on the same day")
    for day, each in begun:
        own = _weekdays(f"{place}.seasons", each) if "weekdays" in each else usual
        yield Season(day, _shifts(each["shifts"]), own)


def _beginnings(since: Any) -> Sequence[date]:
    if isinstance(since, date):
        return (since,)
    if not isinstance(since, str):
        raise TypeError(
            'seasons.since: a date, or the month and day that come every year ("05-01")'
        )
    return [date.fromisoformat(f"{year}-{since}") for year in _YEARS]


def _weekdays(place: str, raw: Mapping[str, Any]) -> dict[int, tuple[Shift, ...]]:
    told = raw.get("weekdays", {})
    known_only(f"{place}.weekdays", told, _WEEKDAYS)
    return {_WEEKDAYS.index(name) + 1: _shifts(each) for name, each in told.items()}


def _half_days(place: str, raw: Mapping[str, Any]) -> dict[date, tuple[Shift, ...]]:
    found = {date.fromisoformat(day): _shifts(each) for day, each in raw.items()}
    if shut := sorted(day for day, shifts in found.items() if not shifts):
        raise ValueError(f"{place}: a day without hours is one of days_off: {shut[0]}")
    return found


def _shifts(told: Iterable[str]) -> tuple[Shift, ...]:
    return tuple(map(Shift.read, told))
