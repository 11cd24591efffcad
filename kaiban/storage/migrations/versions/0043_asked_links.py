"""How many links the applicant of an ended case wanted; which way it came in is written by the release before alone."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

#: Why what looks like taking away takes nothing: the release before writes and reads on.
LOOSENS = "source gets a value where nobody says it; SQLite makes a table anew for that, and the indexes with it"

_READ = (
    "ended_on", "hall", "outcome", "used", "promised", "level", "asked", "sent_back", "provisional",
    "case_no",
)  # fmt: skip
_UNMARKED = sa.text("marks IS NULL")


def upgrade() -> None:
    """Let both releases write facts: what one of them does not know gets a value of its own.

    The service counts the links of the cases that have ended.
    """
    for name in ("ended", "unmarked"):
        op.drop_index(f"ix_case_facts_{name}", "case_facts")
    # SQLite changes no column of a table: it is made anew, which has to be told what it was.
    with op.batch_alter_table(
        "case_facts", copy_from=_as_it_was(), table_kwargs={"sqlite_strict": True}
    ) as facts:
        facts.add_column(sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))
        facts.alter_column("source", existing_type=sa.Text(), server_default="")
    op.create_index("ix_case_facts_ended", "case_facts", _READ, unique=False)
    came_in = ("accepted_on", "hall", "outcome", "used")
    op.create_index("ix_case_facts_accepted", "case_facts", came_in, unique=False)
    op.create_index(
        "ix_case_facts_unmarked", "case_facts", ["ended_on", "hall"], unique=False,
        sqlite_where=_UNMARKED, postgresql_where=_UNMARKED,
    )  # fmt: skip


def _as_it_was() -> sa.Table:
    return sa.Table(
        "case_facts",
        sa.MetaData(),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("case_no", "hall", "source", "outcome", "accepted_on", "ended_on")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("promised", "used", "sent_back")
        ),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("provisional", types.Flag(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_case_facts")),
    )
