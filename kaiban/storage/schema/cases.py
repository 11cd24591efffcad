"""Cases and what belongs to them."""

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.storage.schema.columns import (
    LONG,
    count,
    instant,
    key,
    metadata,
    numbered,
    of_case,
    one_of,
    required,
    sealed,
    states,
)
from kaiban.storage.types import Flag, Json

#: The state of a step that waits for people, as a word of the statement: so both databases find the index for it.
MANUAL: ColumnElement[str] = literal_column("'manual'")
AT_HAND = text("state = 'manual'")
#: Steps that wait for nothing but somebody who has room for them.
_DUE_AT_ONCE = text("next_action_at = scheduled_at")
#: Events that supervisors are told of, and notices that tell what could have been told before: few of many.
COPIED = text("kind IN ('copied', 'unlisted')")
REPEATING = text("repeats")
#: Cases somebody has a name of their own for.
NAMED = text("reference_index IS NOT NULL")
cases = Table(
    "cases",
    metadata,
    key("no"),
    required("city"),
    required("hall"),
    Column("intake", Text),  # the hall that took it in for that one; empty: none
    sealed("owner"),
    required("owner_index"),  # finds an owner's cases without naming the owner
    Column("subject_index", Text),  # finds what is applied for twice without naming anybody
    sealed("reference", nullable=True),  # what whoever handed it in calls it
    Column("reference_index", Text),
    required("promise"),
    required("state"),
    count("revision"),
    # Another one after each writing, so that whoever keeps the case sees that it was written to.
    Column("version", Integer, nullable=False, server_default="0"),
    # Orders the feed; whatever was written last before there was one has none.
    Column("change", LONG, nullable=False, server_default="0"),
    Column("withdrawing", Flag, nullable=False),
    instant("accepted_at", nullable=False),
    instant("finished_at"),
    instant("package_due"),
    count("package_attempt"),
    count("package_version"),
    Column("facts", Json, nullable=False),
    sealed("form"),
    sealed("draft", nullable=True),  # what the next notice is to say
    instant("notice_due"),
    sealed("filed_by", nullable=True),  # who filed it at the desk
    Column("clock", Json),  # by what its hours are accounted since it has ended
    # How the package still has to leave the hall; empty: not, or not any more.
    Column("leaves_by", Text),
    Column("leaves_from", Text),  # the hall that does the next thing about it; empty: the case's
    states(CaseState),
    # Pages of lists, each in the order of its index.
    Index(None, "accepted_at", "no"),
    Index(None, "hall", "accepted_at", "no"),
    Index(None, "state", "accepted_at", "no"),
    Index(None, "owner_index", "state", "accepted_at", "no"),
    Index(
        None, "owner_index"
    ),  # the one before says the same; a release that contracts may drop it
    Index(None, "subject_index"),
    Index(None, "finished_at", "no"),
    Index(None, "owner_index", "finished_at", "no"),
    Index(None, "change", "no"),
    Index(None, "owner_index", "change", "no"),
    Index("ix_cases_reference", "reference_index", sqlite_where=NAMED, postgresql_where=NAMED),
    Index(None, "package_due"),
    Index(None, "notice_due"),
    Index(None, "leaves_by", "finished_at"),
    sqlite_strict=True,
)

links = Table(
    "links",
    metadata,
    of_case(),
    key("name"),
    count("position"),
    required("title"),
    required("office"),
    required("adapter"),
    required("receipt"),
    sealed("result"),
    sqlite_strict=True,
)

steps = Table(
    "steps",
    metadata,
    key("case_no"),
    key("link"),
    key("name"),
    count("position"),
    required("state"),
    sealed("reason"),  # departments name people in their sentences
    required("reason_code"),
    count("revision"),
    count("attempt"),
    count("tries"),
    instant("next_action_at"),
    instant("scheduled_at"),  # when that was decided; still to come: by a clock that was ahead
    Column("cancelling", Flag, nullable=False),
    sealed("sent", nullable=True),
    sealed("ref", nullable=True),
    # What a department's call may name the application by; taken from sent and ref.
    required("key"),
    required("number"),
    instant("submitted_at"),
    instant("done_at"),
    instant("unknown_since"),
    instant("not_found_since"),
    Column("epoch", Integer),  # of the database, when the message was written; empty: the case's
    ForeignKeyConstraint(["case_no", "link"], ["links.case_no", "links.name"]),
    states(LinkState),
    Index(None, "next_action_at"),
    Index(None, "scheduled_at"),
    Index(None, "link", "key"),
    Index(None, "link", "number"),
    Index(None, "link", "name", "done_at"),
    Index(
        "ix_steps_due_at_once",
        "link",
        "next_action_at",
        sqlite_where=_DUE_AT_ONCE,
        postgresql_where=_DUE_AT_ONCE,
    ),
    # What waits for people is few of many: only that is indexed.
    Index("ix_steps_at_hand", "case_no", sqlite_where=AT_HAND, postgresql_where=AT_HAND),
    sqlite_strict=True,
)

DUE_AT_ONCE: ColumnElement[bool] = steps.c.next_action_at == steps.c.scheduled_at

events = Table(
    "events",
    metadata,
    of_case(),
    numbered("seq"),
    required("kind"),
    instant("at", nullable=False),
    required("actor"),
    required("link"),
    required("step"),
    required("before"),
    required("after"),
    required("code"),
    sealed("text"),
    Column("facts", Json, nullable=False),
    instant("clock_at"),  # what the clock said, if that was before the event before it
    Index("ix_events_copied", "at", sqlite_where=COPIED, postgresql_where=COPIED),
    sqlite_strict=True,
)

exchanges = Table(
    "exchanges",
    metadata,
    # Whoever deletes a case deletes what was said about it.
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    numbered("number"),
    required("link"),
    required("step"),
    count("attempt"),
    required("errand"),
    instant("at", nullable=False),
    required("outcome"),
    required("code"),
    count("milliseconds"),
    sealed("told", nullable=True),
    # The very bytes, compressed; long ones and secrets of ours are left out.
    sealed("passed", nullable=True),
    Column("heard", Text),  # a hash of what a department called with
    one_of("errand", ("send", "look", "take_back", "callback")),
    Index(None, "at"),
    sqlite_strict=True,
)

earlier_forms = Table(
    "earlier_forms",
    metadata,
    of_case(),
    # So many events had happened when another form took its place.
    numbered("events"),
    sealed("form"),
    sqlite_strict=True,
)

notices = Table(
    "notices",
    metadata,
    of_case(),
    numbered("number"),
    instant("issued_at", nullable=False),
    sealed("items"),
    instant("answered_at"),
    Column("repeats", Flag, nullable=False),
    sealed(
        "details", nullable=True
    ),  # of its items and of how it came about, what the items' cell does not say
    Index("ix_notices_repeating", "issued_at", sqlite_where=REPEATING, postgresql_where=REPEATING),
    sqlite_strict=True,
)

#: Notices and refusals as they were printed, byte for byte.
notice_papers = Table(
    "notice_papers",
    metadata,
    # Whoever deletes a case deletes what was printed of it.
    Column("case_no", Text, ForeignKey("cases.no", ondelete="CASCADE"), primary_key=True),
    key("name"),
    instant("at", nullable=False),
    required("digest"),
    sealed("pdf"),
    sqlite_strict=True,
)

documents = Table(
    "documents",
    metadata,
    key("case_no"),
    key("link"),
    numbered("position"),
    required("name"),
    required("title"),
    required("media_type"),
    sealed("content"),
    ForeignKeyConstraint(["case_no", "link"], ["links.case_no", "links.name"]),
    sqlite_strict=True,
)

packages = Table(
    "packages",
    metadata,
    of_case(),
    numbered("version"),
    required("verify_code"),
    instant("issued_at", nullable=False),
    sealed("pdf"),
    sealed("archive"),
    sealed("summary"),
    # Empty: made before packages were signed.
    Column("level", Text),
    Column("pdf_sha256", Text),
    Column("archive_sha256", Text),
    UniqueConstraint("verify_code"),
    sqlite_strict=True,
)
