"""Indexes by which what supervisors are told of is found among everything that ever happened."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_COPIED = sa.text("kind IN ('copied', 'unlisted')")
_REPEATING = sa.text("repeats")


def upgrade() -> None:
    """Add indexes; no row changes."""
    for name, table, column, which in (
        ("ix_events_copied", "events", "at", _COPIED),
        ("ix_notices_repeating", "notices", "issued_at", _REPEATING),
    ):
        op.create_index(name, table, [column], sqlite_where=which, postgresql_where=which)
