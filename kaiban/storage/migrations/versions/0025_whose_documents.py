"""Whose document a file is, where each person must bring their own."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may stay empty: what was brought before serves for all, as it did."""
    op.add_column("materials", sa.Column("about", sa.LargeBinary(), nullable=True))
