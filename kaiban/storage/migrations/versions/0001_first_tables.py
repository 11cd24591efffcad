"""The first tables."""

import sqlalchemy as sa
from alembic import op

from kaiban.storage import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "cases",
        sa.Column("no", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("owner", sa.LargeBinary(), nullable=False),
        sa.Column("owner_index", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("withdrawing", types.Flag(), nullable=False),
        sa.Column("accepted_at", types.Instant(), nullable=False),
        sa.Column("finished_at", types.Instant(), nullable=True),
        sa.Column("package_due", types.Instant(), nullable=True),
        sa.Column("package_attempt", sa.Integer(), nullable=False),
        sa.Column("package_version", sa.Integer(), nullable=False),
        sa.Column("facts", types.Json(), nullable=False),
        sa.Column("form", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'in_progress', 'needs_correction', 'suspended', 'completed', 'completed_partly', 'refused', 'withdrawn')",
            name=op.f("ck_cases_state"),
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_cases")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_cases_accepted_at_no"), "cases", ["accepted_at", "no"], unique=False)
    op.create_index(op.f("ix_cases_owner_index"), "cases", ["owner_index"], unique=False)
    op.create_index(op.f("ix_cases_package_due"), "cases", ["package_due"], unique=False)
    op.create_table(
        "numbers",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_numbers")),
        sqlite_strict=True,
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", types.Json(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("expires_at", types.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_tokens_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "users",
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_users")),
        sqlite_strict=True,
    )
    op.create_table(
        "events",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("facts", types.Json(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_events_cases")),
        sa.PrimaryKeyConstraint("case_no", "seq", name=op.f("pk_events")),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("claimed_at", types.Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("case_no", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('running', 'finished')", name=op.f("ck_idempotency_state")),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_idempotency_cases")),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_idempotency_claimed_at"), "idempotency", ["claimed_at"], unique=False)
    op.create_table(
        "links",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_links_cases")),
        sa.PrimaryKeyConstraint("case_no", "name", name=op.f("pk_links")),
        sqlite_strict=True,
    )
    op.create_table(
        "notices",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("issued_at", types.Instant(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", types.Instant(), nullable=True),
        sa.Column("repeats", types.Flag(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_notices_cases")),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_notices")),
        sqlite_strict=True,
    )
    op.create_table(
        "packages",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verify_code", sa.Text(), nullable=False),
        sa.Column("issued_at", types.Instant(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["cases.no"], name=op.f("fk_packages_cases")),
        sa.PrimaryKeyConstraint("case_no", "version", name=op.f("pk_packages")),
        sa.UniqueConstraint("verify_code", name=op.f("uq_packages_verify_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "documents",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_no", "link"], ["links.case_no", "links.name"], name=op.f("fk_documents_links")
        ),
        sa.PrimaryKeyConstraint("case_no", "link", "position", name=op.f("pk_documents")),
        sqlite_strict=True,
    )
    op.create_table(
        "steps",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_action_at", types.Instant(), nullable=True),
        sa.Column("cancelling", types.Flag(), nullable=False),
        sa.Column("sent", sa.LargeBinary(), nullable=True),
        sa.Column("ref", sa.LargeBinary(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("submitted_at", types.Instant(), nullable=True),
        sa.Column("done_at", types.Instant(), nullable=True),
        sa.Column("unknown_since", types.Instant(), nullable=True),
        sa.Column("not_found_since", types.Instant(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'sending', 'submitted', 'in_review', 'needs_correction', 'pre_registered', 'done', 'refused', 'cancelled', 'unknown', 'manual')",
            name=op.f("ck_steps_state"),
        ),
        sa.ForeignKeyConstraint(
            ["case_no", "link"], ["links.case_no", "links.name"], name=op.f("fk_steps_links")
        ),
        sa.PrimaryKeyConstraint("case_no", "link", "name", name=op.f("pk_steps")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_steps_link_key"), "steps", ["link", "key"], unique=False)
    op.create_index(op.f("ix_steps_link_number"), "steps", ["link", "number"], unique=False)
    op.create_index(op.f("ix_steps_next_action_at"), "steps", ["next_action_at"], unique=False)
