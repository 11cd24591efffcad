"""Copies of a SQLite database, taken while it is in use, and checked before they are trusted.

PostgreSQL has its own tools for this (pg_dump, archived WAL); they are the operator's choice.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kaiban.storage.database import Database
from kaiban.storage.migrations import upgrade


class NotSqliteError(Exception):
    """PostgreSQL is backed up with its own tools."""


class BadBackupError(Exception):
    """The file is not a whole database of kaiban; the message says what is wrong with it."""


def backup(database: Database, target: Path) -> None:
    """Copy the database to a new file; readers and writers go on meanwhile.

    The file appears under its name only when it is complete and sound. Raises NotSqliteError,
    FileExistsError, BadBackupError.
    """
    _copy_checked(_file_of(database), target)


def restore(database: Database, source: Path, raise_epoch: Callable[[Database], object]) -> None:
    """Make the database from a backup, up to date and in a new epoch; it must not exist yet.

    ``raise_epoch`` begins the epoch in the copy before that is the database: nobody can start on it
    who would issue again what was issued after the backup. Raises NotSqliteError, FileExistsError,
    BadBackupError.
    """

    def brought_up(part: Path) -> None:
        copy = Database(f"sqlite:///{part}")
        try:
            upgrade(copy)
            raise_epoch(copy)
        finally:
            copy.close()

    _copy_checked(source, _file_of(database), brought_up)


def check(file: Path) -> None:
    """Raise BadBackupError unless the file is a sound database of kaiban."""
    with closing(_opened(file)) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise BadBackupError(str(error)) from error
    if found != ["ok"] or strays:
        raise BadBackupError(f"{found[0]}; {len(strays)} rows without their parent")


def _file_of(database: Database) -> Path:
    if not database.is_sqlite:
        raise NotSqliteError("use pg_dump and pg_restore")
    return Path(str(database.url.database))


def _copy_checked(
    source: Path, target: Path, change: Callable[[Path], None] = lambda _part: None
) -> None:
    if target.exists():
        raise FileExistsError(target)
    if not source.exists():
        raise BadBackupError(f"{source} does not exist")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_opened(source)) as old, closing(sqlite3.connect(part)) as new:
        try:
            old.backup(new)
        except sqlite3.DatabaseError as error:
            raise BadBackupError(str(error)) from error
        new.execute("PRAGMA journal_mode=DELETE")
    check(part)
    change(part)
    with closing(sqlite3.connect(part)) as new:
        new.execute("PRAGMA journal_mode=DELETE")  # everything in the one file
    _sync(part)
    part.rename(target)
    _sync(target.parent)


def _opened(file: Path) -> sqlite3.Connection:
    if not file.exists():
        raise BadBackupError(f"{file} does not exist")
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
