"""Sessions as rows: found by a hash of the browser's id, what they open is sealed."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, literal, select, update

from kaiban.domain.hours.waiting import CLOCK_SKEW
from kaiban.ports import Session
from kaiban.storage import codec
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import sessions as table
from kaiban.storage.types import Instant

#: So long it is known whose session ended, so that what they were typing then is given back to them alone; from when
#: it began, where it was ended by somebody.
ENDED_KEPT = timedelta(days=1)
_INSTANTS = ("created_at", "used_at", "idle_ends_at", "ends_at")


class SqlSessions:
    """Where sessions are kept (kaiban.ports.Sessions).

    A session begun while a clock was ahead is moved back as far as it lies ahead of now: it lasts as
    long as any other, from the moment the clock is right.
    """

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def get(self, sid: str, at: datetime) -> Session | None:
        """The session, if it has not ended."""
        wanted = select(table).where(table.c.hash == _hash(sid))
        with self._database.reading() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        found = _session(self._cells.opened(table, row))
        session = _moved_back(found, at)
        if session is not found:  # at once: moved back each time anew, it would never end
            self.use(sid, session)
        return None if session.ended(at) else session

    def add(self, sid: str, session: Session, instead: str = "") -> bool:
        """Keep a new one; with ``instead``, in place of that one."""
        row = {"hash": _hash(sid), **_row(session)}
        with self._database.transaction() as connection:
            if instead and not _removed(connection, instead):
                return False
            self._cells.insert(connection, table, row)
        return True

    def use(self, sid: str, session: Session) -> bool:
        """Write down its values and that it is used; False, and nothing is kept, if it is gone or was ended meanwhile."""
        place = _hash(sid)
        its = (table.c.hash == place) & (table.c.ends_at >= session.ends_at)
        with self._database.transaction() as connection:
            held = select(table.c.hash).where(its).with_for_update()
            if connection.execute(held).first() is None:
                return False
            self._cells.update(connection, table, (place,), _row(session))
        return True

    def remove(self, sid: str) -> None:
        """End it at once."""
        with self._database.transaction() as connection:
            _removed(connection, sid)

    def of_account(self, account: str, at: datetime) -> list[tuple[str, Session]]:
        """Those of an account that have not ended (kaiban.ports.StaffSessions)."""
        wanted = select(table).where(table.c.account == account).order_by(table.c.used_at.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        found = [(row["hash"], _session(self._cells.opened(table, row))) for row in rows]
        return [(name, session) for name, session in found if not session.ended(at)]

    def end(self, account: str, at: datetime, *, name: str = "", but: str = "") -> int:
        """End the one of that name, or all but the one with that id; whose they were is known until a day after they began.

        They ended when they began: an end written down while a clock is ahead would only come later.
        """
        there = (table.c.account == account) & (table.c.ends_at > at)
        chosen = table.c.hash == name if name else table.c.hash != _hash(but)
        begun = table.c.created_at
        end = case((begun > at, literal(at, Instant())), else_=begun)
        ended = update(table).where(there & chosen).values(ends_at=end, idle_ends_at=end)
        with self._database.transaction() as connection:
            return connection.execute(ended).rowcount

    def name_of(self, sid: str) -> str:
        """What a session with that id is ended by."""
        return _hash(sid)

    def account_of(self, sid: str) -> str:
        """Whose it is or, within a day of its end, was."""
        wanted = select(table.c.account).where(table.c.hash == _hash(sid))
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar() or ""

    def prune(self, at: datetime) -> int:
        """Drop those that have ended, those of staff a day later; how many there were."""
        kept = at - ENDED_KEPT
        ended = (table.c.idle_ends_at <= at) | (table.c.ends_at <= at)
        ended &= table.c.account.is_(None) | (
            (table.c.idle_ends_at <= kept) | (table.c.ends_at <= kept)
        )
        with self._database.transaction() as connection:
            gone = connection.execute(delete(table).where(ended)).rowcount
            self._move_back(connection, at)
        return gone

    def _move_back(self, connection: Connection, at: datetime) -> None:
        ahead = select(table).where(table.c.created_at > at + CLOCK_SKEW).with_for_update()
        for row in connection.execute(ahead).mappings().all():
            moved = _moved_back(_session({**row, "content": "{}"}), at)
            instants = {name: getattr(moved, name) for name in _INSTANTS}
            self._cells.update(connection, table, (row["hash"],), instants)


def _moved_back(session: Session, at: datetime) -> Session:
    ahead: timedelta = session.created_at - at
    if ahead <= CLOCK_SKEW:
        return session
    return replace(session, **{name: getattr(session, name) - ahead for name in _INSTANTS})


def _removed(connection: Connection, sid: str) -> int:
    return connection.execute(delete(table).where(table.c.hash == _hash(sid))).rowcount


def _hash(sid: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(sid.encode()).hexdigest()


def _row(session: Session) -> dict[str, Any]:
    content = codec.dumps(session.values).encode()
    instants = {name: getattr(session, name) for name in _INSTANTS}
    return {"content": content, "account": session.account or None, **instants}


def _session(row: Mapping[str, Any]) -> Session:
    instants = {name: row[name] for name in _INSTANTS}
    return Session(codec.loads(row["content"]), **instants, account=row["account"] or "")
