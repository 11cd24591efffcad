"""Complaints and what was done about them."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text

from kaiban.domain.complaint import COMPLAINT_SOURCES, ComplaintState, StepKind
from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    numbered,
    of_case,
    one_of,
    outbox,
    required,
    sealed,
    states,
    step_of,
)

complaints = Table(
    "complaints",
    metadata,
    of_case(),  # whoever deletes a case must say what becomes of its complaints
    numbered("number"),
    required("hall"),
    required("source"),
    required("state"),
    sealed("text"),
    sealed("phone", nullable=True),
    required("lang"),
    required("owner"),
    required("about"),
    instant("raised_at", nullable=False),
    Column("rated", Text),  # the link a bad rating was of, "" the case; empty: it came from none
    Column("due", Text),  # a day of the hall's calendar, ISO 8601; empty: it is closed
    one_of("source", COMPLAINT_SOURCES),
    states(ComplaintState),
    Index(None, "hall", "due"),
    Index(None, "owner", "due"),
    sqlite_strict=True,
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    *step_of("complaints"),
    required("kind"),
    one_of("kind", (each.value for each in StepKind if each is not StepKind.CONTACTED)),
    sqlite_strict=True,
)

#: Steps of one kind more (`StepKind.CONTACTED`), numbered with the others; beside them, whose every row the release before may read.
complaint_contacts = Table(
    "complaint_contacts",
    metadata,
    *step_of("complaints"),
    sqlite_strict=True,
)

#: The outbox of complaints, whose receiver need not be the case's; beside `messages`, whose every row the release before may take.
complaint_messages = Table(
    "complaint_messages",
    metadata,
    key("id"),
    required("case_no"),
    count("number"),
    count("seq"),  # of the step that is told
    *outbox(),
    ForeignKeyConstraint(["case_no", "number"], ["complaints.case_no", "complaints.number"]),
    Index(None, "case_no", "number"),
    sqlite_strict=True,
)
