"""What figures are made of: ended cases as numbers."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_READ = (
    "ended_on", "hall", "outcome", "used", "promised", "level", "sent_back", "provisional", "case_no",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, empty: the service fills in the facts of the cases that have ended."""
    op.create_table(
        "case_facts",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("case_no", "hall", "source", "outcome", "accepted_on", "ended_on")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("promised", "used", "sent_back")
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("provisional", types.Flag(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_case_facts")),
        sqlite_strict=True,
    )
    op.create_index("ix_case_facts_ended", "case_facts", _READ, unique=False)
    op.create_table(
        "case_minutes",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "kind", "name", name=op.f("pk_case_minutes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
