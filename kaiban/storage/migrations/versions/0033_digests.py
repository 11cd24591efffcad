"""Which digests of problems were written."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "digests",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("day", "audience", "hall")),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "audience", "hall", name=op.f("pk_digests")),
        sqlite_strict=True,
    )
