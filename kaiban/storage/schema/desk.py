"""What staff work from: the list, what cases are found by, forms filled in for somebody."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, text

from kaiban.storage.schema.columns import count, instant, key, metadata, required, sealed
from kaiban.storage.types import Flag, Json

CROSSING = text("intake IS NOT NULL")
TO_COME = text("card_at IS NOT NULL")
#: A line a case, from which lists are made without opening any: it follows from the case and is written with it.
worklist = Table(
    "worklist",
    metadata,
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    required("rules"),  # by which it was worked out
    count("events"),  # how many had happened
    Column("listed", Flag, nullable=False),
    Column("ended", Flag, nullable=False),
    required("hall"),
    required("state"),
    instant("accepted_at", nullable=False),
    sealed("names"),
    required("source"),
    Column("links", Json, nullable=False),
    count("promised"),
    Column("used", Integer),
    instant("counted_at", nullable=False),
    Column("running", Flag, nullable=False),
    instant("yellow_at"),
    instant("red_at"),
    Column("for_window", Flag, nullable=False),
    Column("in_doubt", Flag, nullable=False),
    Column("corrected", Flag, nullable=False),
    Column("owed_until", Text),  # a day of the hall's calendar, ISO 8601
    Column("to_hand_out", Flag, nullable=False),
    required("holder"),
    required("first"),
    Column("intake", Text),  # the hall that took it in for this one; empty: none
    Column("passage", Text),  # what is still to be done between the two; empty: nothing
    Column("agent_index", Text),  # tells which were brought by the same agent, without naming them
    instant("card_at"),  # when the next card is to be given; empty: none is to come
    # Whole lists are counted and put in order from this alone.
    Index(
        "ix_worklist_listed", "listed", "hall", "ended", "for_window", "in_doubt", "corrected",
        "to_hand_out", "owed_until", "yellow_at", "red_at", "holder", "agent_index",
        "case_no",
    ),
    # What goes between halls is few of many: only that is indexed.
    Index("ix_worklist_crossing", "listed", "intake", "hall", sqlite_where=CROSSING, postgresql_where=CROSSING),
    Index("ix_worklist_card_at", "card_at", sqlite_where=TO_COME, postgresql_where=TO_COME),
    sqlite_strict=True,
)  # fmt: skip
#: What a case is found by: keyed hashes of names, numbers and telephones.
case_terms = Table(
    "case_terms",
    metadata,
    key("term"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    Index(None, "case_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

#: Who of the staff has a case open; of use for some minutes.
presence = Table(
    "presence",
    metadata,
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    key("login"),
    instant("seen_at", nullable=False),
    Index(None, "seen_at"),
    sqlite_strict=True,
)

#: Forms that staff fill in for somebody, each beside its row in `filings`.
assisted_filings = Table(
    "assisted_filings",
    metadata,
    key("number"),
    required("place"),  # of the filing
    sealed("filing"),  # its id, which opens it
    required("hall"),
    sealed("filer"),
    required("held_by"),
    Column("staff", Json, nullable=False),
    instant("begun_at", nullable=False),
    instant("parked_at"),
    count("printed"),
    Column("confirmation", Json),
    Column("copied", Json, nullable=False),
    Column("deciding", Text),  # another hall for which it is taken in; empty: its own
    Column("own", Flag),  # begun by its applicant; empty: not known
    Column("rephoned", Json),
    Index(None, "place"),
    Index(None, "hall", "begun_at"),
    sqlite_strict=True,
)

#: Case files (电子案卷) that staff asked for, made by a worker, until they are fetched.
case_files = Table(
    "case_files",
    metadata,
    # Whoever deletes a case deletes what was made of it.
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    required("by"),
    instant("asked_at", nullable=False),
    instant("made_at"),
    Column("ready", Flag, nullable=False),
    sealed("content", nullable=True),
    sqlite_strict=True,
)
