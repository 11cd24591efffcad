"""The audit: records as transactions left them, chained afterwards, and the anchors of the chain."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from kaiban.storage.schema.columns import (
    instant,
    metadata,
    numbered,
    required,
)

_UNCHAINED = text("hash IS NULL")
_UNSTAMPED = text("token IS NULL")

audit_records = Table(
    "audit_records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", Text),  # no foreign key: the record outlives its case
    required("line"),
    required("salt"),  # of the hash of what may be personal; no part of the chain
    instant("written_at", nullable=False),  # real time
    # Its place in the chain; empty until it has one.
    Column("day", Text),
    Column("seq", Integer),
    Column("hash", Text),
    UniqueConstraint("day", "seq"),
    Index(
        "ix_audit_records_unchained", "id", sqlite_where=_UNCHAINED, postgresql_where=_UNCHAINED
    ),
    Index(None, "case_no"),
    sqlite_strict=True,
)

#: Where the chain stood, stamped by an authority of time; at most one is not stamped yet.
audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("day", Text, primary_key=True),
    numbered("seq"),
    required("hash"),
    instant(
        "since", nullable=False
    ),  # when the oldest record it covers first was written, real time
    Column("token", Text),  # CMS in DER, in base64
    Index(
        "ix_audit_anchors_unstamped", "since", sqlite_where=_UNSTAMPED, postgresql_where=_UNSTAMPED
    ),
    sqlite_strict=True,
)
