"""Hear that somebody has written what is due at once, without asking the tables.

PostgreSQL tells it (NOTIFY). SQLite has a number that changes with every commit of others, and reading it costs next to
nothing: https://www.sqlite.org/pragma.html#pragma_data_version.
"""

import threading
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, func, select

from kaiban.storage.database import Database
from kaiban.storage.outages import outages

#: Real seconds between two looks at SQLite's number.
GLANCE_EVERY: Final = 0.02
_CHANNEL: Final = "kaiban_due"


def ring(connection: Connection) -> None:
    """Let whoever listens hear of it when the transaction is committed."""
    if connection.dialect.name == "postgresql":  # SQLite's number changes by itself
        connection.execute(select(func.pg_notify(_CHANNEL, "")))


def alarm(database: Database) -> "SqliteAlarm | PostgresqlAlarm":
    """Who hears it; for one thread."""
    return SqliteAlarm(database) if database.is_sqlite else PostgresqlAlarm(database)


class SqliteAlarm:
    """Looks whether somebody has committed; of what, it does not know."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None
        self._seen: int | None = None
        self._closing = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Return when somebody has written (True) or after so many seconds at most."""
        for _ in range(max(round(seconds / GLANCE_EVERY), 1)):
            if self._closing.wait(GLANCE_EVERY):
                return False
            before, self._seen = self._seen, self._number()
            if before != self._seen:
                return True
        return False

    def close(self) -> None:
        """Hear nothing more. Nobody may be waiting."""
        self._closing.set()
        if self._connection is not None:
            self._connection.close()

    def _number(self) -> int:
        with outages():
            if self._connection is None:
                self._connection = self._database.engine.raw_connection()
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class PostgresqlAlarm:
    """Listens on a connection of its own, and connects again if that is lost."""

    def __init__(self, database: Database) -> None:
        self._url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """Return when somebody has written (True) or after so many seconds at most. Raises Unavailable."""
        try:
            with outages():
                return self._heard(seconds)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hear nothing more."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _heard(self, seconds: float) -> bool:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
            self._connection.execute(f"LISTEN {_CHANNEL}")
            return True  # nobody knows what was said meanwhile
        return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
