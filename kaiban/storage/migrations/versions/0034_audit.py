"""The audit: records, their chain, its anchors."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage.types import Instant

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what happened before has no records."""
    op.create_table(
        "audit_records",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("case_no", sa.Text()),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("day", sa.Text()),
        sa.Column("seq", sa.Integer()),
        sa.Column("hash", sa.Text()),
        sa.UniqueConstraint("day", "seq", name="uq_audit_records_day"),
        sqlite_strict=True,
    )
    unchained = sa.text("hash IS NULL")
    op.create_index(
        "ix_audit_records_unchained", "audit_records", ["id"],
        sqlite_where=unchained, postgresql_where=unchained,
    )  # fmt: skip
    op.create_index("ix_audit_records_case_no", "audit_records", ["case_no"])
    op.create_table(
        "audit_anchors",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("token", sa.Text()),
        sa.PrimaryKeyConstraint("day", "seq", name="pk_audit_anchors"),
        sqlite_strict=True,
    )
    unstamped = sa.text("token IS NULL")
    op.create_index(
        "ix_audit_anchors_unstamped", "audit_anchors", ["since"],
        sqlite_where=unstamped, postgresql_where=unstamped,
    )  # fmt: skip
