"""Tickets as rows: a place is a row of its own, whose key nobody can have twice; phones and codes are sealed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, select, update

from kaiban.domain.messages.notification import Channel, Message
from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.slots import Place
from kaiban.domain.tickets.ticket import HOLDING, Ticket, TicketState
from kaiban.storage.cases.numbers import next_number
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells, written
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import SEALED, seats, ticket_messages
from kaiban.storage.schema import tickets as table

_SEALED = SEALED["tickets"]
_PLAIN = tuple(
    each.name for each in fields(Ticket) if each.name not in {*_SEALED, "state", "day", "case_no"}
)
#: What is read where nobody's phone or code is wanted.
_OPEN = [column for column in table.c if column.name not in _SEALED]
#: So many rows one transaction drops, so that nobody waits long for the write lock.
_BATCH: Final = 500


class SqlTicketTransaction:
    """The rows of tickets within one transaction (kaiban.ports.TicketTransaction)."""

    def __init__(self, connection: Connection, cells: Cells) -> None:
        self._connection = connection
        self._cells = cells

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket, locked until the transaction ends."""
        found = self._opened(select(table).where(table.c.id == ticket_id).with_for_update())
        return found[0] if found else None

    def look(self, ticket_id: str) -> Ticket | None:
        """The ticket, not locked."""
        found = self._opened(select(table).where(table.c.id == ticket_id))
        return found[0] if found else None

    def add(self, ticket: Ticket) -> bool:
        """Write a new one; False, and nothing is written, if there is one of that id."""
        return self._cells.insert_new(self._connection, table, self._row(ticket))

    def book(self, ticket: Ticket, most: int) -> bool:
        """Write a new appointment; False if its phone holds ``most`` already."""
        # Each of a phone's appointments has a number of its own from 1 to ``most``, which no two share.
        row = self._row(ticket)
        return any(
            self._cells.insert_new(self._connection, table, {**row, "share": share})
            for share in range(1, most + 1)
        )

    def sit(self, ticket: Ticket, places: Sequence[Place]) -> Place | None:
        """Take the first of these places that is free, for good; None if none is."""
        return next((place for place in places if self._sits(ticket, place)), None)

    def _sits(self, ticket: Ticket, place: Place) -> bool:
        # Nothing is read before: whoever reads first and writes then gives one place to two.
        row = {
            "hall": ticket.hall, "window": place.window, "starts_at": ticket.starts_at,
            "seat": place.seat, "ticket": ticket.id,
        }  # fmt: skip
        return written(self._connection, seats, row)

    def move(self, ticket: Ticket, before: TicketState) -> bool:
        """Write the ticket if it still stands as ``before``; who no longer holds a place gives it back."""
        changed = {**self._plain(ticket)} | ({} if ticket.state in HOLDING else {"share": None})
        as_before = (table.c.id == ticket.id) & (table.c.state == before.value)
        moved = self._connection.execute(update(table).where(as_before).values(changed))
        if moved.rowcount == 1 and ticket.state not in HOLDING:
            self._connection.execute(delete(seats).where(seats.c.ticket == ticket.id))
        return bool(moved.rowcount == 1)

    def next_number(self, counter: str) -> int:
        """The next number of a counter, each given once."""
        return next_number(self._connection, counter)

    def with_code(self, hall: str, code: str) -> Ticket | None:
        """The appointment in that hall with that code."""
        index = ticket_indexes(self._cells.keyring, code, "")["code_index"]
        wanted = select(table).where(table.c.code_index == index, table.c.hall == hall)
        found = self._opened(wanted)
        return found[0] if found else None

    def of_phone(self, phone: str, since: date) -> list[Ticket]:
        """The appointments of a phone from a day on, the earliest first."""
        index = ticket_indexes(self._cells.keyring, "", phone)["phone_index"]
        wanted = select(table).where(
            table.c.phone_index == index, table.c.day >= since.isoformat(), table.c.starts_at.is_not(None)
        )  # fmt: skip
        return self._opened(wanted.order_by(table.c.starts_at, table.c.id))

    def of_case(self, no: str) -> list[Ticket]:
        """The appointments made for a case, the earliest first; without what is sealed."""
        wanted = select(*_OPEN).where(table.c.case_no == no)
        return self._unopened(wanted.order_by(table.c.starts_at, table.c.id))

    def of_day(self, hall: str, day: date) -> list[Ticket]:
        """Every ticket of a day in a hall, as they came; without what is sealed."""
        wanted = select(*_OPEN).where(table.c.hall == hall, table.c.day == day.isoformat())
        return self._unopened(wanted.order_by(table.c.turn, table.c.starts_at, table.c.id))

    def taken(self, hall: str, start: datetime, end: datetime) -> set[tuple[datetime, Place]]:
        """The places that are taken in slots that begin in between, the end left out."""
        wanted = select(seats.c.starts_at, seats.c.window, seats.c.seat).where(
            seats.c.hall == hall, seats.c.starts_at >= start, seats.c.starts_at < end
        )
        rows = self._connection.execute(wanted)
        return {(at, Place(window, seat)) for at, window, seat in rows}

    def overdue(self, hall: str, before: datetime, limit: int) -> list[str]:
        """A hall's booked ones whose slot ended before then, the oldest first: their ids."""
        wanted = select(table.c.id).where(
            table.c.state == "booked", table.c.hall == hall, table.c.ends_at < before
        )
        return self._ids(wanted.order_by(table.c.starts_at).limit(limit))

    def unreminded(self, day: date, limit: int) -> list[str]:
        """Booked ones of a day that were not reminded: their ids."""
        reminded = select(ticket_messages.c.ticket).where(ticket_messages.c.kind == "reminder")
        wanted = select(table.c.id).where(
            table.c.state == "booked", table.c.day == day.isoformat(), table.c.id.not_in(reminded)
        )
        return self._ids(wanted.order_by(table.c.starts_at).limit(limit))

    def tell(self, ticket: Ticket, news: TicketNews, text: str, at: datetime) -> bool:
        """Write down that its phone is to be told, once for each call; whether that is new."""
        if not ticket.phone:
            return False
        # The same news of the same call has the same id.
        name = f"{ticket.id} {news.value} {ticket.calls}"
        same = hashlib.sha256(name.encode()).hexdigest()[:32]
        message = Message(same, "", 0, news, Channel.SMS, at, text, ticket.phone)
        row = {**message_row(message, at), "ticket": ticket.id}
        return self._cells.insert_new(self._connection, ticket_messages, row)

    def _ids(self, wanted: Select[Any]) -> list[str]:
        return list(self._connection.execute(wanted).scalars())

    def _opened(self, wanted: Select[Any]) -> list[Ticket]:
        rows = self._connection.execute(wanted).mappings().all()
        return [_ticket(self._cells.opened(table, row)) for row in rows]

    def _unopened(self, wanted: Select[Any]) -> list[Ticket]:
        return [_ticket(dict(row)) for row in self._connection.execute(wanted).mappings()]

    def _row(self, ticket: Ticket) -> dict[str, Any]:
        sealed = {name: getattr(ticket, name).encode() or None for name in _SEALED}
        found = ticket_indexes(self._cells.keyring, ticket.code, ticket.phone)
        return {**self._plain(ticket), **sealed, **found}

    def _plain(self, ticket: Ticket) -> dict[str, Any]:
        return {
            **{name: getattr(ticket, name) for name in _PLAIN},
            "state": ticket.state.value, "day": ticket.day.isoformat(), "case_no": ticket.case_no or None,
        }  # fmt: skip


class SqlTickets:
    """Where tickets are kept (kaiban.ports.Tickets)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    @contextmanager
    def transaction(self) -> Iterator[SqlTicketTransaction]:
        """Begin; commit at the end of the block, roll back on any exception."""
        with self._database.transaction() as connection:
            yield SqlTicketTransaction(connection, self._cells)

    @contextmanager
    def reading(self) -> Iterator[SqlTicketTransaction]:
        """Read only: every statement sees the same moment, and locks nothing."""
        with self._database.reading() as connection:
            yield SqlTicketTransaction(connection, self._cells)

    def forget(self, before: date) -> int:
        """Drop those of days before then, with what was told of them; how many there were."""
        count = 0
        while found := self._forget_some(before):
            count += found
        return count

    def _forget_some(self, before: date) -> int:
        some = select(table.c.id).where(table.c.day < before.isoformat()).limit(_BATCH)
        with self._database.transaction() as connection:
            return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount


class TicketMessages(MessageRows):
    """What people with tickets are told, as a queue (kaiban.ports.MessageQueue)."""

    table = ticket_messages

    def _message(self, row: Mapping[str, Any]) -> Message:
        return read_message(row, TicketNews)


def ticket_indexes(keyring: Keyring, code: str, phone: str) -> dict[str, str | None]:
    """By what a ticket is found: keyed hashes, None of what it has not got."""
    return {
        f"{name}_index": keyring.blind(each, "tickets", name) if each else None
        for name, each in (("code", code), ("phone", phone))
    }


def _ticket(row: Mapping[str, Any]) -> Ticket:
    known: dict[str, Any] = {name: row[name] for name in _PLAIN}
    sealed: dict[str, Any] = {name: (row.get(name) or b"").decode() for name in _SEALED}
    return Ticket(
        **known,
        **sealed,
        state=TicketState(row["state"]),
        day=date.fromisoformat(row["day"]),
        case_no=row["case_no"] or "",
    )
