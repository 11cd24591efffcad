"""What a case is about: by it the same application is known that comes twice."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that may stay empty: cases from before are not known again."""
    op.add_column("cases", sa.Column("subject_index", sa.Text(), nullable=True))
    op.create_index(op.f("ix_cases_subject_index"), "cases", ["subject_index"], unique=False)
