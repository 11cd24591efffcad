"""What somebody with a ticket is told by short message, each once."""

from enum import StrEnum


class TicketNews(StrEnum):
    """What is told."""

    BOOKED = "booked"
    REMINDER = "reminder"
    NEAR = "near"
    CALLED = "called"
