"""The list staff work from: a line a case, what cases are found by, and who has one open."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_INDEXED = (
    "listed", "hall", "ended", "for_window", "in_doubt", "corrected", "to_hand_out", "owed_until",
    "yellow_at", "red_at", "holder", "agent_index", "case_no",
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, empty: the service fills in the lines of the cases there are."""
    _make_worklist()
    op.create_table(
        "case_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        _of_case("case_terms"),
        sa.PrimaryKeyConstraint("term", "case_no", name=op.f("pk_case_terms")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_case_terms_case_no"), "case_terms", ["case_no"], unique=False)
    op.create_table(
        "presence",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("seen_at", types.Instant(), nullable=False),
        _of_case("presence"),
        sa.PrimaryKeyConstraint("case_no", "login", name=op.f("pk_presence")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_presence_seen_at"), "presence", ["seen_at"], unique=False)


def _make_worklist() -> None:
    op.create_table(
        "worklist",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("listed", types.Flag(), nullable=False),
        sa.Column("ended", types.Flag(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_at", types.Instant(), nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("links", types.Json(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=True),
        sa.Column("counted_at", types.Instant(), nullable=False),
        sa.Column("running", types.Flag(), nullable=False),
        sa.Column("yellow_at", types.Instant(), nullable=True),
        sa.Column("red_at", types.Instant(), nullable=True),
        *(
            sa.Column(name, types.Flag(), nullable=False)
            for name in ("for_window", "in_doubt", "corrected")
        ),
        sa.Column("owed_until", sa.Text(), nullable=True),
        sa.Column("to_hand_out", types.Flag(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("agent_index", sa.Text(), nullable=True),
        _of_case("worklist"),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_worklist")),
        sqlite_strict=True,
    )
    op.create_index("ix_worklist_listed", "worklist", list(_INDEXED), unique=False)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_cases")
    return sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=name, ondelete="CASCADE")
