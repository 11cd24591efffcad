"""Which revision the tables are at, and whether this program fits them: what every start and every ``/readyz`` asks.

Without Alembic, which only those need who bring tables up to date: it takes a tenth of a start to import.
"""

from importlib import resources

from sqlalchemy import Connection, column, inspect, select, table
from sqlalchemy.exc import DBAPIError

from kaiban.storage.database import Database
from kaiban.storage.schema import metadata, schema_floor

#: Where Alembic writes down what it has done.
_VERSIONS = table("alembic_version", column("version_num"))


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.reading() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """The same, inside a transaction."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    found: str | None = connection.execute(select(_VERSIONS.c.version_num)).scalar_one_or_none()
    return found


def newest() -> str:
    """The revision this program needs."""
    return max(known())


def known() -> frozenset[str]:
    """Every revision this program knows: a migration's file begins with it, and they count upwards."""
    files = (resources.files("kaiban.storage") / "migrations" / "versions").iterdir()
    return frozenset(file.name.partition("_")[0] for file in files if file.name[:1].isdigit())


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


def misfit_behind(database: Database, error: Exception) -> str:
    """The same, where the error may come of that: it is a database's."""
    return misfit(database) if isinstance(error, DBAPIError) else ""


def lacking(database: Database) -> list[str]:
    """Every column this program uses and the tables have not, as ``table.column``.

    The revision does not tell: a step may have been put between others after the tables had come past it.
    """
    with database.reading() as connection:
        found = {
            f"{name}.{each['name']}"
            for (_, name), columns in inspect(connection).get_multi_columns().items()
            for each in columns
        }
    ours = (
        f"{each.table.name}.{each.name}"
        for ours in metadata.sorted_tables
        for each in ours.columns
    )
    return [each for each in ours if each not in found]
