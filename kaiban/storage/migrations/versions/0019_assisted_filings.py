"""Forms that staff fill in for somebody, and who filed a case that way."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may stay empty, and a table without rows."""
    op.add_column("cases", sa.Column("filed_by", sa.LargeBinary(), nullable=True))
    op.create_table(
        "assisted_filings",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("filing", sa.LargeBinary(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("filer", sa.LargeBinary(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("staff", types.Json(), nullable=False),
        sa.Column("begun_at", types.Instant(), nullable=False),
        sa.Column("parked_at", types.Instant(), nullable=True),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("confirmation", types.Json(), nullable=True),
        sa.Column("copied", types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_assisted_filings")),
        sqlite_strict=True,
    )
    for columns in (("place",), ("hall", "begun_at")):
        name = op.f("_".join(("ix", "assisted_filings", *columns)))
        op.create_index(name, "assisted_filings", list(columns), unique=False)
