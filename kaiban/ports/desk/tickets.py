"""Where tickets are kept: appointments, numbers, and what people are told of them."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol

from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.slots import Place
from kaiban.domain.tickets.ticket import Ticket, TicketState


class TicketTransaction(Protocol):
    """One short transaction over tickets."""

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket, locked until the transaction ends."""

    def look(self, ticket_id: str) -> Ticket | None:
        """The ticket, not locked."""

    def add(self, ticket: Ticket) -> bool:
        """Write a new one; False, and nothing is written, if there is one of that id."""

    def book(self, ticket: Ticket, most: int) -> bool:
        """Write a new appointment; False if its phone holds ``most`` already. The database guards that."""

    def sit(self, ticket: Ticket, places: Sequence[Place]) -> Place | None:
        """Take the first of these places that is free, for good; None if none is. The database guards that."""

    def move(self, ticket: Ticket, before: TicketState) -> bool:
        """Write the ticket if it still stands as ``before``; who no longer holds a place gives it back."""

    def next_number(self, counter: str) -> int:
        """The next number of a counter, each given once."""

    def with_code(self, hall: str, code: str) -> Ticket | None:
        """The appointment in that hall with that code."""

    def of_phone(self, phone: str, since: date) -> list[Ticket]:
        """The appointments of a phone from a day on, the earliest first."""

    def of_case(self, no: str) -> list[Ticket]:
        """The appointments made for a case, the earliest first; without what is sealed."""

    def of_day(self, hall: str, day: date) -> list[Ticket]:
        """Every ticket of a day in a hall, as they came; without what is sealed."""

    def taken(
        self, hall: str, start: datetime, end: datetime
    ) -> Collection[tuple[datetime, Place]]:
        """The places that are taken in slots that begin in between, the end left out."""

    def overdue(self, hall: str, before: datetime, limit: int) -> list[str]:
        """A hall's booked ones whose slot ended before then, the oldest first: their ids."""

    def unreminded(self, day: date, limit: int) -> list[str]:
        """Booked ones of a day that were not reminded: their ids."""

    def tell(self, ticket: Ticket, news: TicketNews, text: str, at: datetime) -> bool:
        """Write down that its phone is to be told, once for each call; whether that is new."""


class Tickets(Protocol):
    """Where tickets are kept."""

    def transaction(self) -> AbstractContextManager[TicketTransaction]:
        """Begin; commit at the end of the block, roll back on any exception."""

    def reading(self) -> AbstractContextManager[TicketTransaction]:
        """Read only: every statement sees the same moment, and locks nothing."""

    def forget(self, before: date) -> int:
        """Drop those of days before then, with what was told of them; how many there were."""
