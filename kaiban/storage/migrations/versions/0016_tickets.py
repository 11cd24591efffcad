"""Appointments and queue tickets: the tickets, the places that are taken, and what people are told of them."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STATES = "'booked', 'arrived', 'called', 'serving', 'done', 'no_show', 'cancelled'"


def upgrade() -> None:
    """Make the tables; no row of another table changes."""
    _make_tickets()
    op.create_table(
        "seats",
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("starts_at", types.Instant(), nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.id"], name=op.f("fk_seats_tickets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hall", "window", "starts_at", "seat", name=op.f("pk_seats")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_seats_ticket"), "seats", ["ticket"], unique=False)
    _make_messages()


def _make_tickets() -> None:
    op.create_table(
        "tickets",
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("id", "hall", "business", "state", "day")),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("code_index", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pickup", sa.Text(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.Text(), nullable=True),
        sa.Column("share", sa.Integer(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.Column("starts_at", types.Instant(), nullable=True),
        sa.Column("ends_at", types.Instant(), nullable=True),
        sa.Column("reserved", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("window", sa.Text(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.Column("arrived_at", types.Instant(), nullable=True),
        sa.Column("called_at", types.Instant(), nullable=True),
        sa.Column("ended_at", types.Instant(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_tickets_state")),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.no"], name=op.f("fk_tickets_cases"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("phone_index", "share", name=op.f("uq_tickets_phone_index")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (("hall", "day"), ("code_index",), ("case_no",), ("state", "starts_at")):
        name = op.f("_".join(("ix", "tickets", *columns)))
        op.create_index(name, "tickets", list(columns), unique=False)


def _make_messages() -> None:
    op.create_table(
        "ticket_messages",
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("id", "ticket", "kind", "channel")),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')",
            name=op.f("ck_ticket_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket"], ["tickets.id"],
            name=op.f("fk_ticket_messages_tickets"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_messages")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (("ticket",), ("channel", "due_at")):
        name = op.f("_".join(("ix", "ticket_messages", *columns)))
        op.create_index(name, "ticket_messages", list(columns), unique=False)
