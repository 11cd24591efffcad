"""When a department works. Chinese civil time; working days as decided by the State Council."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from kaiban.domain.hours.clock import StateCouncilDays

BEIJING = ZoneInfo("Asia/Shanghai")
SATURDAY = 5
_DAYS = StateCouncilDays()


def beijing_instant(text: str) -> datetime:
    """Read an instant as somebody wrote it (ISO 8601); in Beijing, where no offset from UTC is said. ValueError for none."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


class Days(Enum):
    """Which days it works."""

    WORKING = "working"
    WITH_SATURDAYS = "with saturdays"
    ALL = "all"


@dataclass(frozen=True)
class Hours:
    """Daily hours of business, by Beijing time; ``closes`` after ``opens``."""

    opens: time
    closes: time
    days: Days = Days.WORKING

    def open_at(self, now: datetime) -> bool:
        """Tell whether it works at that instant."""
        local = now.astimezone(BEIJING)
        return self._works(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, now: datetime) -> datetime:
        """Return the instant, if open, else the next one at which it opens; in Beijing time."""
        if self.open_at(now):
            return now
        local = now.astimezone(BEIJING)
        day = local.date()
        if local.time() >= self.opens:
            day += timedelta(days=1)
        while not self._works(day):
            day += timedelta(days=1)
        return datetime.combine(day, self.opens, BEIJING)

    def _works(self, day: date) -> bool:
        if self.days is Days.ALL:
            return True
        if self.days is Days.WITH_SATURDAYS and day.weekday() == SATURDAY:
            return True
        return is_working_day(day)


ALWAYS = Hours(time(0, 0), time(23, 59, 59, 999999), Days.ALL)


def is_working_day(day: date) -> bool:
    """Tell whether people work; in years without a notice only the holidays the law itself fixes are known."""
    return _DAYS.is_working(day)
