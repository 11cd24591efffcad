"""Forms while they are filled in."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, UniqueConstraint

from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    outbox,
    queued,
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
    Column("proved_index", Text),  # the same with the phone that was proved, if any
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

#: Which forms it is told of that they will be dropped. It holds nobody's number and no words: both are read
#: and written as the message is sent, so that nothing is sent of what has changed meanwhile, and a release
#: that knows no such table leaves no cell in it under an old key.
draft_messages = Table(
    "draft_messages",
    metadata,
    key("id"),
    required("place"),  # of the filing
    required("ends_on"),
    count("stage"),  # so many days ahead
    *queued(),
    UniqueConstraint("place", "ends_on", "stage"),
    sqlite_strict=True,
)
