"""Cards (红黄牌), what is said of them, whom of the staff they are told, and when the next of each case is due."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TO_COME = sa.text("card_at IS NOT NULL")


def upgrade() -> None:
    """Make the tables, empty; lines of the worklist get their instant when they are made anew."""
    op.create_table(
        "cards",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("hall", "level", "subject", "cause", "occasion"),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        *(sa.Column(name, types.Instant(), nullable=False) for name in ("due_at", "given_at")),
        *_texts("owner", "state"),
        sa.CheckConstraint("level IN ('notice', 'yellow', 'red')", name=op.f("ck_cards_level")),
        sa.CheckConstraint(
            "state IN ('given', 'appealed', 'upheld', 'cleared')", name=op.f("ck_cards_state")
        ),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_cards")),
        sa.UniqueConstraint(
            "case_no", "level", "subject", "cause", "occasion", name=op.f("uq_cards_case_no")
        ),
        sqlite_strict=True,
    )
    for columns in (["hall", "given_at"], ["owner", "given_at"], ["given_at"]):
        op.create_index(op.f(f"ix_cards_{'_'.join(columns)}"), "cards", columns, unique=False)
    op.create_table(
        "card_steps",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        *_texts("kind"),
        sa.Column("at", types.Instant(), nullable=False),
        *_texts("by"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('appealed', 'upheld', 'cleared')", name=op.f("ck_card_steps_kind")
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "number"], ["cards.case_no", "cards.number"], name=op.f("fk_card_steps_cards")
        ),
        sa.PrimaryKeyConstraint("case_no", "number", "seq", name=op.f("pk_card_steps")),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "staff_messages",
        *_texts("id", "login", "case_no"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=True),
        *_texts("kind", "channel"),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, types.Instant(), nullable=False) for name in ("at", "written_at")),
        *_texts("state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.Instant(), nullable=True),
        *_texts("code"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'failed')",
            name=op.f("ck_staff_messages_state"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook"], ["webhooks.id"], name=op.f("fk_staff_messages_webhooks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_messages")),
        sqlite_strict=True,
    )  # fmt: skip
    for columns in (["channel", "due_at"], ["case_no", "number"]):
        name = op.f(f"ix_staff_messages_{'_'.join(columns)}")
        op.create_index(name, "staff_messages", columns, unique=False)
    op.add_column("users", sa.Column("mail", sa.LargeBinary(), nullable=True))
    op.add_column("worklist", sa.Column("card_at", types.Instant(), nullable=True))
    op.create_index(
        "ix_worklist_card_at", "worklist", ["card_at"], unique=False,
        sqlite_where=_TO_COME, postgresql_where=_TO_COME,
    )  # fmt: skip


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]
