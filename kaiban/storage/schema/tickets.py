"""Numbers and places at a hall."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from kaiban.domain.tickets.ticket import TicketState
from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    numbered,
    outbox,
    required,
    sealed,
    states,
)
from kaiban.storage.types import Instant

tickets = Table(
    "tickets",
    metadata,
    key("id"),
    required("hall"),
    required("business"),
    required("state"),
    required("day"),  # of the hall's calendar, ISO 8601
    sealed("code", nullable=True),
    Column("code_index", Text),  # finds a booking at the machine of the hall
    required("number"),
    required("pickup"),
    sealed("phone", nullable=True),
    Column("phone_index", Text),  # finds somebody's bookings
    Column(
        "share", Integer
    ),  # which of the bookings its phone may hold this is; empty: it holds none
    required("lang"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="SET NULL")),
    instant("starts_at"),
    instant("ends_at"),
    required("reserved"),
    count("turn"),
    required("window"),
    count("calls"),
    count("missed"),
    instant("made_at", nullable=False),
    instant("arrived_at"),
    instant("called_at"),
    instant("ended_at"),
    required("by"),
    states(TicketState),
    UniqueConstraint("phone_index", "share"),
    Index(None, "hall", "day"),
    Index(None, "code_index"),
    Index(None, "case_no"),
    Index(None, "state", "starts_at"),
    sqlite_strict=True,
)

#: A row for each place that is taken: its key is what keeps a second person from it.
seats = Table(
    "seats",
    metadata,
    key("hall"),
    key("window"),
    Column("starts_at", Instant(), primary_key=True),
    numbered("seat"),
    Column("ticket", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Index(None, "ticket"),
    sqlite_strict=True,
)

#: The outbox of tickets, which belong to no case; beside `messages`, whose every row the release before may take.
ticket_messages = Table(
    "ticket_messages",
    metadata,
    key("id"),
    Column("ticket", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    *outbox(),
    Index(None, "ticket"),
    sqlite_strict=True,
)
