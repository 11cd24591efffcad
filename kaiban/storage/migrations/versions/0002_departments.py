"""How each department stands: circuit breaker and budget of re-sends."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever does not know it goes on without."""
    op.create_table(
        "departments",
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("circuit", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", types.Instant(), nullable=True),
        sa.Column("probe_at", types.Instant(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("window_at", types.Instant(), nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("resends", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "circuit IN ('closed', 'open', 'half_open')", name=op.f("ck_departments_circuit")
        ),
        sa.CheckConstraint(
            "cause IN ('', 'silent', 'misconfigured')", name=op.f("ck_departments_cause")
        ),
        sa.PrimaryKeyConstraint("department", name=op.f("pk_departments")),
        sqlite_strict=True,
    )
