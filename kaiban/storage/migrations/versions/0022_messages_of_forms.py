"""The outbox of forms: what people are told of a form that may be no case yet."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make a table without rows."""
    op.create_table(
        "filing_messages",
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("id", "place", "kind", "channel")),
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
            name=op.f("ck_filing_messages_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_messages")),
        sqlite_strict=True,
    )
    for columns in (("place",), ("channel", "due_at")):
        name = op.f("_".join(("ix", "filing_messages", *columns)))
        op.create_index(name, "filing_messages", list(columns), unique=False)
