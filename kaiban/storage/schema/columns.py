"""Columns and checks that tables share."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
)
from sqlalchemy.schema import SchemaItem

from kaiban.domain.messages.notification import MessageState
from kaiban.storage.types import Instant

#: A whole number that may not fit into four bytes.
LONG: Final = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """A check that the column has one of these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def states(states: type[StrEnum]) -> CheckConstraint:
    """The same for the column of a state."""
    return one_of("state", (state.value for state in states))


def required(name: str) -> Column[str]:
    """A text there always is, perhaps empty."""
    return Column(name, Text, nullable=False)


def key(name: str) -> Column[str]:
    """A text rows are found by."""
    return Column(name, Text, primary_key=True)


def of_case() -> Column[str]:
    """The number of the case a row is part of, as a part of its key."""
    return Column("case_no", Text, ForeignKey("cases.no"), primary_key=True)


def numbered(name: str) -> Column[int]:
    """The place among others of its kind, as a part of the key; who writes the row counts."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def step_of(table: str) -> list[SchemaItem]:
    """What is kept of each thing done about a row of that table, which has a case and a number: when, by whom, in what words."""
    whose = ("case_no", "number")
    return [
        key("case_no"),
        numbered("number"),
        numbered("seq"),
        instant("at", nullable=False),
        required("by"),
        sealed("text"),
        ForeignKeyConstraint(whose, [f"{table}.{name}" for name in whose]),
    ]


def sealed(name: str, *, nullable: bool = False) -> Column[bytes]:
    """Ciphertext; the table stands in SEALED."""
    return Column(name, LargeBinary, nullable=nullable)


def count(name: str) -> Column[int]:
    """A whole number."""
    return Column(name, Integer, nullable=False)


def instant(name: str, *, nullable: bool = True) -> Column[datetime]:
    """An instant, UTC."""
    return Column(name, Instant(), nullable=nullable)


def outbox() -> list[SchemaItem]:
    """What an outbox keeps of a message beside whom it is about, and the index by which it is sent."""
    return queued(sealed("address"), sealed("text"))


def queued(*content: Column[bytes]) -> list[SchemaItem]:
    """The same for one that keeps no more than ``content`` of where a message goes and what it says."""
    return [
        required("kind"),
        required("channel"),
        *content,
        instant("at", nullable=False),
        instant("written_at", nullable=False),
        required("state"),
        count("tries"),
        count("attempts"),
        instant("due_at"),  # real time; empty: it is over
        required("code"),
        states(MessageState),
        Index(None, "channel", "due_at"),
    ]
