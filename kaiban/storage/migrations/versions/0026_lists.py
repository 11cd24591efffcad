"""Indexes by which a page of a list costs the same however many cases there are."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ORDER = ("accepted_at", "no")
_FIRST = (("hall",), ("state",), ("owner_index", "state"))


def upgrade() -> None:
    """Add indexes; no row changes. ``ix_cases_owner_index`` stays for the release before this one."""
    for first in _FIRST:
        columns = [*first, *_ORDER]
        op.create_index(f"ix_cases_{'_'.join(columns)}", "cases", columns, unique=False)
