"""What belongs to cases beside what they are themselves: materials, looks, ratings, changes that wait."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text

from kaiban.domain.cases.staff.edit_request import EditState
from kaiban.domain.papers.obligation import ForwardState
from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    of_case,
    required,
    sealed,
    states,
)
from kaiban.storage.types import Json

materials = Table(
    "materials",
    metadata,
    key("id"),
    # A filing's (by the `place` of its row) until it is handed in, then its case's, too; a late file is
    # a case's from the start.
    Column("filing", Text),
    Column("case_no", Text, ForeignKey("cases.no")),
    required("key"),
    instant("at", nullable=False),
    sealed("name"),  # people call files by people's names
    required("media_type"),
    count("pages"),
    count("size"),
    required("digest"),
    required("commitment"),
    Column("deferred_until", Text),  # a day of the hall's calendar, ISO 8601
    sealed("content", nullable=True),
    sealed("about", nullable=True),  # who is on it, by the numbers of their documents
    CheckConstraint("filing IS NOT NULL OR case_no IS NOT NULL", name="held"),
    Index(None, "filing"),
    Index(None, "case_no"),
    Index(None, "deferred_until"),
    sqlite_strict=True,
)

#: Materials that came after the application, on their way to a department that has it.
late_materials = Table(
    "late_materials",
    metadata,
    of_case(),
    key("key"),
    key("link"),
    required("state"),
    instant("at", nullable=False),
    count("tries"),
    instant("due_at"),  # when it is tried next; empty: it is over, or the window's
    required("by"),
    states(ForwardState),
    Index(None, "due_at"),
    Index(None, "state"),
    sqlite_strict=True,
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", Text, ForeignKey("cases.no"), nullable=False),
    instant("at", nullable=False),
    required("kind"),
    required("who"),
    Column("what", Json, nullable=False),
    required("why"),
    required("step"),
    count("attempt"),
    Index(None, "case_no", "at"),
    sqlite_strict=True,
)

ratings = Table(
    "ratings",
    metadata,
    of_case(),
    key("link"),  # "" for the case as a whole
    count("level"),
    sealed("remark"),
    required("source"),
    instant("at", nullable=False),
    sealed("answer"),
    required("answered_by"),
    instant("answered_at"),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Index(None, "at"),
    sqlite_strict=True,
)

#: Changes that wait for a second person, or were decided.
edit_requests = Table(
    "edit_requests",
    metadata,
    key("id"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), nullable=False),
    required("link"),
    required("step"),
    required("by"),
    instant("asked_at", nullable=False),
    sealed("told"),  # what is to be said instead, and who was asked
    required("state"),
    required("decided_by"),
    instant("decided_at"),
    sealed("answer"),
    states(EditState),
    Index(None, "case_no"),
    Index(None, "state", "asked_at"),
    sqlite_strict=True,
)
