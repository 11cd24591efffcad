"""When a form that is not handed in is dropped (保存期), and when its owner is told so before: the one rule of pages, messages and upkeep."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.hours.term import stage_of
from kaiban.domain.messages.notification import MessageState


class DraftNews(StrEnum):
    """What somebody is told of a form that is not handed in; the values are stored."""

    LAPSES = "lapses"


@dataclass(frozen=True)
class Reminder:
    """One thing to be told: on which day the form is dropped, and so many days ahead it is said."""

    ends_on: date
    stage: int


@dataclass(frozen=True)
class Told:
    """A reminder that was written down, and how far its message is."""

    reminder: Reminder
    state: MessageState


@dataclass(frozen=True)
class DraftTerm:
    """``kept`` from the last save. ``basis`` is where that comes from, in words, "" where nobody says; ``reminders`` are days ahead."""

    kept: timedelta = timedelta(days=30)
    basis: str = ""
    reminders: tuple[int, ...] = (7, 1)

    def ends_on(self, saved_at: datetime) -> date:
        """The day on which what was saved then last is dropped."""
        return (saved_at + self.kept).astimezone(HALL_TIME).date()

    def reminder(self, saved_at: datetime, now: datetime) -> Reminder | None:
        """What its owner is to be told now, the latest if several were missed; None for nothing, not yet or not any more."""
        if now >= saved_at + self.kept:
            return None
        ends_on = self.ends_on(saved_at)
        left = (ends_on - now.astimezone(HALL_TIME).date()).days
        stage = stage_of(self.reminders, left)
        return None if stage is None else Reminder(ends_on, stage)

    def may_be_due(self, now: datetime) -> tuple[datetime, datetime] | None:
        """After when, and until when, a form was saved last of which somebody may be to be told now; None: of none at all."""
        if not self.reminders:
            return None
        # The first reminder is due from the beginning of its day on.
        return now - self.kept, now - self.kept + timedelta(days=max(self.reminders) + 1)
