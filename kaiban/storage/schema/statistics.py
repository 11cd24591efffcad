"""What figures are made of: frozen, without anybody in it, and kept when the case itself is deleted."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from kaiban.storage.schema.columns import (
    count,
    key,
    metadata,
    numbered,
    required,
)
from kaiban.storage.types import Flag

#: The facts of a case whose marks were not looked for: it ended before there were any.
UNMARKED = text("marks IS NULL")

#: An ended case in figures (kaiban.domain.statistics.case_facts); no foreign key, as they outlive it.
case_facts = Table(
    "case_facts",
    metadata,
    key("case_no"),
    required("hall"),
    required("source"),  # the release before writes and wants it; nothing reads it any more
    required("outcome"),
    required("accepted_on"),  # days of the hall's calendar, ISO 8601
    required("ended_on"),
    count("promised"),
    count("used"),
    count("sent_back"),
    required("level"),
    Column("provisional", Flag, nullable=False),
    Column("marks", Integer),  # how many there are; empty: they were not looked for yet
    # 0: written by the release before, which did not count them, and not counted since.
    Column("asked", Integer, nullable=False, server_default="0"),
    # Figures of a period are read from this alone.
    Index(
        "ix_case_facts_read", "ended_on", "hall", "outcome", "used", "promised", "level",
        "asked", "sent_back", "provisional", "case_no",
    ),
    # By the release before: from this alone.
    Index(
        "ix_case_facts_ended", "ended_on", "hall", "outcome", "used", "promised", "level",
        "sent_back", "provisional", "case_no",
    ),
    Index("ix_case_facts_accepted", "accepted_on", "hall", "outcome", "used"),
    Index(
        "ix_case_facts_unmarked", "ended_on", "hall",
        sqlite_where=UNMARKED, postgresql_where=UNMARKED,
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
    # The day of its facts, so that a period is read without the past; empty: written by a release that did not know it.
    Column("ended_on", Text),
    Index("ix_case_minutes_ended", "kind", "ended_on", "case_no", "name", "minutes"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

#: What it was sent back for and the like (kaiban.domain.statistics.marks); the day and the hall are those of its facts.
case_marks = Table(
    "case_marks",
    metadata,
    key("case_no"),
    numbered("number"),
    required("ended_on"),
    required("hall"),
    required("kind"),
    required("by"),
    required("place"),
    required("code"),
    # Figures of a period are read from this alone.
    Index("ix_case_marks_ended", "ended_on", "hall", "kind", "by", "place", "code", "case_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

#: Who had it in hand when, as JSON (kaiban.storage.statistics): from this its minutes are counted anew.
case_timelines = Table(
    "case_timelines", metadata, key("case_no"), required("timeline"), sqlite_strict=True
)
