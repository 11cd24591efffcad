"""Applications as they were before they were corrected."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a table; what was corrected before is not known any more, and the release before goes on beside it."""
    op.create_table(
        "earlier_forms",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_earlier_forms_cases")),
        sa.PrimaryKeyConstraint("case_no", "events", name=op.f("pk_earlier_forms")),
        sqlite_strict=True,
    )
