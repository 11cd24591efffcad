"""Lines of the worklist that are missing or of yesterday: made anew, a case at a time, while everything goes on.

There are none for cases from before there was a worklist, old ones where the release before this one has written, and
wrong ones once the city has other hours or promises. What that release knows as little, how a package still has to leave
the hall, is written down along with each; minutes of ended cases get their day; and the clock of a case that ended without closing it is closed now.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select, update

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.states import ENDED
from kaiban.domain.city import City
from kaiban.storage.cases.loading import load
from kaiban.storage.cases.rows import leaving_row
from kaiban.storage.database import Database
from kaiban.storage.desk.worklist import LineWriter
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import (
    UNMARKED,
    case_facts,
    case_minutes,
    case_timelines,
    cases,
    events,
    worklist,
)
from kaiban.storage.statistics.freezing import HOLDER, LINK, date_minutes

#: So many are looked up at a time.
_MOST: Final = 500


class SqlLines:
    """Makes lines anew (kaiban.ports.Lines)."""

    def __init__(self, database: Database, keyring: Keyring, city: City) -> None:
        self._database = database
        self._cells = Cells(keyring)
        self._city = city
        self._lines = LineWriter(self._cells, city)

    def behind(self, limit: int = _MOST) -> list[str]:
        """Cases whose line is missing or not of now, those still in hand first."""
        with self._database.reading() as connection:
            found = (
                *self._old(connection, limit),
                *self._missing(connection, limit),
                *self._without_facts(connection, limit),
                *self._with_open_clocks(connection, limit),
                *self._without_marks(connection, limit),
                *self._undated(connection, limit),
            )
            return list(dict.fromkeys(found))[:limit]

    def make(self, no: str) -> None:
        """Make the line of that case anew, and what it is found by."""
        with self._database.transaction() as connection:
            date_minutes(connection, no)  # they outlive their case
            # PostgreSQL locks the row; on SQLite the transaction holds the only write lock already.
            lock = select(cases.c.no).where(cases.c.no == no).with_for_update()
            if connection.execute(lock).scalar() is None:
                return
            found = load(connection, self._cells, [no], documents=False)[0]
            self._close_clock(connection, found)
            self._lines.freeze(connection, found)
            if connection.execute(self._of_now(no)).first() is not None:
                return  # it lacked nothing else, or somebody else was quicker
            self._lines.write(connection, found)
            self._lines.write_terms(connection, found)
            known = update(cases).where(cases.c.no == no)
            connection.execute(known.values(**leaving_row(found)))

    def _close_clock(self, connection: Connection, found: Case) -> None:
        if not found.ended or found.clock is not None or not self._city.knows(found):
            return
        found.clock = self._city.closing(found, found.finished_at or found.events[-1].at)
        its = update(cases).where(cases.c.no == found.no)
        # Whoever keeps the case sees that it was written to.
        told = {"clock": found.clock.told(), "version": cases.c.version + 1}
        connection.execute(its.values(**told))

    def _of_now(self, no: str) -> Select[Any]:
        return select(worklist.c.case_no).where(worklist.c.case_no == no, ~self._is_old())

    def _is_old(self) -> ColumnElement[bool]:
        happened = (
            select(func.count()).where(events.c.case_no == worklist.c.case_no).scalar_subquery()
        )
        return or_(worklist.c.rules != self._lines.rules, worklist.c.events != happened)

    def _old(self, connection: Connection, limit: int) -> Sequence[str]:
        leaving = select(cases.c.no).where(cases.c.leaves_by.is_not(None))
        shown = or_(worklist.c.listed, worklist.c.case_no.in_(leaving))
        asked = select(worklist.c.case_no).where(shown, self._is_old())
        return connection.scalars(asked.limit(limit)).all()

    def _missing(self, connection: Connection, limit: int) -> Sequence[str]:
        there = exists().where(worklist.c.case_no == cases.c.no)
        ended = cases.c.state.in_([state.value for state in ENDED])
        asked = select(cases.c.no).where(~there).order_by(ended, cases.c.accepted_at.desc())
        return connection.scalars(asked.limit(limit)).all()

    def _without_facts(self, connection: Connection, limit: int) -> Sequence[str]:
        """Ended before there were facts, or timelines with them; of a hall or promise the city has no more, there never are any."""
        there = exists().where(case_timelines.c.case_no == worklist.c.case_no)
        known = worklist.c.ended & worklist.c.used.is_not(None)
        asked = select(worklist.c.case_no).where(known, ~there)
        return connection.scalars(asked.limit(limit)).all()

    def _with_open_clocks(self, connection: Connection, limit: int) -> Sequence[str]:
        """Ended before clocks were closed, or by a release that knows of none."""
        ended = cases.c.state.in_([state.value for state in ENDED])
        known = cases.c.hall.in_(self._city.halls) & cases.c.promise.in_(self._city.promises)
        asked = select(cases.c.no).where(ended, cases.c.clock.is_(None), known)
        return connection.scalars(asked.limit(limit)).all()

    def _without_marks(self, connection: Connection, limit: int) -> Sequence[str]:
        """Ended before marks were looked for, or by a release that knows of none; what was deleted since has none for good."""
        known = (worklist.c.case_no == case_facts.c.case_no) & worklist.c.ended
        asked = select(worklist.c.case_no).join_from(case_facts, worklist, known)
        return connection.scalars(
            asked.where(UNMARKED, worklist.c.used.is_not(None)).limit(limit)
        ).all()

    def _undated(self, connection: Connection, limit: int) -> Sequence[str]:
        """Ended before minutes had the day of their facts, or by a release that knows of none."""
        its = case_minutes.c
        asked = select(its.case_no).join_from(
            case_minutes, case_facts, its.case_no == case_facts.c.case_no
        )
        undated = asked.where(its.kind.in_((HOLDER, LINK)), its.ended_on.is_(None))
        return connection.scalars(undated.distinct().limit(limit)).all()
