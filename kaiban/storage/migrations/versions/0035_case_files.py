"""Case files that staff asked for, until they are fetched."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage.types import Flag, Instant

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "case_files",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("made_at", Instant()),
        sa.Column("ready", Flag(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.no"], name="fk_case_files_cases", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_no", name="pk_case_files"),
        sqlite_strict=True,
    )
