"""Forms while they are filled in."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    outbox,
    required,
    sealed,
)
from kaiban.storage.types import Json

filings = Table(
    "filings",
    metadata,
    key("place"),  # found by the id, from which it cannot be told: the id opens the filing
    sealed("id"),
    sealed("code"),
    sealed("phone"),
    Column("return_index", Text),  # finds a filing by code and phone; empty without a phone
    sealed("entry"),
    Column("links", Json, nullable=False),
    required("promise"),
    required("lang"),
    count("version"),
    instant("started_at", nullable=False),
    instant("saved_at", nullable=False),
    Column("case_no", Text, ForeignKey("cases.no")),
    UniqueConstraint("case_no"),
    Index(None, "return_index"),
    Index(None, "saved_at"),
    sqlite_strict=True,
)

#: The outbox of forms, of which some are no case yet; beside `messages`, whose every row is about a case.
filing_messages = Table(
    "filing_messages",
    metadata,
    key("id"),
    required("place"),  # of the filing
    *outbox(),
    Index(None, "place"),
    sqlite_strict=True,
)
