"""An installation as an earlier release left it: its tables, made by its own migrations, and its rows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import Engine, MetaData, Table, insert, select, text

from kaiban.storage.database import Database
from kaiban.storage.migrations import _config
from kaiban.storage.schema import metadata


def set_back(database: Database, revision: str) -> MetaData:
    """Let all rows stand in the tables of that revision, as far as there was a place for them then; its tables.

    What a release reads and writes is told by its tables: so they stand for its statements.
    """
    rows = _emptied(database)
    with database.transaction() as connection:
        command.upgrade(_config(connection), revision)
    older = _reflected(database.engine)
    with database.transaction() as connection:
        for table in older.sorted_tables:
            kept = [_narrowed(row, table) for row in rows.get(table.name, ())]
            if kept:
                connection.execute(insert(table), kept)
    return older


@contextmanager
def reading(engine: Engine, older: MetaData) -> Iterator[Callable[[], int]]:
    """Let an earlier release read all its tables again and again; lends how often it has, and fails as it does."""
    rounds, failed, stopping = [0], [], threading.Event()

    def read() -> None:
        try:
            while not stopping.is_set():
                for table in older.sorted_tables:
                    with engine.connect() as connection:
                        connection.execute(select(table)).all()
                rounds[0] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test is to fail by it
            failed.append(error)

    def so_often() -> int:
        if failed:
            raise failed[0]
        return rounds[0]

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield so_often
    finally:
        stopping.set()
        thread.join()
    so_often()


def _emptied(database: Database) -> dict[str, list[dict[str, object]]]:
    """Take all tables of ours away, and give what stood in them."""
    present = _reflected(database.engine)
    with database.transaction() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in present.sorted_tables
        }
        present.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    return rows


def _reflected(engine: Engine) -> MetaData:
    """Our tables as they stand in the database; those of the queue's engine are its own."""
    found = MetaData()
    found.reflect(engine, only=lambda name, _: name in metadata.tables)
    return found


def _narrowed(row: dict[str, object], table: Table) -> dict[str, object]:
    return {name: value for name, value in row.items() if name in table.columns}
