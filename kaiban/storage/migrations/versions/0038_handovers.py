"""What is handed over to supervising departments, and their receipts."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_OUTSTANDING = sa.text("acknowledged_at IS NULL")


def upgrade() -> None:
    """Make the table, empty: what ended before is not handed over."""
    op.create_table(
        "handovers",
        *_texts("id", "case_no", "hall", "department", "kind", "channel", "state", "code", "receipt"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("seq", "tries", "attempts")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("address", "text")),
        *(sa.Column(name, types.Instant(), nullable=False) for name in ("at", "written_at")),
        *(sa.Column(name, types.Instant(), nullable=True) for name in ("due_at", "acknowledged_at")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')", name=op.f("ck_handovers_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("case_no", "seq", "department", name=op.f("uq_handovers_case_no")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (["channel", "due_at"], ["at", "hall"]):
        name = op.f(f"ix_handovers_{'_'.join(columns)}")
        op.create_index(name, "handovers", columns, unique=False)
    op.create_index(
        "ix_handovers_outstanding", "handovers", ["hall", "written_at"], unique=False,
        sqlite_where=_OUTSTANDING, postgresql_where=_OUTSTANDING,
    )  # fmt: skip


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
