"""At whose calls a department fell silent, so that one case alone does not count five times."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a list that is empty until a department falls silent."""
    op.add_column(
        "departments", sa.Column("silent", types.Json(), server_default="[]", nullable=False)
    )
