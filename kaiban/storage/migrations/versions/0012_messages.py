"""Telling people and programs: subscriptions, the outbox, and every try."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KINDS = "'accepted', 'correction', 'refusal', 'deadline', 'ended', 'package_ready', 'posted'"


def upgrade() -> None:
    """Make the tables; no row of another table changes."""
    _make_webhooks()
    _make_messages()
    op.create_table(
        "deliveries",
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"], ["messages.id"],
            name=op.f("fk_deliveries_messages"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message", "number", name=op.f("pk_deliveries")),
        sqlite_strict=True,
    )  # fmt: skip


def _make_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        sa.Column("kinds", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("rest_until", types.Instant(), nullable=True),
        sa.Column("failing_since", types.Instant(), nullable=True),
        sa.Column("disabled", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_webhooks_owner"), "webhooks", ["owner"], unique=False)


def _make_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_KINDS})", name=op.f("ck_messages_kind")),
        sa.CheckConstraint(
            "channel IN ('sms', 'mail', 'webhook')", name=op.f("ck_messages_channel")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')",
            name=op.f("ck_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.no"], name=op.f("fk_messages_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.id"],
            name=op.f("fk_messages_webhooks"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (("case_no", "seq"), ("channel", "due_at"), ("webhook", "written_at")):
        name = op.f("_".join(("ix", "messages", *columns)))
        op.create_index(name, "messages", list(columns), unique=False)
