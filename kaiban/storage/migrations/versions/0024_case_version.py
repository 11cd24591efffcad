"""By what one sees that a case was written to, and an index for what is due at once."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column the release before this one may leave alone, and an index; no row changes."""
    version = sa.Column("version", sa.Integer(), nullable=False, server_default="0")
    op.add_column("cases", version)
    due = sa.text("next_action_at = scheduled_at")
    op.create_index(
        "ix_steps_due_at_once", "steps", ["link", "next_action_at"], unique=False,
        sqlite_where=due, postgresql_where=due,
    )  # fmt: skip
