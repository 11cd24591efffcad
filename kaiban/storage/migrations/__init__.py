"""The steps from one schema to the next: expand, migrate, contract, so that N and N-1 run together.

A program works on every newer schema, too: steps only add. One that takes something away (a contract)
writes its revision, or the one from which on programs do without, into ``schema_floor``; a program that
does not know every revision there is too old.
"""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from kaiban.storage.database import Database
from kaiban.storage.schema import metadata, schema_floor

#: Any number will do, if everybody who migrates takes the same one ("kaib").
_LOCK = 0x6B616962


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction; several may try at once.

    A schema that is newer than this program stays as it is.
    """
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if _revision(connection) in {None, *known()}:
            command.upgrade(_config(connection), "head")


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.reading() as connection:
        return _revision(connection)


def newest() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def known() -> frozenset[str]:
    """Every revision this program knows."""
    scripts = ScriptDirectory.from_config(_config(None)).walk_revisions()
    return frozenset(script.revision for script in scripts)


def misfit(database: Database) -> str:
    """What keeps this program from working on the schema: "migration", "program" (too old), or ""."""
    found = current(database)
    if found == newest():
        return ""
    if found is None or found in known():
        return "migration"
    with database.reading() as connection:
        needed = connection.execute(select(schema_floor.c.revision)).scalars().all()
    return "" if known().issuperset(needed) else "program"


def lacking(database: Database) -> list[str]:
    """Every column this program uses and the tables have not, as ``table.column``.

    The revision does not tell: a step may have been put between others after the tables had come past it.
    """
    with database.reading() as connection:
        found = {
            f"{table}.{column['name']}"
            for (_, table), columns in inspect(connection).get_multi_columns().items()
            for column in columns
        }
    ours = (
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
    )
    return [each for each in ours if each not in found]


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(resources.files(__name__)))
    config.set_main_option("path_separator", "os")
    return config
