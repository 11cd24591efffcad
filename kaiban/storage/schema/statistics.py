"""What figures are made of: frozen, without anybody in it, and kept when the case itself is deleted."""

from sqlalchemy import Column, Index, Integer, Table, Text

from kaiban.storage.schema.columns import count, key, metadata, required
from kaiban.storage.types import Flag

#: An ended case in figures (kaiban.domain.statistics.case_facts); no foreign key, as they outlive it.
case_facts = Table(
    "case_facts",
    metadata,
    key("case_no"),
    required("hall"),
    required("source"),
    required("outcome"),
    required("accepted_on"),  # days of the hall's calendar, ISO 8601
    required("ended_on"),
    count("promised"),
    count("used"),
    count("sent_back"),
    required("level"),
    Column("provisional", Flag, nullable=False),
    # Figures of a period are read from this alone.
    Index(
        "ix_case_facts_ended", "ended_on", "hall", "outcome", "used", "promised", "level",
        "sent_back", "provisional", "case_no",
    ),
    sqlite_strict=True,
)  # fmt: skip

#: Its minutes: in which a department had it in hand ("link"), and whose each of them was ("holder").
case_minutes = Table(
    "case_minutes",
    metadata,
    key("case_no"),
    Column("kind", Text, primary_key=True),
    key("name"),
    Column("minutes", Integer, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
