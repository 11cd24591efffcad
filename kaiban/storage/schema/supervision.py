"""Cards, what was said of them, and what staff are told."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from kaiban.domain.hours.cards import Level
from kaiban.domain.supervision.given import CardState, CardStepKind
from kaiban.storage.schema.columns import (
    count,
    instant,
    key,
    metadata,
    numbered,
    one_of,
    outbox,
    required,
    states,
    step_of,
)

#: What no supervising department has taken yet.
OUTSTANDING = text("acknowledged_at IS NULL")

#: Cards that were given (红黄牌); without a foreign key, as they outlive the case.
cards = Table(
    "cards",
    metadata,
    key("case_no"),
    numbered("number"),
    required("hall"),
    required("level"),
    required("subject"),
    required("cause"),
    required("occasion"),
    count("after_minutes"),
    instant("due_at", nullable=False),
    instant("given_at", nullable=False),
    required("owner"),
    required("state"),
    # The clock gives no card twice, whoever has it.
    Unique("case_no", "level", "subject", "cause", "occasion"),
    one_of("level", (each.value for each in Level)),
    states(CardState),
    Index(None, "hall", "given_at"),
    Index(None, "owner", "given_at"),
    Index(None, "given_at"),
    sqlite_strict=True,
)

card_steps = Table(
    "card_steps",
    metadata,
    *step_of("cards"),
    required("kind"),
    one_of("kind", (each.value for each in CardStepKind)),
    sqlite_strict=True,
)

#: The outbox of what staff are told, and programs of cards; beside `messages`, whose every row the release before may take.
staff_messages = Table(
    "staff_messages",
    metadata,
    key("id"),
    required("login"),  # whose mail it is; empty: a program's
    required("case_no"),  # empty: it is about no single case
    count("number"),  # of the card
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE")),
    *outbox(),
    Index(None, "case_no", "number"),
    sqlite_strict=True,
)

#: The outbox of what supervising departments are handed (审管衔接), and their receipts; without a foreign key, as it outlives the case.
handovers = Table(
    "handovers",
    metadata,
    key("id"),
    required("case_no"),
    count("seq"),
    required("hall"),
    required("department"),  # as the city's profile names it
    *outbox(),
    instant("acknowledged_at"),  # real time; empty: not yet
    required("receipt"),
    Unique("case_no", "seq", "department"),
    Index(None, "at", "hall"),
    Index(
        "ix_handovers_outstanding", "hall", "written_at",
        sqlite_where=OUTSTANDING, postgresql_where=OUTSTANDING,
    ),
    sqlite_strict=True,
)  # fmt: skip

#: Digests of problems that were written; the row is what keeps a day from having two.
digests = Table(
    "digests",
    metadata,
    key("day"),  # of the hall's calendar, ISO 8601
    key("audience"),
    key("hall"),  # empty: of no hall
    count("problems"),
    sqlite_strict=True,
)
