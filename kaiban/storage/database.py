"""One database, SQLite or PostgreSQL, and its transactions."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from typing import Any, Final

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Table,
    create_engine,
    delete,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from tenacity import (
    retry,
    retry_if_exception,
    stop_after_delay,
    wait_random,
    wait_random_exponential,
)

from kaiban.storage.outages import outage, outages
from kaiban.storage.schema import probes

#: How long a writer waits for its turn, in milliseconds (SQLite has one writer at a time).
BUSY_MS: Final = 30_000
#: What the probe writes, in bytes: more than fits beside what is there.
PROBE: Final = 16 * 1024
#: How often it looks whether its turn has come, in milliseconds on average.
LOOK_MS: Final = 2
#: How long to keep trying to begin while the database restarts, in seconds.
PATIENCE: Final = 10

_POSTGRESQL_OPTIONS: Final = " ".join(
    f"-c {option}"
    for option in (
        "timezone=UTC",
        f"lock_timeout={BUSY_MS}",
        # A process that froze inside a transaction must not hold its case for ever.
        "idle_in_transaction_session_timeout=60000",
    )
)


def normalized(url: str) -> URL:
    """The URL with the drivers kaiban uses; raises ValueError for another kind of database."""
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and parsed.database and parsed.database != ":memory:":
        return parsed
    raise ValueError("the database is a SQLite file or PostgreSQL")


def _may_pass(error: BaseException) -> bool:
    return outage(error) in {"away", "busy", "broken"}


class NestedTransactionError(Exception):
    """A transaction was begun inside another one of the same thread: SQLite would wait for itself."""


class Database:
    """The engine of one database and the two ways to speak with it.

    Its errors do not show the values of a statement: they could be personal.
    ``engine`` may be shared with the job engine: a connection begins nothing until it writes.
    No network call may happen inside either kind of block.

    A thread has one connection at a time: what is read inside a transaction is read in it, a second
    transaction inside is refused, and whoever waits for SQLite's one writer to finish waits without any. So
    nobody who holds a connection ever waits for another, however many there are and however few the pool has.
    """

    def __init__(self, url: str) -> None:
        self.url = normalized(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._line = threading.Lock()
        self._thread = threading.local()
        self.engine: Engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: commit at the end of the block, roll back on any exception.

        On SQLite the write lock is taken at once, so a block never fails half-way for having
        read before it wrote. Only the beginning is tried again when the database is away:
        nothing has been said yet. The block itself runs once; whoever can repeat it (a job)
        decides that. Raises Unavailable while the database cannot be written, NestedTransactionError.
        """
        if (writing := self._writing()) is not None:
            if not self._thread.joined:
                raise NestedTransactionError
            # A savepoint: what fails inside is undone, and whoever began may go on.
            with outages(), writing.begin_nested():
                yield writing
            return
        with outages(), self._begun(self._begin_writing) as connection:
            self._thread.writing, self._thread.joined = connection, False
            try:
                yield connection
            finally:
                self._thread.writing = None
            connection.commit()

    @contextmanager
    def joined(self) -> Iterator[Connection]:
        """Write as ``transaction`` does, and let those begun inside by this thread be parts of it: all is written, or nothing."""
        with self.transaction() as connection:
            self._thread.joined = True
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read: every statement of the block sees the same moment; locks nothing. Raises Unavailable.

        Inside a transaction of this thread it is part of that, and sees what was written so far.
        """
        if (writing := self._writing()) is not None:
            with outages():
                yield writing
            return
        # PostgreSQL refuses a writer in here because we asked it to.
        ours = () if self.is_sqlite else ("read_only",)
        with outages(*ours), self._begun(self._begin_reading) as connection:
            yield connection

    def probe(self) -> None:
        """Really write something, so that a full disk is known before somebody's work meets it."""
        row = {"filler": os.urandom(PROBE // 2).hex()}
        with self.transaction() as connection:
            new = inserting(connection, probes).values(id=1, **row)
            connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=row))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _writing(self) -> Connection | None:
        """The connection of the transaction this thread is in."""
        found: Connection | None = getattr(self._thread, "writing", None)
        return found

    @retry(
        retry=retry_if_exception(_may_pass),
        wait=wait_random_exponential(multiplier=0.1, max=1),
        stop=stop_after_delay(PATIENCE),
        reraise=True,
    )
    def _begun(self, begin: Callable[[], Connection]) -> Connection:
        return begin()

    def _begin_writing(self) -> Connection:
        if not self.is_sqlite:
            return self.engine.connect()
        # One of a process's threads looks for the lock at a time, often; the others stand behind it.
        in_line = self._line.acquire(timeout=BUSY_MS / 1000)
        try:
            return self._connected(_lock)
        finally:
            if in_line:
                self._line.release()

    def _begin_reading(self) -> Connection:
        return self._connected(_read_sqlite if self.is_sqlite else _read_postgresql)

    def _connected(self, begin: Callable[[Connection], object]) -> Connection:
        connection = self.engine.connect()
        try:
            begin(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _read_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _read_postgresql(connection: Connection) -> None:
    connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _lock(connection: Connection) -> None:
    """Take SQLite's write lock; its own waiting sleeps a tenth of a second at a time, and the unlucky starve."""
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        _look_for_lock(connection)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


def _is_busy(error: BaseException) -> bool:
    return (
        isinstance(error, OperationalError)
        and getattr(error.orig, "sqlite_errorcode", None) == SQLITE_BUSY
    )


@retry(
    retry=retry_if_exception(_is_busy),
    wait=wait_random(0, 2 * LOOK_MS / 1000),
    stop=stop_after_delay(BUSY_MS / 1000),
    reraise=True,
)
def _look_for_lock(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def inserting(connection: Connection, table: Table) -> Any:
    """An INSERT into the table that can say ON CONFLICT, in the words of this database."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def drop_outside(
    database: Database, column: Column[datetime], before: datetime, after: datetime
) -> int:
    """Drop the rows whose instant lies before the one or after the other; how many there were."""
    outside = (column < before) | (column > after)
    with database.transaction() as connection:
        return connection.execute(delete(column.table).where(outside)).rowcount


def _postgresql(url: URL) -> Engine:
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={"options": _POSTGRESQL_OPTIONS, "connect_timeout": 10},
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=20,
        max_overflow=20,
        connect_args={"isolation_level": "IMMEDIATE", "timeout": BUSY_MS / 1000},
    )
    event.listen(engine, "do_connect", lambda *_: _keep_private(Path(str(url.database))))
    event.listen(engine, "connect", prepare_sqlite)
    return engine


def _keep_private(file: Path) -> None:
    """Let the file be its owner's alone, whatever the umask; SQLite's other files take after it.

    A file that is there is never opened here: closing it again drops every lock this process has on it (POSIX), and the
    next command that ends believes itself alone, takes the write-ahead log away, and with it what we commit from then on.
    """
    with suppress(OSError):  # what is really in the way, SQLite says
        if not file.exists():
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
        for each in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            if each.exists() and each.stat().st_mode & 0o077:
                each.chmod(0o600)


def prepare_sqlite(connection: Any, _record: Any) -> None:
    """Make a new connection as careful as we promise to be."""
    # FULL, because NORMAL loses acknowledged commits when the power fails.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
