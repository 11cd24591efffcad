"""What the entrepreneur's web keeps: filings, codes to return by, disclosures, ratings."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _filings()
    _doors()
    _disclosures()
    _ratings()
    op.create_index(
        op.f("ix_steps_link_name_done_at"), "steps", ["link", "name", "done_at"], unique=False
    )


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


def _doors() -> None:
    op.create_table(
        "return_codes",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("digits", sa.Text(), nullable=False),
        sa.Column("made_at", types.Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_return_codes")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_return_codes_made_at"), "return_codes", ["made_at"], unique=False)
    op.create_table(
        "limits",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since", types.Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_limits")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_limits_since"), "limits", ["since"], unique=False)


def _disclosures() -> None:
    op.create_table(
        "disclosures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", types.Json(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_disclosures_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosures")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_disclosures_case_no_at"), "disclosures", ["case_no", "at"], unique=False
    )


def _ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("remark", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_ratings_level")),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_ratings_cases")),
        sa.PrimaryKeyConstraint("case_no", "link", name=op.f("pk_ratings")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_ratings_at"), "ratings", ["at"], unique=False)
