"""What was said to departments."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0004"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; programs of the revision before do not know it and need not."""
    op.create_table(
        "exchanges",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("errand", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "errand IN ('send', 'look', 'take_back', 'callback')", name=op.f("ck_exchanges_errand")
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.no"], name=op.f("fk_exchanges_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_exchanges")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_exchanges_at"), "exchanges", ["at"], unique=False)
