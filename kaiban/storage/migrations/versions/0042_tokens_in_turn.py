"""Tokens: when each was used last, and a secret that goes on opening for a while after another took its place."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage.types import Instant

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and an index; no row changes, and the release before goes on beside it."""
    op.add_column("tokens", sa.Column("used_at", Instant()))
    op.add_column("tokens", sa.Column("before_hash", sa.Text()))
    op.add_column("tokens", sa.Column("before_until", Instant()))
    op.create_index("ix_tokens_before_hash", "tokens", ["before_hash"])
