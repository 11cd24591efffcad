"""What is told of a form before it is dropped, and which telephones were proved."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table and a column; no row changes, and the release before goes on beside it.

    Whether a number was proved before nobody knows: of forms from before nothing is told until it is proved again.
    """
    op.add_column("filings", sa.Column("proved_index", sa.Text()))
    op.create_table(
        "draft_messages",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "place", "ends_on")),
        sa.Column("stage", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "channel")),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')",
            name=op.f("ck_draft_messages_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_messages")),
        sa.UniqueConstraint("place", "ends_on", "stage", name=op.f("uq_draft_messages_place")),
        sqlite_strict=True,
    )
    name = op.f("ix_draft_messages_channel_due_at")
    op.create_index(name, "draft_messages", ["channel", "due_at"], unique=False)
