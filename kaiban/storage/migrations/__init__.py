"""The steps from one schema to the next: expand, migrate, contract, so that N and N-1 run together.

A program works on every newer schema, too: steps only add. One that takes something away (a contract)
writes its revision, or the one from which on programs do without, into ``schema_floor``; a program that
does not know every revision there is too old.
"""

from importlib import resources

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from kaiban.storage.database import Database
from kaiban.storage.revisions import known, revision_of

#: Any number will do, if everybody who migrates takes the same one ("kaib").
_LOCK = 0x6B616962


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction; several may try at once.

    A schema that is newer than this program stays as it is.
    """
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if revision_of(connection) in {None, *known()}:
            command.upgrade(_config(connection), "head")


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(resources.files(__name__)))
    config.set_main_option("path_separator", "os")
    return config
