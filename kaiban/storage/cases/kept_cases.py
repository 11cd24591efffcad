"""Cases kept between the transactions of one process, so that whoever goes on with one need not read it again.

A kept case is as good as the mark it was kept under: the case's own version, which each writing raises, and how many
events it has, which the release before this one adds without raising the version. Who takes one out of here owns it
until it is put back; after a transaction that failed nobody does.

See docs/decisions/0034-one-wake-up-brings-a-case.md.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from kaiban.domain.cases.case import Case
from kaiban.storage import schema
from kaiban.storage.cases.rows import Row, Rows


class Mark(NamedTuple):
    """By what one sees whether somebody has written to a case."""

    version: int
    events: int


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


_events = (
    select(func.count()).where(schema.events.c.case_no == schema.cases.c.no).scalar_subquery()
)
_mark: Any = select(schema.cases.c.version, _events).where(schema.cases.c.no == bindparam("no"))
#: PostgreSQL locks the row; on SQLite the transaction holds the only write lock already.
_locked = _mark.with_for_update(of=schema.cases)


def lock(connection: Connection, no: str) -> Mark | None:
    """The case's mark, its row locked until the transaction ends; None if there is no such case."""
    found = connection.execute(_locked, {"no": no}).first()
    return Mark(found[0], found[1]) if found else None
