"""What ended cases were sent back for, and what else did not go through at once."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_UNMARKED = sa.text("marks IS NULL")


def upgrade() -> None:
    """Make the table, empty: the service looks for the marks of the cases that have ended."""
    op.add_column("case_facts", sa.Column("marks", sa.Integer(), nullable=True))
    op.create_index(
        "ix_case_facts_unmarked", "case_facts", ["ended_on", "hall"], unique=False,
        sqlite_where=_UNMARKED, postgresql_where=_UNMARKED,
    )  # fmt: skip
    op.create_table(
        "case_marks",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("ended_on", "hall", "kind", "by", "place", "code")
        ),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_case_marks")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    read = ["ended_on", "hall", "kind", "by", "place", "code", "case_no"]
    op.create_index("ix_case_marks_ended", "case_marks", read, unique=False)
