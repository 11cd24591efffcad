"""Which errors of a database say that it will work again, and that nothing is wrong with what it was told."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kaiban.ports import Unavailable

#: SQLite's primary result codes (https://sqlite.org/rescode.html).
_SQLITE: Final[Mapping[int, str]] = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_PROTOCOL: "busy",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_IOERR: "broken",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CANTOPEN: "away",
}
#: PostgreSQL's codes, the longest that fits (appendix A of its manual).
_POSTGRESQL: Final[Mapping[str, str]] = {
    "08": "away",
    "25006": "read_only",
    "40": "busy",
    "53": "full",
    "53300": "busy",  # too many connections
    "55P03": "busy",
    "57P": "away",
    "58": "broken",
}


@contextmanager
def outages(*defects: str) -> Iterator[None]:
    """Raise Unavailable in place of what a database says while it cannot work.

    ``defects`` are reasons that here could only be a mistake of ours; their errors pass through.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError, sqlite3.Error, psycopg.Error) as error:
        if (reason := outage(error)) and reason not in defects:
            raise Unavailable(reason) from error
        raise


def outage(error: BaseException) -> str:
    """Why the database cannot work at present; "" if the error says something else."""
    if isinstance(error, PoolTimeoutError):
        return "busy"
    said = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(said, sqlite3.Error):
        return _SQLITE.get(getattr(said, "sqlite_errorcode", 0) & 0xFF, "")
    if isinstance(said, psycopg.Error):
        return _of_postgresql(said)
    return ""


def _of_postgresql(error: psycopg.Error) -> str:
    code = error.sqlstate
    if code is None:  # no server has said anything
        away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return "away" if away else ""
    fits = [start for start in _POSTGRESQL if code.startswith(start)]
    return _POSTGRESQL[max(fits, key=len)] if fits else ""
