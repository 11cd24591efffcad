"""What the next notice is to say, how one came about, and the notices as they were printed."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may stay empty, and a table without rows."""
    op.add_column("cases", sa.Column("draft", sa.LargeBinary(), nullable=True))
    op.add_column("cases", sa.Column("notice_due", types.Instant(), nullable=True))
    op.create_index(op.f("ix_cases_notice_due"), "cases", ["notice_due"], unique=False)
    op.add_column("notices", sa.Column("details", sa.LargeBinary(), nullable=True))
    op.create_table(
        "notice_papers",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no"],
            ["cases.no"],
            name=op.f("fk_notice_papers_cases"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_no", "name", name=op.f("pk_notice_papers")),
        sqlite_strict=True,
    )
