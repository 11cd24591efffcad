"""Who may come in, and the counts against guessing."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from kaiban.storage.schema.columns import count, instant, key, metadata, one_of, required, sealed
from kaiban.storage.types import Json

idempotency = Table(
    "idempotency",
    metadata,
    key("scope"),
    key("key"),
    required("fingerprint"),
    required("state"),
    count("claim"),
    instant("claimed_at", nullable=False),
    Column("status", Integer),
    sealed("body", nullable=True),
    Column("headers", Json),  # of the answer; empty: kept by a release that knew none
    Column("case_no", Text, ForeignKey("cases.no")),
    one_of("state", ("running", "finished")),
    Index(None, "claimed_at"),
    sqlite_strict=True,
)

tokens = Table(
    "tokens",
    metadata,
    key("hash"),
    required("name"),
    Column("scopes", Json, nullable=False),
    instant("created_at", nullable=False),
    instant("expires_at"),
    instant("used_at"),  # to the hour
    Column("before_hash", Text),  # of the secret before, which opens until then
    instant("before_until"),
    UniqueConstraint("name"),
    Index(None, "before_hash"),
    sqlite_strict=True,
)

users = Table(
    "users",
    metadata,
    key("login"),
    required("password_hash"),  # "" once removed
    required("role"),
    required("hall"),
    instant("created_at", nullable=False),
    sealed("name", nullable=True),
    Column("window", Text),
    sealed("authenticator", nullable=True),
    Column("step", Integer),  # of the last one-time code that was used
    instant("one_time_until"),
    instant("disabled_at"),
    instant("removed_at"),
    instant("signed_in_at"),
    sealed("mail", nullable=True),  # where its owner is told
    sqlite_strict=True,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("login", Text, ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    key("hash"),  # of eighty random bits
    sqlite_strict=True,
)

staff_places = Table(
    "staff_places",
    metadata,
    key("login"),
    key("kind"),
    key("place"),  # stands for a browser or a network address
    instant("used_at", nullable=False),
    Index(None, "used_at"),
    sqlite_strict=True,
)

return_codes = Table(
    "return_codes",
    metadata,
    key("place"),  # stands for a resume code and a phone, whether or not a filing has them
    required("digits"),  # a keyed hash
    instant("made_at", nullable=False),
    count("tries"),
    Index(None, "made_at"),
    sqlite_strict=True,
)

limits = Table(
    "limits",
    metadata,
    key("place"),  # stands for what is counted: a phone, a code, an address
    instant("since", nullable=False),
    count("count"),
    Index(None, "since"),
    sqlite_strict=True,
)

sessions = Table(
    "sessions",
    metadata,
    key("hash"),  # of the random id a browser holds
    sealed("content"),
    instant("created_at", nullable=False),
    instant("used_at", nullable=False),
    instant("idle_ends_at", nullable=False),
    instant("ends_at", nullable=False),
    Column("account", Text),  # who of the staff has signed in
    Index(None, "idle_ends_at"),
    Index(None, "ends_at"),
    Index(None, "account"),
    sqlite_strict=True,
)
