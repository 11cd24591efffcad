"""Who had an ended case in hand when: what hours are counted from anew."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty: the service fills in the cases that have ended."""
    op.create_table(
        "case_timelines",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("timeline", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_case_timelines")),
        sqlite_strict=True,
    )
