"""A number of working days a city allows, counted from the day after something began; and when it is reminded of."""

from dataclasses import dataclass
from datetime import date, datetime

from kaiban.domain.hours.clock import HallHours


@dataclass(frozen=True)
class Term:
    """``working_days`` of the hall, 0: no day is set. ``basis`` is where the number comes from, in words; ``reminders`` are days ahead, 0 is the last day."""

    working_days: int = 0
    basis: str = ""
    reminders: tuple[int, ...] = (2, 0)

    def due(self, since: datetime, hall: HallHours) -> date | None:
        """The last day; None if none is set."""
        return hall.working_day_after(since, self.working_days) if self.working_days else None

    def stage(self, days_left: int) -> int | None:
        """Which reminder is due so many days before the end; None for none."""
        return stage_of(self.reminders, days_left)


def stage_of(reminders: tuple[int, ...], days_left: int) -> int | None:
    """The latest of those that are due so many days before the end, if several were missed; None for none."""
    return min((each for each in reminders if each >= days_left >= 0), default=None)
