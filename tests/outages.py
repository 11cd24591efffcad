"""A database that takes nothing for a while, for real: SQLite's own refusals."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Engine, event

_WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """Let SQLite refuse every write inside the block, as on a file system that can only be read."""
    with _set(engine, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        yield


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """Let the database file grow no more inside the block: SQLite says that the disk is full.

    What was free inside the file is given back first, so that there is room for small changes only.
    """
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as packed:
        packed.execute("VACUUM")
    with _set(engine, "PRAGMA max_page_count=1", "PRAGMA max_page_count=1073741823"):
        yield


@contextmanager
def attempts(engine: Engine) -> Iterator[list[str]]:
    """Lend a list that grows with each statement that would write, whatever becomes of it."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(_WRITES):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def _set(engine: Engine, on: str, off: str) -> Iterator[None]:
    def begin(connection, *_):
        connection.execute(on).close()

    def end(connection, *_):
        if connection is not None:
            connection.execute(off).close()

    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    try:
        yield
    finally:
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)
