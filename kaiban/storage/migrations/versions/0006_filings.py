"""What the entrepreneur's web keeps: filings."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0006"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _filings()


def _filings() -> None:
    op.create_table(
        "filings",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("return_index", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("links", types.Json(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("started_at", types.Instant(), nullable=False),
        sa.Column("saved_at", types.Instant(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_filings_cases")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_filings")),
        sa.UniqueConstraint("case_no", name=op.f("uq_filings_case_no")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_filings_return_index"), "filings", ["return_index"], unique=False)
    op.create_index(op.f("ix_filings_saved_at"), "filings", ["saved_at"], unique=False)
