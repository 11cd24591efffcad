"""Write audit records in the transaction of what they tell of, one statement a transaction.

They have no place in the chain yet, so no writer waits for another's: ``chaining.py`` gives them one afterwards.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from kaiban.domain.audit.lines import act_line, disclosure_line, event_line
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.ports import Unavailable
from kaiban.storage.database import Database
from kaiban.storage.schema import audit_anchors, audit_records
from kaiban.storage.statements import inserting_into

_SALT_BYTES: Final = 16
#: Why nothing personal is shown while the audit is not anchored (Unavailable.reason).
UNANCHORED: Final = "unanchored"


class SqlAudit:
    """Writes records (kaiban.ports.Audit); ``wall`` is real time.

    After ``stop`` without an anchor nothing personal is shown any more; None: never.
    """

    def __init__(
        self, database: Database, wall: Callable[[], datetime], stop: timedelta | None = None
    ) -> None:
        self._database = database
        self._wall = wall
        self._stop = stop

    def note(self, what: str, **told: str) -> None:
        """Write down an act beside cases; nothing personal but accounts and tokens by name."""
        with self.recorded(what, **told):
            pass

    @contextmanager
    def recorded(self, what: str, **told: str) -> Iterator[None]:
        """What is written inside and the record of that act: together, or neither."""
        with self._database.joined() as connection:
            yield
            now = self._wall()
            self._write(connection, [self._row("", act_line(what, now, told), "", now)])

    def check(self) -> None:
        """Raise Unavailable if the audit has gone without an anchor for too long."""
        if self._stop is None:
            return
        with self._database.reading() as connection:
            since = unanchored_since(connection)
        if since is not None and self._wall() - since > self._stop:
            raise Unavailable(UNANCHORED)

    def write(
        self,
        connection: Connection,
        happened: Iterable[tuple[str, int, Sequence[Event]]],
        shown: Iterable[tuple[str, Disclosure]],
    ) -> None:
        """Within a transaction: the events of cases, each with how many were before, and what was shown."""
        now = self._wall()
        rows = []
        for no, known, events in happened:
            for number, event in enumerate(events, known + 1):
                salt = secrets.token_hex(_SALT_BYTES)
                rows.append(self._row(no, event_line(no, number, event, salt), salt, now))
        rows += [self._row(no, disclosure_line(no, each), "", now) for no, each in shown]
        if rows:
            self._write(connection, rows)

    def _row(self, no: str, line: str, salt: str, now: datetime) -> Mapping[str, Any]:
        return {"case_no": no or None, "line": line, "salt": salt, "written_at": now}

    def _write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        connection.execute(inserting_into(audit_records), rows)


def unchained_since(connection: Connection) -> datetime | None:
    """When the oldest record without a place in the chain was written; None if each has one."""
    table = audit_records.c
    oldest = select(table.written_at).where(table.hash.is_(None)).order_by(table.id).limit(1)
    found: datetime | None = connection.scalar(oldest)
    return found


def unanchored_since(connection: Connection) -> datetime | None:
    """When the oldest record no anchor covers was written; None if each is covered."""
    table = audit_anchors.c
    waiting = connection.scalar(select(func.min(table.since)).where(table.token.is_(None)))
    return min(filter(None, (waiting, unchained_since(connection))), default=None)
