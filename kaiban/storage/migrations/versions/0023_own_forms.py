"""Of a form at the desk: whether its applicant had begun it, and when staff let another telephone be theirs."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that may stay empty: what nobody wrote down is not known."""
    op.add_column("assisted_filings", sa.Column("own", types.Flag(), nullable=True))
    op.add_column("assisted_filings", sa.Column("rephoned", types.Json(), nullable=True))
