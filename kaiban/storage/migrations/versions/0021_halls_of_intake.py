"""Which hall took a case in for the one that decides it, where its package lies, and whom a form is taken in for."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = {
    "cases": ("intake", "leaves_from"),
    "worklist": ("intake", "passage"),
    "assisted_filings": ("deciding",),
}


def upgrade() -> None:
    """Add columns that may stay empty, and an index; no row changes."""
    for table, names in COLUMNS.items():
        for name in names:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=True))
    crossing = sa.text("intake IS NOT NULL")
    op.create_index(
        "ix_worklist_crossing", "worklist", ["listed", "intake", "hall"], unique=False,
        sqlite_where=crossing, postgresql_where=crossing,
    )  # fmt: skip
