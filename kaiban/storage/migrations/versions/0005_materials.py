"""Files applicants bring, and promises to bring them later."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "materials",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("filing", sa.Text(), nullable=True),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("deferred_until", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "filing IS NOT NULL OR case_no IS NOT NULL", name=op.f("ck_materials_held")
        ),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_materials_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_materials")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_materials_case_no"), "materials", ["case_no"], unique=False)
    op.create_index(op.f("ix_materials_filing"), "materials", ["filing"], unique=False)
