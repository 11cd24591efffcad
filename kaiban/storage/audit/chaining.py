"""Give audit records their place in the one chain, and keep its anchors.

Who chains holds the one lock for it, on PostgreSQL an advisory lock of the transaction, on SQLite the only write lock
there is, so that one at a time reads the head and goes on from it; that no place is given twice the table itself sees
to. A record is chained after it was committed, whatever its number: one that was written earlier and committed later
follows later, and none is left out.
"""

import base64
from datetime import datetime
from typing import Final
from zlib import crc32

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from kaiban.domain.audit.chain import START, Head, linked
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.storage.audit.writing import unanchored_since, unchained_since
from kaiban.storage.database import Database, inserting
from kaiban.storage.schema import audit_anchors, audit_records

#: So many records a transaction: it holds SQLite's write lock for some milliseconds.
BATCH: Final = 500
_LOCK: Final = crc32(b"kaiban:audit") - (1 << 31)
_PLACED: Final = (
    update(audit_records)
    .where(audit_records.c.id == bindparam("at_id"))
    .values(day=bindparam("on_day"), seq=bindparam("at_seq"), hash=bindparam("its_hash"))
)


class SqlChain:
    """The chain of the database (kaiban.ports.AuditChain)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def advance(self, now: datetime) -> int:
        """Chain what is not yet, at most a batch; how many records that were. ``now`` is real time."""
        with self._database.reading() as connection:
            if unchained_since(connection) is None:
                return 0
        with self._database.transaction() as connection:
            return self._chain(connection, now) if _alone(connection) else 0

    def unstamped(self) -> Head | None:
        """Where the chain stands, if no anchor says so yet."""
        table = audit_anchors.c
        wanted = select(table.day, table.seq, table.hash).where(table.token.is_(None))
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(table.day.desc(), table.seq.desc())).first()
        return None if found is None else Head(*found)

    def stamp(self, head: Head, token: bytes) -> None:
        """Keep the stamp of that place."""
        told = base64.b64encode(token).decode("ascii")
        key = [audit_anchors.c.day, audit_anchors.c.seq]
        with self._database.transaction() as connection:
            its = audit_anchors.c
            since = connection.scalar(select(func.min(its.since)).where(its.token.is_(None)))
            row = {"day": head.day, "seq": head.seq, "hash": head.hash, "token": told}
            # Another may have gone on with the chain meanwhile; what it covers then waits for its own stamp.
            new = inserting(connection, audit_anchors).values(
                **row, since=since or _written_at(connection, head)
            )
            connection.execute(new.on_conflict_do_update(index_elements=key, set_={"token": told}))

    def lag(self) -> tuple[datetime | None, datetime | None]:
        """When the oldest record was written that is not chained, and the oldest that no anchor covers."""
        with self._database.reading() as connection:
            return unchained_since(connection), unanchored_since(connection)

    def _chain(self, connection: Connection, now: datetime) -> int:
        table = audit_records.c
        wanted = select(table.id, table.line, table.written_at).where(table.hash.is_(None))
        rows = connection.execute(wanted.order_by(table.id).limit(BATCH)).all()
        if not rows:
            return 0
        day, seq, head = _last(connection)
        # A clock that was set back begins no day again.
        today = max(day, now.astimezone(HALL_TIME).date().isoformat())
        seq = seq if today == day else 0
        placed = []
        for record, line, _ in rows:
            seq += 1
            head = linked(head, today, seq, line)
            placed.append({"at_id": record, "on_day": today, "at_seq": seq, "its_hash": head})
        connection.execute(_PLACED, placed)
        self._move_mark(connection, Head(today, seq, head), min(row[2] for row in rows))
        return len(rows)

    def _move_mark(self, connection: Connection, head: Head, oldest: datetime) -> None:
        """Let the one place that waits for a stamp be this."""
        its = audit_anchors.c
        waiting = connection.scalar(select(func.min(its.since)).where(its.token.is_(None)))
        connection.execute(delete(audit_anchors).where(its.token.is_(None)))
        row = {"day": head.day, "seq": head.seq, "hash": head.hash}
        since = min(oldest, waiting) if waiting else oldest
        connection.execute(insert(audit_anchors).values(**row, since=since))


def _alone(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _last(connection: Connection) -> tuple[str, int, str]:
    table = audit_records.c
    newest = select(table.day, table.seq, table.hash).where(table.day.is_not(None))
    found = connection.execute(
        newest.order_by(table.day.desc(), table.seq.desc()).limit(1)
    ).first()
    return ("", 0, START) if found is None else (found.day, found.seq, found.hash)


def _written_at(connection: Connection, head: Head) -> datetime:
    table = audit_records.c
    its = select(table.written_at).where(table.day == head.day, table.seq == head.seq)
    found: datetime = connection.execute(its).scalar_one()
    return found
