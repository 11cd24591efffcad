"""Answers are kept with their headers, and given again with them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; no row changes, and the release before goes on beside it."""
    op.add_column("idempotency", sa.Column("headers", sa.Text()))
