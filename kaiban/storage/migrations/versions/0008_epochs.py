"""The epochs of the database, who has seen them, and in which of them a step was written."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column; whoever does not know them goes on without."""
    op.create_table(
        "epochs",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", types.Instant(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("home", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_epochs")),
        sqlite_strict=True,
    )
    op.create_table(
        "witnesses",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_witnesses")),
        sqlite_strict=True,
    )
    op.add_column("steps", sa.Column("epoch", sa.Integer(), nullable=True))
