"""Frozen facts of ended cases as rows: written once with the end of each, counted without opening any."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select

from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.cards import Level
from kaiban.domain.hours.clock import midnight
from kaiban.domain.statistics.case_facts import CaseFacts
from kaiban.domain.statistics.spreads import Spread
from kaiban.ports.statistics import Intake, Scope, Subset
from kaiban.storage.database import Database
from kaiban.storage.encryption.encrypted_columns import written
from kaiban.storage.schema import case_facts as facts
from kaiban.storage.schema import case_minutes as minutes
from kaiban.storage.schema import cases

_LINK: Final = "link"
_HOLDER: Final = "holder"
#: What is kept under other names, or beside.
_BESIDE: Final = frozenset({"no", "minutes", "links", "accepted_on", "ended_on"})
_PLAIN: Final = tuple(each.name for each in fields(CaseFacts) if each.name not in _BESIDE)
_GRANTED: Final = facts.c.outcome.in_(
    [CaseState.COMPLETED.value, CaseState.COMPLETED_PARTLY.value]
)


def freeze(connection: Connection, told: CaseFacts) -> None:
    """Write the facts of a case that has ended, unless they are: what is written stays as it was."""
    row = {name: getattr(told, name) for name in _PLAIN}
    days = {"accepted_on": told.accepted_on.isoformat(), "ended_on": told.ended_on.isoformat()}
    if not written(connection, facts, {**row, **days, "case_no": told.no}):
        return
    kept = {_LINK: told.links, _HOLDER: told.minutes}
    rows = [
        {"case_no": told.no, "kind": kind, "name": name, "minutes": count}
        for kind, counts in kept.items()
        for name, count in counts.items()
    ]
    connection.execute(insert(minutes), rows)


def thaw(connection: Connection, no: str) -> None:
    """Forget the facts of a case that goes on after all."""
    for table in (facts, minutes):
        connection.execute(delete(table).where(table.c.case_no == no))


class SqlFigures:
    """What is counted of the facts (kaiban.ports.Figures)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, scope: Scope) -> Mapping[Subset, int]:
        """How many ended cases each subset has."""
        sums = [func.count().filter(condition) for condition in _SUBSETS.values()]
        with self._database.reading() as connection:
            found = connection.execute(select(*sums).where(*_ended(scope))).one()
        return dict(zip(_SUBSETS, found, strict=True))

    def times(self, scope: Scope) -> Spread:
        """Working minutes of the granted cases."""
        asked = (
            select(facts.c.used, func.count())
            .where(*_ended(scope), _GRANTED)
            .group_by(facts.c.used)
        )
        with self._database.reading() as connection:
            return Spread(dict(map(tuple, connection.execute(asked))))

    def links(self, scope: Scope) -> Mapping[str, Spread]:
        """Working minutes in which each link's department had the granted ones in hand."""
        asked = (
            select(minutes.c.name, minutes.c.minutes, func.count())
            .join_from(facts, minutes, minutes.c.case_no == facts.c.case_no)
            .where(*_ended(scope), _GRANTED, minutes.c.kind == _LINK)
            .group_by(minutes.c.name, minutes.c.minutes)
        )
        found: dict[str, dict[int, int]] = {}
        with self._database.reading() as connection:
            for name, used, count in connection.execute(asked):
                found.setdefault(name, {})[used] = count
        return {name: Spread(counts) for name, counts in found.items()}

    def holders(self, scope: Scope) -> Mapping[str, int]:
        """All minutes of the granted cases, by whose they were."""
        asked = (
            select(minutes.c.name, func.sum(minutes.c.minutes))
            .join_from(facts, minutes, minutes.c.case_no == facts.c.case_no)
            .where(*_ended(scope), _GRANTED, minutes.c.kind == _HOLDER)
            .group_by(minutes.c.name)
        )
        with self._database.reading() as connection:
            return {name: int(total) for name, total in connection.execute(asked)}

    def intake(self, scope: Scope) -> Intake:
        """What came in on these days."""
        end = midnight(scope.last) + timedelta(days=1)
        came_in = [cases.c.accepted_at >= midnight(scope.first), cases.c.accepted_at < end]
        if scope.hall:
            came_in.append(cases.c.hall == scope.hall)
        asked = select(cases.c.state, func.count()).where(*came_in).group_by(cases.c.state)
        with self._database.reading() as connection:
            return Intake({CaseState(state): count for state, count in connection.execute(asked)})

    def cases(
        self, scope: Scope, subset: Subset, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, used and promised minutes of so many cases of a subset, those that took longest first."""
        asked = (
            select(facts.c.case_no, facts.c.used, facts.c.promised)
            .where(*_ended(scope), _SUBSETS[subset])
            .order_by(facts.c.used.desc(), facts.c.case_no)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(no, used, promised) for no, used, promised in connection.execute(asked)]


def _ended(scope: Scope) -> list[ColumnElement[bool]]:
    within: list[ColumnElement[bool]] = [
        facts.c.ended_on >= scope.first.isoformat(),
        facts.c.ended_on <= scope.last.isoformat(),
    ]
    if scope.hall:
        within.append(facts.c.hall == scope.hall)
    return within


#: The cases behind each figure; a promise is kept or broken only by what was granted.
_SUBSETS: Final[Mapping[Subset, ColumnElement[Any]]] = {
    Subset.GRANTED: _GRANTED,
    Subset.IN_TIME: and_(_GRANTED, facts.c.used <= facts.c.promised),
    Subset.LATE: and_(_GRANTED, facts.c.used > facts.c.promised),
    Subset.YELLOW: facts.c.level == Level.YELLOW.value,
    Subset.RED: facts.c.level == Level.RED.value,
    Subset.SENT_BACK: facts.c.sent_back > 0,
    Subset.PROVISIONAL: facts.c.provisional,
    Subset.REFUSED: facts.c.outcome == CaseState.REFUSED.value,
    Subset.WITHDRAWN: facts.c.outcome == CaseState.WITHDRAWN.value,
}
