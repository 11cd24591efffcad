"""Changes to what a department is sent that wait for a second person; how a package still has to leave the hall."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, a column that may stay empty, and indexes; no row changes."""
    op.add_column("cases", sa.Column("leaves_by", sa.Text(), nullable=True))
    name = op.f("ix_cases_leaves_by_finished_at")
    op.create_index(name, "cases", ["leaves_by", "finished_at"], unique=False)
    manual = sa.text("state = 'manual'")
    op.create_index(
        "ix_steps_at_hand", "steps", ["case_no"], unique=False,
        sqlite_where=manual, postgresql_where=manual,
    )  # fmt: skip
    op.create_table(
        "edit_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("link", "step", "by")),
        sa.Column("asked_at", types.Instant(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", types.Instant(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'approved', 'refused', 'taken_back')",
            name=op.f("ck_edit_requests_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no"], ["cases.no"],
            name=op.f("fk_edit_requests_cases"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_requests")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (("case_no",), ("state", "asked_at")):
        name = op.f("_".join(("ix", "edit_requests", *columns)))
        op.create_index(name, "edit_requests", list(columns), unique=False)
