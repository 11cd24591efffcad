"""By what the hours of a case are accounted once it has ended."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage.types import Json

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that cases of before leave empty; no row changes."""
    op.add_column("cases", sa.Column("clock", Json()))
