"""Complaints about cases with what is told of them; materials that came late, on their way to departments."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_STATES = "'received', 'in_hand', 'answered', 'to_agree', 'closed'"
_STEPS = "'raised', 'assigned', 'answered', 'unreached', 'satisfied', 'dissatisfied', 'agreed', 'closed'"


def upgrade() -> None:
    """Make the tables; no row of another table changes."""
    op.create_table(
        "complaints",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("hall", "source", "state")),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("lang", "owner", "about")),
        sa.Column("raised_at", types.Instant(), nullable=False),
        sa.Column("due", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "source IN ('web', 'window', '12345', 'api')", name=op.f("ck_complaints_source")
        ),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_complaints_state")),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_complaints_cases")),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_complaints")),
        sqlite_strict=True,
    )
    for columns in (("hall", "due"), ("owner", "due")):
        name = op.f("_".join(("ix", "complaints", *columns)))
        op.create_index(name, "complaints", list(columns), unique=False)
    _make_steps()
    _make_messages()
    _make_late_materials()
    # What is owed is asked for by its day, on every look at the list.
    op.create_index(
        op.f("ix_materials_deferred_until"), "materials", ["deferred_until"], unique=False
    )


def _make_steps() -> None:
    op.create_table(
        "complaint_steps",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"kind IN ({_STEPS})", name=op.f("ck_complaint_steps_kind")),
        sa.ForeignKeyConstraint(
            ["case_no", "number"], ["complaints.case_no", "complaints.number"],
            name=op.f("fk_complaint_steps_complaints"),
        ),
        sa.PrimaryKeyConstraint("case_no", "number", "seq", name=op.f("pk_complaint_steps")),
        sqlite_strict=True,
    )  # fmt: skip


def _make_messages() -> None:
    op.create_table(
        "complaint_messages",
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("id", "case_no")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("kind", "channel")),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("written_at", types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')",
            name=op.f("ck_complaint_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "number"], ["complaints.case_no", "complaints.number"],
            name=op.f("fk_complaint_messages_complaints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_messages")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (("case_no", "number"), ("channel", "due_at")):
        name = op.f("_".join(("ix", "complaint_messages", *columns)))
        op.create_index(name, "complaint_messages", list(columns), unique=False)


def _make_late_materials() -> None:
    op.create_table(
        "late_materials",
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("case_no", "key", "link", "state")),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'sent', 'by_hand', 'handed', 'moot')",
            name=op.f("ck_late_materials_state"),
        ),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_late_materials_cases")),
        sa.PrimaryKeyConstraint("case_no", "key", "link", name=op.f("pk_late_materials")),
        sqlite_strict=True,
    )
    for column in ("due_at", "state"):
        name = op.f(f"ix_late_materials_{column}")
        op.create_index(name, "late_materials", [column], unique=False)
