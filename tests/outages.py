"""A database that takes nothing for a while, for real: SQLite's own refusals."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def read_only(engine: Engine) -> Iterator[None]:
    """Let SQLite refuse every write inside the block, as on a file system that can only be read."""
    with _set(engine, "PRAGMA query_only=ON", "PRAGMA query_only=OFF"):
        yield


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """Let the database file grow no more inside the block: SQLite says that the disk is full."""
    with _set(engine, "PRAGMA max_page_count=1", "PRAGMA max_page_count=1073741823"):
        yield


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
