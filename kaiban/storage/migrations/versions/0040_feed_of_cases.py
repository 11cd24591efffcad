"""The feed of cases, what programs call their cases, and lists by when cases ended."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_NAMED = sa.text("reference_index IS NOT NULL")


def upgrade() -> None:
    """Add columns and indexes; no row changes, and the release before goes on beside it.

    What that one writes has no place of its own in the feed until it is written again.
    """
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("cases", sa.Column("reference", sa.LargeBinary()))
    op.add_column("cases", sa.Column("reference_index", sa.Text()))
    op.add_column("cases", sa.Column("change", number, nullable=False, server_default="0"))
    op.add_column("epochs", sa.Column("base", number, nullable=False, server_default="0"))
    for columns in (
        ["finished_at", "no"],
        ["owner_index", "finished_at", "no"],
        ["change", "no"],
        ["owner_index", "change", "no"],
    ):
        op.create_index("ix_cases_" + "_".join(columns), "cases", columns)
    op.create_index(
        "ix_cases_reference", "cases", ["reference_index"],
        sqlite_where=_NAMED, postgresql_where=_NAMED,
    )  # fmt: skip
