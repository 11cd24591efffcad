"""The minutes of ended cases by the day they ended on, so that the figures of a period are read without the past."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day, empty, and an index; the release before goes on beside it and writes none.

    Minutes without a day count all the same, and the service writes the days of those there are, a case at a time.
    """
    op.add_column("case_minutes", sa.Column("ended_on", sa.Text(), nullable=True))
    read = ["kind", "ended_on", "case_no", "name", "minutes"]
    op.create_index("ix_case_minutes_ended", "case_minutes", read, unique=False)
