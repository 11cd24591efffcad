"""Bad ratings become complaints: what was rated, and the calls to whoever gave it."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column and a table; no row changes, and the release before goes on beside it."""
    op.add_column("complaints", sa.Column("rated", sa.Text(), nullable=True))
    op.create_table(
        "complaint_contacts",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no", "number"], ["complaints.case_no", "complaints.number"],
            name=op.f("fk_complaint_contacts_complaints"),
        ),
        sa.PrimaryKeyConstraint("case_no", "number", "seq", name=op.f("pk_complaint_contacts")),
        sqlite_strict=True,
    )  # fmt: skip
