"""Accounts of staff: what proves who somebody is, from where they come, and whose a session is."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INSTANTS = ("one_time_until", "disabled_at", "removed_at", "signed_in_at")


def upgrade() -> None:
    """Add columns that may stay empty, and two tables."""
    for name in ("name", "authenticator"):
        op.add_column("users", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("window", sa.Text(), nullable=True))
    op.add_column("users", sa.Column("step", sa.Integer(), nullable=True))
    for name in _INSTANTS:
        op.add_column("users", sa.Column(name, types.Instant(), nullable=True))
    op.add_column("sessions", sa.Column("account", sa.Text(), nullable=True))
    op.create_index(op.f("ix_sessions_account"), "sessions", ["account"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["login"], ["users.login"],
            name=op.f("fk_recovery_codes_users"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("login", "hash", name=op.f("pk_recovery_codes")),
        sqlite_strict=True,
    )  # fmt: skip
    op.create_table(
        "staff_places",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("used_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("login", "kind", "place", name=op.f("pk_staff_places")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_staff_places_used_at"), "staff_places", ["used_at"], unique=False)
