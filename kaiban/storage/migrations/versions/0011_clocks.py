"""What tells a wrong clock: when a wait was decided, and what the clock said of an event; how far back programs work."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may stay empty, and a table without rows."""
    op.add_column("steps", sa.Column("scheduled_at", types.Instant(), nullable=True))
    op.create_index(op.f("ix_steps_scheduled_at"), "steps", ["scheduled_at"], unique=False)
    op.add_column("exchanges", sa.Column("heard", sa.Text(), nullable=True))
    op.create_table(
        "schema_floor",
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_floor")),
        sqlite_strict=True,
    )
    op.add_column("events", sa.Column("clock_at", types.Instant(), nullable=True))
