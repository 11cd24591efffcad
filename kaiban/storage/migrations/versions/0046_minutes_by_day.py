"""The minutes of ended cases by the day they ended on, so that the figures of a period are read without the past."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day and an index, and write the day of what there is.

    The release before goes on beside it and writes no day: such rows are found, too. On a large database this takes
    its time (some seconds for a hundred thousand cases).
    """
    op.add_column("case_minutes", sa.Column("ended_on", sa.Text(), nullable=True))
    op.execute(
        "UPDATE case_minutes SET ended_on = (SELECT ended_on FROM case_facts WHERE case_facts.case_no = case_minutes.case_no)"
    )
    read = ["kind", "ended_on", "case_no", "name", "minutes"]
    op.create_index("ix_case_minutes_ended", "case_minutes", read, unique=False)
