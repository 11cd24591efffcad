"""The very bytes that went to and came from departments, beside what people read of them."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column; no row changes, and the release before goes on beside it.

    Of exchanges from before no bytes were kept.
    """
    op.add_column("exchanges", sa.Column("passed", sa.LargeBinary(), nullable=True))
