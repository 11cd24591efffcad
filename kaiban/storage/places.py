"""So many places with each department, for the workers of all machines together.

Who talks to a department holds a place. On PostgreSQL it is an advisory lock of a session, on SQLite, whose workers are
all on one machine, a lock on a file: either is given back by itself when its holder dies, so nothing is counted and
nothing has to be put right afterwards. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import psycopg

from kaiban.processes.places import Places as MachinePlaces
from kaiban.storage.database import Database
from kaiban.storage.outages import outages

#: A server that hears nothing of a machine gives its places back after about so many seconds: 5 + 3 * 3 where the line
#: was silent; what was still on its way to that machine is another timer's, which usually takes a quarter of an hour.
_NOTICING: Final[Mapping[str, Any]] = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 14_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3"
    " -c tcp_user_timeout=14000",
    "connect_timeout": 10,
}
#: The first that is free; a scan stops at the first row it finds, so no other is locked on the way. A session is
#: given a lock again that it has, so its own are left out, by the one construct whose order of evaluation is sure.
_TAKE: Final = """
SELECT place FROM generate_series(1, %(count)s) AS place
WHERE CASE WHEN place = ANY(%(own)s) THEN false ELSE pg_try_advisory_lock(%(kind)s, place) END
LIMIT 1
"""
_GIVE_BACK: Final = "SELECT pg_advisory_unlock(%s, %s)"

#: What gives a place back.
GiveBack = Callable[[], None]


def places(
    database: Database, folder: Path, limits: Mapping[str, int]
) -> "MachineWide | PostgresqlPlaces":
    """The places of whoever works on that database, so many of each name; ``folder`` is for locks on files."""
    if database.is_sqlite:
        return MachineWide(folder, limits)
    return PostgresqlPlaces(database, limits)


class MachineWide:
    """Places shared by the processes of one machine."""

    def __init__(self, folder: Path, limits: Mapping[str, int]) -> None:
        self._places = {
            name: MachinePlaces(folder / name, count) for name, count in limits.items()
        }

    def take(self, name: str) -> GiveBack | None:
        """A place, or None if all are taken. Raises NoPlace if the folder cannot be written."""
        place = self._places[name].free()
        return None if place is None else partial(os.close, place)

    def close(self) -> None:
        """Nothing is kept but what was taken."""


class PostgresqlPlaces:
    """Places shared by whoever works on one database; threads may share this. It keeps a session of its own.

    When the session is lost, all its places are free again; who talks to a department just then ends as it would.
    """

    def __init__(self, database: Database, limits: Mapping[str, int]) -> None:
        self._url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._limits = limits
        self._session: psycopg.Connection[Any] | None = None
        self._own: dict[str, set[int]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> GiveBack | None:
        """A place, or None if all are taken. Raises Unavailable."""
        with self._lock, outages():
            try:
                session = self._session or self._connected()
                place = self._taken(session, name)
            except BaseException:
                self._forget()
                raise
        return None if place is None else partial(self._give_back, session, name, place)

    def close(self) -> None:
        """Give back all there is."""
        with self._lock:
            self._forget()

    def _taken(self, session: psycopg.Connection[Any], name: str) -> int | None:
        own = self._own.setdefault(name, set())
        asked = {"count": self._limits[name], "own": list(own), "kind": _kind(name)}
        row = session.execute(_TAKE, asked).fetchone()
        if row is None:
            return None
        own.add(row[0])
        return int(row[0])

    def _give_back(self, session: psycopg.Connection[Any], name: str, place: int) -> None:
        with self._lock:
            if session is not self._session:
                return  # it was given back with its session
            self._own[name].discard(place)
            try:
                session.execute(_GIVE_BACK, (_kind(name), place))
            except psycopg.Error:
                self._forget()

    def _connected(self) -> psycopg.Connection[Any]:
        self._session = psycopg.connect(self._url, autocommit=True, **_NOTICING)
        return self._session

    def _forget(self) -> None:
        if self._session is not None:
            with suppress(psycopg.Error):
                self._session.close()
        self._session = None
        self._own.clear()


def _kind(name: str) -> int:
    """The department's number among advisory locks, which are signed."""
    return crc32(f"kaiban:{name}".encode()) - (1 << 31)
