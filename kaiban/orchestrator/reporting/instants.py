"""Instants as programs and people read them: hall time, with its offset."""

from datetime import datetime

from kaiban.domain.hours.clock import HALL_TIME


def instant(at: datetime | None) -> str | None:
    """An instant as people in the hall read it, to the second, with its offset."""
    return at.astimezone(HALL_TIME).isoformat(timespec="seconds") if at else None


def to_the_millisecond(at: datetime) -> str:
    """The same as exactly as it was written down."""
    return at.astimezone(HALL_TIME).isoformat(timespec="milliseconds")
