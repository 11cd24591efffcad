"""The tables. Cells named in SEALED hold ciphertext (see crypto.py), everything else is plain."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from kaiban.domain.cases.case import CaseState
from kaiban.domain.cases.edit_request import EditState
from kaiban.domain.cases.link import LinkState
from kaiban.domain.circuit_breaker import Cause, Circuit
from kaiban.domain.complaint import COMPLAINT_SOURCES, ComplaintState, StepKind
from kaiban.domain.messages.notification import Channel, Kind, MessageState
from kaiban.domain.papers.obligation import ForwardState
from kaiban.domain.tickets.ticket import TicketState
from kaiban.storage.types import Flag, Instant, Json

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


#: The state of a step that waits for people, as a word of the statement: so both databases find the index for it.
MANUAL: ColumnElement[str] = literal_column("'manual'")
AT_HAND = text("state = 'manual'")


def _one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _states(states: type[StrEnum]) -> CheckConstraint:
    return _one_of("state", (state.value for state in states))


def _required(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _of_case() -> Column[str]:
    return Column("case_no", Text, ForeignKey("cases.no"), primary_key=True)


def _sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _instant(name: str, *, nullable: bool = True) -> Column[datetime]:
    return Column(name, Instant(), nullable=nullable)


cases = Table(
    "cases",
    metadata,
    _key("no"),
    _required("city"),
    _required("hall"),
    _sealed("owner"),
    _required("owner_index"),  # finds an owner's cases without naming the owner
    Column("subject_index", Text),  # finds what is applied for twice without naming anybody
    _required("promise"),
    _required("state"),
    _count("revision"),
    Column("withdrawing", Flag, nullable=False),
    _instant("accepted_at", nullable=False),
    _instant("finished_at"),
    _instant("package_due"),
    _count("package_attempt"),
    _count("package_version"),
    Column("facts", Json, nullable=False),
    _sealed("form"),
    _sealed("draft", nullable=True),  # what the next notice is to say
    _instant("notice_due"),
    _sealed("filed_by", nullable=True),  # who filed it at the desk
    # How the package still has to leave the hall; empty: not, or not any more.
    Column("leaves_by", Text),
    _states(CaseState),
    Index(None, "accepted_at", "no"),
    Index(None, "owner_index"),
    Index(None, "subject_index"),
    Index(None, "package_due"),
    Index(None, "notice_due"),
    Index(None, "leaves_by", "finished_at"),
    sqlite_strict=True,
)

#: A line a case, from which lists are made without opening any: it follows from the case and is written with it.
worklist = Table(
    "worklist",
    metadata,
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    _required("rules"),  # by which it was worked out
    _count("events"),  # how many had happened
    Column("listed", Flag, nullable=False),
    Column("ended", Flag, nullable=False),
    _required("hall"),
    _required("state"),
    _instant("accepted_at", nullable=False),
    _sealed("names"),
    _required("source"),
    Column("links", Json, nullable=False),
    _count("promised"),
    Column("used", Integer),
    _instant("counted_at", nullable=False),
    Column("running", Flag, nullable=False),
    _instant("yellow_at"),
    _instant("red_at"),
    Column("for_window", Flag, nullable=False),
    Column("in_doubt", Flag, nullable=False),
    Column("corrected", Flag, nullable=False),
    Column("owed_until", Text),  # a day of the hall's calendar, ISO 8601
    Column("to_hand_out", Flag, nullable=False),
    _required("holder"),
    _required("first"),
    Column("agent_index", Text),  # tells which were brought by the same agent, without naming them
    # Whole lists are counted and put in order from this alone.
    Index(
        "ix_worklist_listed", "listed", "hall", "ended", "for_window", "in_doubt", "corrected",
        "to_hand_out", "owed_until", "yellow_at", "red_at", "holder", "agent_index",
        "case_no",
    ),
    sqlite_strict=True,
)  # fmt: skip

#: What a case is found by: keyed hashes of names, numbers and telephones.
case_terms = Table(
    "case_terms",
    metadata,
    _key("term"),
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
    _key("login"),
    _instant("seen_at", nullable=False),
    Index(None, "seen_at"),
    sqlite_strict=True,
)

links = Table(
    "links",
    metadata,
    _of_case(),
    _key("name"),
    _count("position"),
    _required("title"),
    _required("office"),
    _required("adapter"),
    _required("receipt"),
    _sealed("result"),
    sqlite_strict=True,
)

steps = Table(
    "steps",
    metadata,
    _key("case_no"),
    _key("link"),
    _key("name"),
    _count("position"),
    _required("state"),
    _sealed("reason"),  # departments name people in their sentences
    _required("reason_code"),
    _count("revision"),
    _count("attempt"),
    _count("tries"),
    _instant("next_action_at"),
    _instant("scheduled_at"),  # when that was decided; still to come: by a clock that was ahead
    Column("cancelling", Flag, nullable=False),
    _sealed("sent", nullable=True),
    _sealed("ref", nullable=True),
    # What a department's call may name the application by; taken from sent and ref.
    _required("key"),
    _required("number"),
    _instant("submitted_at"),
    _instant("done_at"),
    _instant("unknown_since"),
    _instant("not_found_since"),
    Column("epoch", Integer),  # of the database, when the message was written; empty: the case's
    ForeignKeyConstraint(["case_no", "link"], ["links.case_no", "links.name"]),
    _states(LinkState),
    Index(None, "next_action_at"),
    Index(None, "scheduled_at"),
    Index(None, "link", "key"),
    Index(None, "link", "number"),
    Index(None, "link", "name", "done_at"),
    # What waits for people is few of many: only that is indexed.
    Index("ix_steps_at_hand", "case_no", sqlite_where=AT_HAND, postgresql_where=AT_HAND),
    sqlite_strict=True,
)

events = Table(
    "events",
    metadata,
    _of_case(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _required("kind"),
    _instant("at", nullable=False),
    _required("actor"),
    _required("link"),
    _required("step"),
    _required("before"),
    _required("after"),
    _required("code"),
    _sealed("text"),
    Column("facts", Json, nullable=False),
    _instant("clock_at"),  # what the clock said, if that was before the event before it
    sqlite_strict=True,
)

exchanges = Table(
    "exchanges",
    metadata,
    # Whoever deletes a case deletes what was said about it.
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _required("link"),
    _required("step"),
    _count("attempt"),
    _required("errand"),
    _instant("at", nullable=False),
    _required("outcome"),
    _required("code"),
    _count("milliseconds"),
    _sealed("told", nullable=True),
    Column("heard", Text),  # a hash of what a department called with
    _one_of("errand", ("send", "look", "take_back", "callback")),
    Index(None, "at"),
    sqlite_strict=True,
)

notices = Table(
    "notices",
    metadata,
    _of_case(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _instant("issued_at", nullable=False),
    _sealed("items"),
    _instant("answered_at"),
    Column("repeats", Flag, nullable=False),
    _sealed(
        "details", nullable=True
    ),  # of its items and of how it came about, what the items' cell does not say
    sqlite_strict=True,
)

#: Notices and refusals as they were printed, byte for byte.
notice_papers = Table(
    "notice_papers",
    metadata,
    # Whoever deletes a case deletes what was printed of it.
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    _key("name"),
    _instant("at", nullable=False),
    _required("digest"),
    _sealed("pdf"),
    sqlite_strict=True,
)

documents = Table(
    "documents",
    metadata,
    _key("case_no"),
    _key("link"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _required("name"),
    _required("title"),
    _required("media_type"),
    _sealed("content"),
    ForeignKeyConstraint(["case_no", "link"], ["links.case_no", "links.name"]),
    sqlite_strict=True,
)

packages = Table(
    "packages",
    metadata,
    _of_case(),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _required("verify_code"),
    _instant("issued_at", nullable=False),
    _sealed("pdf"),
    _sealed("archive"),
    _sealed("summary"),
    UniqueConstraint("verify_code"),
    sqlite_strict=True,
)

materials = Table(
    "materials",
    metadata,
    _key("id"),
    # A filing's (by the `place` of its row) until it is handed in, then its case's, too; a late file is
    # a case's from the start.
    Column("filing", Text),
    Column("case_no", Text, ForeignKey("cases.no")),
    _required("key"),
    _instant("at", nullable=False),
    _sealed("name"),  # people call files by people's names
    _required("media_type"),
    _count("pages"),
    _count("size"),
    _required("digest"),
    _required("commitment"),
    Column("deferred_until", Text),  # a day of the hall's calendar, ISO 8601
    _sealed("content", nullable=True),
    CheckConstraint("filing IS NOT NULL OR case_no IS NOT NULL", name="held"),
    Index(None, "filing"),
    Index(None, "case_no"),
    Index(None, "deferred_until"),
    sqlite_strict=True,
)

numbers = Table("numbers", metadata, _key("day"), _count("last"), sqlite_strict=True)

epochs = Table(
    "epochs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _instant("began_at", nullable=False),
    _required("cause"),
    _required("home"),
    sqlite_strict=True,
)

witnesses = Table("witnesses", metadata, _key("name"), _count("beat"), sqlite_strict=True)

idempotency = Table(
    "idempotency",
    metadata,
    _key("scope"),
    _key("key"),
    _required("fingerprint"),
    _required("state"),
    _count("claim"),
    _instant("claimed_at", nullable=False),
    Column("status", Integer),
    _sealed("body", nullable=True),
    Column("case_no", Text, ForeignKey("cases.no")),
    _one_of("state", ("running", "finished")),
    Index(None, "claimed_at"),
    sqlite_strict=True,
)

#: Which keys the sealed cells and the blind indexes are made with, and how to know each; no key itself.
keys = Table(
    "keys",
    metadata,
    _key("name"),  # a key's id, or "index"
    _required("check_value"),
    _instant("since", nullable=False),
    _instant("retired_at"),  # no cell names it any more
    sqlite_strict=True,
)

#: One row, written to see whether the database can be written.
probes = Table(
    "probes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _required("filler"),
    sqlite_strict=True,
)

tokens = Table(
    "tokens",
    metadata,
    _key("hash"),
    _required("name"),
    Column("scopes", Json, nullable=False),
    _instant("created_at", nullable=False),
    _instant("expires_at"),
    UniqueConstraint("name"),
    sqlite_strict=True,
)

users = Table(
    "users",
    metadata,
    _key("login"),
    _required("password_hash"),  # "" once removed
    _required("role"),
    _required("hall"),
    _instant("created_at", nullable=False),
    _sealed("name", nullable=True),
    Column("window", Text),
    _sealed("authenticator", nullable=True),
    Column("step", Integer),  # of the last one-time code that was used
    _instant("one_time_until"),
    _instant("disabled_at"),
    _instant("removed_at"),
    _instant("signed_in_at"),
    sqlite_strict=True,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("login", Text, ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    _key("hash"),  # of eighty random bits
    sqlite_strict=True,
)

staff_places = Table(
    "staff_places",
    metadata,
    _key("login"),
    _key("kind"),
    _key("place"),  # stands for a browser or a network address
    _instant("used_at", nullable=False),
    Index(None, "used_at"),
    sqlite_strict=True,
)

departments = Table(
    "departments",
    metadata,
    _key("department"),
    _required("circuit"),
    _count("failures"),
    _instant("opened_at"),
    _instant("probe_at"),
    _required("cause"),
    _required("detail"),
    _instant("window_at"),
    _count("sends"),
    _count("resends"),
    Column("silent", Json, nullable=False, server_default="[]"),
    _one_of("circuit", (each.value for each in Circuit)),
    _one_of("cause", (each.value for each in Cause)),
    sqlite_strict=True,
)

filings = Table(
    "filings",
    metadata,
    _key("place"),  # found by the id, from which it cannot be told: the id opens the filing
    _sealed("id"),
    _sealed("code"),
    _sealed("phone"),
    Column("return_index", Text),  # finds a filing by code and phone; empty without a phone
    _sealed("entry"),
    Column("links", Json, nullable=False),
    _required("promise"),
    _required("lang"),
    _count("version"),
    _instant("started_at", nullable=False),
    _instant("saved_at", nullable=False),
    Column("case_no", Text, ForeignKey("cases.no")),
    UniqueConstraint("case_no"),
    Index(None, "return_index"),
    Index(None, "saved_at"),
    sqlite_strict=True,
)

#: Forms that staff fill in for somebody, each beside its row in `filings`.
assisted_filings = Table(
    "assisted_filings",
    metadata,
    _key("number"),
    _required("place"),  # of the filing
    _sealed("filing"),  # its id, which opens it
    _required("hall"),
    _sealed("filer"),
    _required("held_by"),
    Column("staff", Json, nullable=False),
    _instant("begun_at", nullable=False),
    _instant("parked_at"),
    _count("printed"),
    Column("confirmation", Json),
    Column("copied", Json, nullable=False),
    Index(None, "place"),
    Index(None, "hall", "begun_at"),
    sqlite_strict=True,
)

return_codes = Table(
    "return_codes",
    metadata,
    _key("place"),  # stands for a resume code and a phone, whether or not a filing has them
    _required("digits"),  # a keyed hash
    _instant("made_at", nullable=False),
    _count("tries"),
    Index(None, "made_at"),
    sqlite_strict=True,
)

limits = Table(
    "limits",
    metadata,
    _key("place"),  # stands for what is counted: a phone, a code, an address
    _instant("since", nullable=False),
    _count("count"),
    Index(None, "since"),
    sqlite_strict=True,
)

sessions = Table(
    "sessions",
    metadata,
    _key("hash"),  # of the random id a browser holds
    _sealed("content"),
    _instant("created_at", nullable=False),
    _instant("used_at", nullable=False),
    _instant("idle_ends_at", nullable=False),
    _instant("ends_at", nullable=False),
    Column("account", Text),  # who of the staff has signed in
    Index(None, "idle_ends_at"),
    Index(None, "ends_at"),
    Index(None, "account"),
    sqlite_strict=True,
)

disclosures = Table(
    "disclosures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", Text, ForeignKey("cases.no"), nullable=False),
    _instant("at", nullable=False),
    _required("kind"),
    _required("who"),
    Column("what", Json, nullable=False),
    _required("why"),
    _required("step"),
    _count("attempt"),
    Index(None, "case_no", "at"),
    sqlite_strict=True,
)

ratings = Table(
    "ratings",
    metadata,
    _of_case(),
    _key("link"),  # "" for the case as a whole
    _count("level"),
    _sealed("remark"),
    _required("source"),
    _instant("at", nullable=False),
    _sealed("answer"),
    _required("answered_by"),
    _instant("answered_at"),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Index(None, "at"),
    sqlite_strict=True,
)

#: Changes that wait for a second person, or were decided.
edit_requests = Table(
    "edit_requests",
    metadata,
    _key("id"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), nullable=False),
    _required("link"),
    _required("step"),
    _required("by"),
    _instant("asked_at", nullable=False),
    _sealed("told"),  # what is to be said instead, and who was asked
    _required("state"),
    _required("decided_by"),
    _instant("decided_at"),
    _sealed("answer"),
    _states(EditState),
    Index(None, "case_no"),
    Index(None, "state", "asked_at"),
    sqlite_strict=True,
)

webhooks = Table(
    "webhooks",
    metadata,
    _key("id"),
    _required("owner"),  # a token's name; empty: an operator's
    _sealed("url"),  # an address may hold a password of theirs
    _sealed("secrets"),
    Column("kinds", Json, nullable=False),
    _instant("created_at", nullable=False),
    _instant("rest_until"),
    _instant("failing_since"),
    _required("disabled"),
    Index(None, "owner"),
    sqlite_strict=True,
)

#: The outbox: what people and programs are told, written in the transaction of what they are told of.
#: Not called `notifications`: DBOS has a table of that name in the same SQLite file.
messages = Table(
    "messages",
    metadata,
    _key("id"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), nullable=False),
    _count("seq"),
    _required("kind"),
    _required("channel"),
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE")),
    _sealed("address"),
    _sealed("text"),
    _instant("at", nullable=False),
    _instant("written_at", nullable=False),
    _required("state"),
    _count("tries"),
    _count("attempts"),
    _instant("due_at"),  # real time; empty: it is over
    _required("code"),
    _one_of("kind", (each.value for each in Kind)),
    _one_of("channel", (each.value for each in Channel)),
    _states(MessageState),
    Index(None, "channel", "due_at"),
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
    Column("number", Integer, primary_key=True, autoincrement=False),
    _instant("at", nullable=False),
    _required("outcome"),
    _required("code"),
    _count("milliseconds"),
    sqlite_strict=True,
)

tickets = Table(
    "tickets",
    metadata,
    _key("id"),
    _required("hall"),
    _required("business"),
    _required("state"),
    _required("day"),  # of the hall's calendar, ISO 8601
    _sealed("code", nullable=True),
    Column("code_index", Text),  # finds a booking at the machine of the hall
    _required("number"),
    _required("pickup"),
    _sealed("phone", nullable=True),
    Column("phone_index", Text),  # finds somebody's bookings
    Column(
        "share", Integer
    ),  # which of the bookings its phone may hold this is; empty: it holds none
    _required("lang"),
    Column("case_no", Text, ForeignKey("cases.no", ondelete="SET NULL")),
    _instant("starts_at"),
    _instant("ends_at"),
    _required("reserved"),
    _count("turn"),
    _required("window"),
    _count("calls"),
    _count("missed"),
    _instant("made_at", nullable=False),
    _instant("arrived_at"),
    _instant("called_at"),
    _instant("ended_at"),
    _required("by"),
    _states(TicketState),
    UniqueConstraint("phone_index", "share"),
    Index(None, "hall", "day"),
    Index(None, "code_index"),
    Index(None, "case_no"),
    Index(None, "state", "starts_at"),
    sqlite_strict=True,
)

#: A row for each place that is taken: its key is what keeps a second person from it.
seats = Table(
    "seats",
    metadata,
    _key("hall"),
    _key("window"),
    Column("starts_at", Instant(), primary_key=True),
    Column("seat", Integer, primary_key=True, autoincrement=False),
    Column("ticket", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Index(None, "ticket"),
    sqlite_strict=True,
)

#: The outbox of tickets, which belong to no case; beside `messages`, whose every row the release before may take.
ticket_messages = Table(
    "ticket_messages",
    metadata,
    _key("id"),
    Column("ticket", Text, ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    _required("kind"),
    _required("channel"),
    _sealed("address"),
    _sealed("text"),
    _instant("at", nullable=False),
    _instant("written_at", nullable=False),
    _required("state"),
    _count("tries"),
    _count("attempts"),
    _instant("due_at"),
    _required("code"),
    _states(MessageState),
    Index(None, "ticket"),
    Index(None, "channel", "due_at"),
    sqlite_strict=True,
)

complaints = Table(
    "complaints",
    metadata,
    _of_case(),  # whoever deletes a case must say what becomes of its complaints
    Column("number", Integer, primary_key=True, autoincrement=False),
    _required("hall"),
    _required("source"),
    _required("state"),
    _sealed("text"),
    _sealed("phone", nullable=True),
    _required("lang"),
    _required("owner"),
    _required("about"),
    _instant("raised_at", nullable=False),
    Column("due", Text),  # a day of the hall's calendar, ISO 8601; empty: it is closed
    _one_of("source", COMPLAINT_SOURCES),
    _states(ComplaintState),
    Index(None, "hall", "due"),
    Index(None, "owner", "due"),
    sqlite_strict=True,
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    _key("case_no"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _required("kind"),
    _instant("at", nullable=False),
    _required("by"),
    _sealed("text"),
    ForeignKeyConstraint(["case_no", "number"], ["complaints.case_no", "complaints.number"]),
    _one_of("kind", (each.value for each in StepKind)),
    sqlite_strict=True,
)

#: The outbox of complaints, whose receiver need not be the case's; beside `messages`, whose every row the release before may take.
complaint_messages = Table(
    "complaint_messages",
    metadata,
    _key("id"),
    _required("case_no"),
    _count("number"),
    _count("seq"),  # of the step that is told
    _required("kind"),
    _required("channel"),
    _sealed("address"),
    _sealed("text"),
    _instant("at", nullable=False),
    _instant("written_at", nullable=False),
    _required("state"),
    _count("tries"),
    _count("attempts"),
    _instant("due_at"),
    _required("code"),
    ForeignKeyConstraint(["case_no", "number"], ["complaints.case_no", "complaints.number"]),
    _states(MessageState),
    Index(None, "case_no", "number"),
    Index(None, "channel", "due_at"),
    sqlite_strict=True,
)

#: Materials that came after the application, on their way to a department that has it.
late_materials = Table(
    "late_materials",
    metadata,
    _of_case(),
    _key("key"),
    _key("link"),
    _required("state"),
    _instant("at", nullable=False),
    _count("tries"),
    _instant("due_at"),  # when it is tried next; empty: it is over, or the window's
    _required("by"),
    _states(ForwardState),
    Index(None, "due_at"),
    Index(None, "state"),
    sqlite_strict=True,
)

#: The revisions a program must know to work on this schema; a migration that takes something away adds its own.
schema_floor = Table("schema_floor", metadata, _key("revision"), sqlite_strict=True)

#: Every cell that holds personal data, by table.
SEALED: Mapping[str, tuple[str, ...]] = {
    "cases": ("owner", "form", "draft", "filed_by"),
    "links": ("result",),
    "steps": ("sent", "ref", "reason"),
    "events": ("text",),
    "exchanges": ("told",),
    "notices": ("items", "details"),
    "notice_papers": ("pdf",),
    "documents": ("content",),
    "materials": ("name", "content"),
    "packages": ("pdf", "archive", "summary"),
    "idempotency": ("body",),
    "filings": ("id", "code", "phone", "entry"),
    "assisted_filings": ("filing", "filer"),
    "sessions": ("content",),
    "users": ("name", "authenticator"),
    "ratings": ("remark", "answer"),
    "edit_requests": ("told", "answer"),
    "webhooks": ("url", "secrets"),
    "messages": ("address", "text"),
    "tickets": ("code", "phone"),
    "ticket_messages": ("address", "text"),
    "complaints": ("text", "phone"),
    "complaint_steps": ("text",),
    "complaint_messages": ("address", "text"),
    "worklist": ("names",),
}

#: Every column that holds a keyed hash (``Keyring.blind``), by table; made anew under a new index key.
BLIND: Mapping[str, tuple[str, ...]] = {
    "cases": ("owner_index", "subject_index"),
    "worklist": ("agent_index",),
    "case_terms": ("term",),
    "filings": ("place", "return_index"),
    "assisted_filings": ("place",),
    "materials": ("filing",),
    "return_codes": ("place", "digits"),
    "limits": ("place",),
    "tickets": ("code_index", "phone_index"),
    "staff_places": ("place",),
}
