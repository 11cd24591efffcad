"""How many links the applicant of an ended case wanted."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_READ = (
    "ended_on", "hall", "outcome", "used", "promised", "level", "asked", "sent_back", "provisional",
    "case_no",
)  # fmt: skip


def upgrade() -> None:
    """Add the column; the service counts the links of the cases that have ended.

    The release before reads from an index of its own, without them.
    """
    uncounted = sa.Column("asked", sa.Integer(), nullable=False, server_default="0")
    op.add_column("case_facts", uncounted)
    op.create_index("ix_case_facts_read", "case_facts", _READ, unique=False)
    came_in = ("accepted_on", "hall", "outcome", "used")
    op.create_index("ix_case_facts_accepted", "case_facts", came_in, unique=False)
