"""The outbox of cases, and who subscribes to it."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from kaiban.domain.messages.notification import Channel, Kind
from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    numbered,
    one_of,
    outbox,
    required,
    sealed,
)
from kaiban.storage.types import Json

webhooks = Table(
    "webhooks",
    metadata,
    key("id"),
    required("owner"),  # a token's name; empty: an operator's
    sealed("url"),  # an address may hold a password of theirs
    sealed("secrets"),
    Column("kinds", Json, nullable=False),
    instant("created_at", nullable=False),
    instant("rest_until"),
    instant("failing_since"),
    required("disabled"),
    Index(None, "owner"),
    sqlite_strict=True,
)

#: The outbox: what people and programs are told, written in the transaction of what they are told of.
#: Not called `notifications`: DBOS has a table of that name in the same SQLite file.
messages = Table(
    "messages",
    metadata,
    key("id"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), nullable=False),
    count("seq"),
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE")),
    *outbox(),
    # What the release before this one may take; cards are told by rows of their own.
    one_of("kind", (each.value for each in Kind if each is not Kind.CARD)),
    one_of("channel", (each.value for each in Channel)),
    Index(None, "case_no", "seq"),
    Index(None, "webhook", "written_at"),
    sqlite_strict=True,
)

#: Every try of a message.
deliveries = Table(
    "deliveries",
    metadata,
    Column(
        "message",
        Text,
        ForeignKey("messages.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    numbered("number"),
    instant("at", nullable=False),
    required("outcome"),
    required("code"),
    count("milliseconds"),
    sqlite_strict=True,
)
