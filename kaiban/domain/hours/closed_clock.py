"""The clock of a case that has ended: the calendar and the promise it was accounted by, fixed with its end.

A profile that gains a holiday, other shifts or another promise afterwards moves no minute of it. What comes after the
days written down here (a link that is added later, the way a result goes back) follows the profile of its day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from kaiban.domain.hours.clock import HALL_TIME, HallHours, Promise, Shift

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)

#: The openings of each day, none on which the hall was shut.
Days = Mapping[date, tuple[Shift, ...]]


@dataclass(frozen=True)
class ClosedClock:
    """By what an ended case was accounted.

    ``version`` tells one set of the city's hours and promises from another (``calendar_version``), as of the last end.
    ``days``: of the hall that decides, and of the one that took it in for that, every day from acceptance to the end.
    ``provisional``: some of them were not known for sure then. They stay as they were all the same.
    """

    version: str
    promise: Promise
    days: Mapping[str, Days]
    provisional: bool

    def hours(self, hall: str, usual: HallHours) -> HallHours:
        """The hours of that hall: on the days written down as they were, on others as usual."""
        return replace(usual, own={**usual.own, **self.days.get(hall, {})})

    def told(self) -> dict[str, Any]:
        """The same in JSON's own types."""
        promise = self.promise
        return {
            "version": self.version,
            "promise": {
                "name": promise.name,
                "title": promise.title,
                "working_minutes": promise.working // _MINUTE,
                "notice_at": promise.notice_at,
                "yellow_at": promise.yellow_at,
                "link_limits": {
                    name: each // _MINUTE for name, each in promise.link_limits.items()
                },
            },
            "halls": {
                hall: {day.isoformat(): list(map(str, shifts)) for day, shifts in days.items()}
                for hall, days in self.days.items()
            },
            "provisional": self.provisional,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "ClosedClock":
        """What ``told`` wrote."""
        promise = told["promise"]
        limits = {name: timedelta(minutes=each) for name, each in promise["link_limits"].items()}
        return cls(
            told["version"],
            Promise(
                promise["name"], promise["title"], timedelta(minutes=promise["working_minutes"]),
                float(promise["notice_at"]), float(promise["yellow_at"]), limits,
            ),
            {
                hall: {date.fromisoformat(day): tuple(map(Shift.read, shifts)) for day, shifts in days.items()}
                for hall, days in told["halls"].items()
            },
            told["provisional"],
        )  # fmt: skip


def days_between(hall: HallHours, start: datetime, end: datetime) -> Days:
    """The openings of every day of the hall's calendar from the one instant to the other."""
    day, last = (each.astimezone(HALL_TIME).date() for each in (start, max(start, end)))
    found: dict[date, tuple[Shift, ...]] = {}
    while day <= last:
        found[day] = hall.shifts_on(day)
        day += _DAY
    return found
