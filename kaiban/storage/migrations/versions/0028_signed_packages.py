"""How a package is signed, and the hashes of its files: whoever verifies one asks for them without opening it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that packages of before leave empty; no row changes."""
    for name in ("level", "pdf_sha256", "archive_sha256"):
        op.add_column("packages", sa.Column(name, sa.Text()))
