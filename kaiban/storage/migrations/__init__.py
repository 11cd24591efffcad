"""The steps from one schema to the next: expand, migrate, contract, so that N and N-1 run together."""

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from kaiban.storage.database import Database

#: Any number will do, if everybody who migrates takes the same one ("kaib").
_LOCK = 0x6B616962


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision, in one transaction; several may try at once."""
    with database.transaction() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        command.upgrade(_config(connection), "head")


def current(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The revision this program needs."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(resources.files(__name__)))
    config.set_main_option("path_separator", "os")
    return config
