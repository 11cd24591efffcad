"""Promises over all cases, read from where materials are kept; and late materials as a queue to departments."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, exists, func, or_, select, update

from kaiban.domain.cases.states import CaseState
from kaiban.domain.papers.commitment import PREFIX
from kaiban.domain.papers.obligation import Forward, ForwardState, Promise
from kaiban.storage.database import Database
from kaiban.storage.schema import cases, events, materials
from kaiban.storage.schema import late_materials as table

#: Nothing is owed to a case that came to nothing.
_FRUITLESS: Final = (CaseState.WITHDRAWN.value, CaseState.REFUSED.value)
#: No wait is longer: what is due later was written down by a clock that was ahead.
_LONGEST_WAIT: Final = timedelta(days=1)


class SqlObligations:
    """What is owed, and what came late (kaiban.ports.Obligations)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owing(
        self, until: date, hall: str = "", offset: int = 0, limit: int = 500
    ) -> list[Promise]:
        """Those due by then, the most urgent first."""
        wanted = _owing(until)
        if hall:
            wanted = wanted.where(cases.c.hall == hall)
        return self._promises(wanted.offset(offset).limit(limit))

    def unlapsed(self, until: date, limit: int) -> list[Promise]:
        """The same, without those of which it was written down that they lapsed; extended, they may lapse again.

        Commitments (告知承诺) are not among them: the window owes their check, and nobody is reminded of that.
        """
        still = _happened("lapsed") <= _happened("extended")
        of_materials = ~materials.c.key.startswith(PREFIX, autoescape=True)
        return self._promises(_owing(until).where(of_materials, still).limit(limit))

    def postpone(self, connection: Connection, case_no: str, key: str, due: date) -> None:
        """Let that promise be due then."""
        connection.execute(
            update(materials).where(*_promise(case_no, key)).values(deferred_until=due.isoformat())
        )

    def waive(self, connection: Connection, case_no: str, key: str) -> None:
        """Take the promise away."""
        connection.execute(delete(materials).where(*_promise(case_no, key)))

    def forwards(self, case_no: str) -> list[Forward]:
        """The case's late materials on their way."""
        wanted = select(table).where(table.c.case_no == case_no)
        return self._forwards(wanted.order_by(table.c.key, table.c.link))

    def to_hand_over(self, hall: str, limit: int) -> list[Forward]:
        """What somebody of the window must bring to a department, the oldest first."""
        wanted = select(table).where(table.c.state == ForwardState.BY_HAND.value)
        if hall:
            its = select(cases.c.no).where(cases.c.no == table.c.case_no, cases.c.hall == hall)
            wanted = wanted.where(exists(its))
        return self._forwards(wanted.order_by(table.c.at, table.c.case_no).limit(limit))

    def take(self, now: datetime, lease: timedelta) -> Forward | None:
        """The oldest that is due to be sent, ours for that long."""
        due = or_(table.c.due_at <= now, table.c.due_at > now + _LONGEST_WAIT)
        wanted = select(table).where(due).order_by(table.c.due_at).limit(1)
        with self._database.reading() as connection:
            if connection.execute(wanted).first() is None:
                return None  # most of the time: nobody's write lock is taken for that
        with self._database.transaction() as connection:
            locked = wanted.with_for_update(skip_locked=True)
            row = connection.execute(locked).mappings().first()
            if row is None:
                return None
            ours = {"tries": row["tries"] + 1, "due_at": now + lease}
            connection.execute(update(table).where(*_at(row)).values(ours))
            return _forward({**row, **ours})

    def settle(self, connection: Connection, forward: Forward, due: datetime | None) -> bool:
        """Write how it stands, and when it is tried next."""
        row = {"case_no": forward.case_no, "key": forward.key, "link": forward.link}
        still = table.c.state.in_((ForwardState.WAITING.value, ForwardState.BY_HAND.value))
        told = {"state": forward.state.value, "due_at": due, "by": forward.by}
        same = table.c.tries == forward.tries
        written = connection.execute(update(table).where(*_at(row), still, same).values(told))
        return written.rowcount == 1

    def _promises(self, wanted: Select[Any]) -> list[Promise]:
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [
            Promise(no, key, hall, at, date.fromisoformat(due), version)
            for no, key, hall, at, due, version in rows
        ]

    def _forwards(self, wanted: Select[Any]) -> list[Forward]:
        with self._database.reading() as connection:
            return [_forward(row) for row in connection.execute(wanted).mappings()]


def _owing(until: date) -> Select[Any]:
    """Promises due by then that no file has kept."""
    kept = materials.alias()
    file = select(kept.c.id).where(
        kept.c.case_no == materials.c.case_no, kept.c.key == materials.c.key, kept.c.digest != ""
    )
    found = select(
        materials.c.case_no, materials.c.key, cases.c.hall, materials.c.at,
        materials.c.deferred_until, materials.c.commitment,
    )  # fmt: skip
    return (
        found.join(cases, cases.c.no == materials.c.case_no)
        .where(materials.c.digest == "", materials.c.deferred_until <= until.isoformat())
        # A promise that persons' documents follow is taken away with the last of them.
        .where(or_(materials.c.about.is_not(None), ~exists(file)))
        .where(cases.c.state.not_in(_FRUITLESS))
        .order_by(materials.c.deferred_until, materials.c.case_no, materials.c.key)
    )


def _happened(kind: str) -> Any:
    """How often that happened to a promise."""
    its = select(func.count()).where(
        events.c.case_no == materials.c.case_no, events.c.kind == kind, events.c.code == materials.c.key
    )  # fmt: skip
    return its.scalar_subquery()


def _promise(case_no: str, key: str) -> tuple[Any, ...]:
    its = materials.c
    return its.case_no == case_no, its.key == key, its.digest == ""


def _at(row: Mapping[str, Any] | Any) -> tuple[Any, ...]:
    return tuple(table.c[name] == row[name] for name in ("case_no", "key", "link"))


def _forward(row: Mapping[str, Any] | Any) -> Forward:
    names = ("case_no", "key", "link", "at", "tries", "by")
    return Forward(**{name: row[name] for name in names}, state=ForwardState(row["state"]))
