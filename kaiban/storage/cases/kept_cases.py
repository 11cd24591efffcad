"""Cases kept between the transactions of one process, so that whoever goes on with one need not read it again.

A kept case is as good as the mark it was kept under: the case's own version, which each writing raises, how many
events it has, which the release before this one adds without raising the version, and the epoch of the database, without
which a database that was set back could come to the same numbers by another way. Who takes one out of here owns it
until it is put back; after a transaction that failed nobody does.

See docs/decisions/0034-one-wake-up-brings-a-case.md.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from kaiban.domain.cases.case import Case
from kaiban.storage import schema
from kaiban.storage.cases.rows import Row, Rows


class Mark(NamedTuple):
    """By what one sees whether somebody has written to a case."""

    version: int
    events: int
    epoch: int


@dataclass(frozen=True)
class KeptCase:
    """A case as it was written down last, its rows, and its line in the worklist."""

    mark: Mark
    case: Case
    rows: Rows
    line: Row | None


class KeptCases:
    """So many cases, those used last. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[str, KeptCase] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, no: str, mark: Mark) -> KeptCase | None:
        """The case out of here, if nobody has written to it since."""
        with self._lock:
            kept = self._found.pop(no, None)
        return kept if kept and kept.mark == mark else None

    def put(self, kept: KeptCase) -> None:
        """Keep it, in place of what was used longest ago."""
        with self._lock:
            self._found[kept.case.no] = kept
            while len(self._found) > self._most:
                self._found.popitem(last=False)


_VERSION = select(schema.cases.c.version).where(schema.cases.c.no == bindparam("no"))
_EVENTS = select(func.count()).where(schema.events.c.case_no == bindparam("no")).scalar_subquery()
_EPOCH = select(func.coalesce(func.max(schema.epochs.c.number), 0)).scalar_subquery()
_LOCKED = _VERSION.with_for_update()
# Asked after the lock and not with it: a statement that had to wait for it still sees the other tables as they were.
_COUNTED = select(_EVENTS, _EPOCH)
#: On SQLite the transaction holds the only write lock already.
_AT_ONCE = _VERSION.add_columns(_EVENTS, _EPOCH)


def lock(connection: Connection, no: str) -> Mark | None:
    """The case's mark, its row locked until the transaction ends; None if there is no such case."""
    if connection.dialect.name == "sqlite":
        row = connection.execute(_AT_ONCE, {"no": no}).first()
        return None if row is None else Mark(*row)
    version = connection.execute(_LOCKED, {"no": no}).scalar()
    if version is None:
        return None
    return Mark(version, *connection.execute(_COUNTED, {"no": no}).one())
