"""What is counted over frozen facts, without opening a case."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Subquery, and_, exists, func, select, union_all

from kaiban.domain.cases.rating import BAD
from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.cards import Level
from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.domain.statistics.timeline import Timeline
from kaiban.domain.tickets.waits import waited
from kaiban.ports.statistics import Part, Scope, Subset
from kaiban.storage.database import Database
from kaiban.storage.schema import case_facts as facts
from kaiban.storage.schema import case_minutes as minutes
from kaiban.storage.schema import case_timelines as timelines
from kaiban.storage.schema import cases, ratings, tickets, worklist
from kaiban.storage.statistics.conditions import GRANTED, came_in, ended
from kaiban.storage.statistics.freezing import HOLDER, LINK, timeline_read
from kaiban.storage.statistics.marks import SqlMarks

#: What is told of a case one by one, with its number first.
_ROW: Final = (
    "case_no",
    *(each.name for each in fields(CaseRow) if each.name not in ("no", "minutes")),
)
_KEPT: Final = facts.c.used <= facts.c.promised
#: So many characters of a day are the same all through a part, and what makes them its first day.
_PARTS: Final[Mapping[Part, tuple[int, str]]] = {Part.DAY: (10, ""), Part.MONTH: (7, "-01")}
#: Of the case as a whole, not of one of its links.
_WHOLE: Final = ratings.c.link == ""
_RATED: Final = exists().where(ratings.c.case_no == facts.c.case_no, _WHOLE)


class SqlFigures:
    """What is counted of the facts (kaiban.ports.Figures)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.marks = SqlMarks(database)

    def counts(self, scope: Scope) -> Mapping[Subset, int]:
        """How many ended cases each subset has."""
        sums = [func.count().filter(condition) for condition in _SUBSETS.values()]
        with self._database.reading() as connection:
            found = connection.execute(select(*sums).where(*ended(scope))).one()
        return dict(zip(_SUBSETS, found, strict=True))

    def times(self, scope: Scope) -> Spread:
        """Working minutes of the granted cases."""
        asked = (
            select(facts.c.used, func.count()).where(*ended(scope), GRANTED).group_by(facts.c.used)
        )
        with self._database.reading() as connection:
            return Spread({used: int(count) for used, count in connection.execute(asked)})

    def granted_by(self, scope: Scope, part: Part) -> Mapping[date, tuple[Spread, int]]:
        """Working minutes of the granted cases, and how many of these kept their promise, by the first day of each part."""
        length, rest = _PARTS[part]
        day = func.substr(facts.c.ended_on, 1, length)
        asked = (
            select(day, facts.c.used, func.count(), func.count().filter(_KEPT))
            .where(*ended(scope), GRANTED)
            .group_by(day, facts.c.used)
        )
        found: dict[date, dict[int, tuple[int, int]]] = {}
        with self._database.reading() as connection:
            for text, used, count, kept in connection.execute(asked):
                first = date.fromisoformat(text + rest)
                found.setdefault(first, {})[used] = (count, kept)
        return {
            first: (
                Spread({used: count for used, (count, _) in counts.items()}),
                sum(kept for _, kept in counts.values()),
            )
            for first, counts in found.items()
        }

    def links(self, scope: Scope) -> Mapping[str, Spread]:
        """Working minutes in which each link's department had the granted ones in hand."""
        its = _minutes(scope, LINK)
        asked = (
            select(its.c.name, its.c.minutes, func.count())
            .join_from(facts, its, its.c.case_no == facts.c.case_no)
            .where(*ended(scope), GRANTED)
            .group_by(its.c.name, its.c.minutes)
        )
        found: dict[str, dict[int, int]] = {}
        with self._database.reading() as connection:
            for name, used, count in connection.execute(asked):
                found.setdefault(name, {})[used] = count
        return {name: Spread(counts) for name, counts in found.items()}

    def holders(self, scope: Scope) -> Mapping[str, int]:
        """All minutes of the granted cases, by whose they were."""
        its = _minutes(scope, HOLDER)
        asked = (
            select(its.c.name, func.sum(its.c.minutes))
            .join_from(facts, its, its.c.case_no == facts.c.case_no)
            .where(*ended(scope), GRANTED)
            .group_by(its.c.name)
        )
        with self._database.reading() as connection:
            return {name: int(total) for name, total in connection.execute(asked)}

    def ratings(self, scope: Scope) -> Mapping[int, int]:
        """How satisfied those were whose cases ended on these days, with the case as a whole: by level."""
        asked = (
            select(ratings.c.level, func.count())
            .join_from(facts, ratings, (ratings.c.case_no == facts.c.case_no) & _WHOLE)
            .where(*ended(scope))
            .group_by(ratings.c.level)
        )
        with self._database.reading() as connection:
            return {level: int(count) for level, count in connection.execute(asked)}

    def waits(self, scope: Scope) -> Spread:
        """Minutes people waited in the halls on these days until they were called (`CLOCK_RULE` of waits); of days whose tickets are forgotten, none."""
        its = tickets.c
        asked = select(its.arrived_at, its.starts_at, its.called_at).where(
            its.day >= scope.first.isoformat(), its.day <= scope.last.isoformat(),
            its.arrived_at.is_not(None), its.called_at.is_not(None),
        )  # fmt: skip
        if scope.hall:
            asked = asked.where(its.hall == scope.hall)
        with self._database.reading() as connection:
            found = (waited(*row) for row in connection.execute(asked))
            return Spread.of(minutes for minutes in found if minutes is not None)

    def intake(self, scope: Scope) -> Mapping[CaseState, int]:
        """The cases that came in on these days, by what has become of them by now."""
        asked = select(cases.c.state, func.count()).where(*came_in(scope)).group_by(cases.c.state)
        with self._database.reading() as connection:
            return {CaseState(state): count for state, count in connection.execute(asked)}

    def promises_kept(self, scope: Scope) -> Mapping[str, Mapping[int, Share]]:
        """How many of the granted cases were within their promise, by hall and by how many links were wanted."""
        kind = (facts.c.hall, facts.c.asked)
        asked = (
            select(*kind, func.count().filter(_KEPT), func.count())
            .where(*ended(scope), GRANTED)
            .group_by(*kind)
        )
        found: dict[str, dict[int, Share]] = {}
        with self._database.reading() as connection:
            for hall, links, kept, granted in connection.execute(asked):
                found.setdefault(hall, {})[links] = Share(kept, granted)
        return found

    def lengths(self, scope: Scope) -> Mapping[str, tuple[Spread, Spread]]:
        """Working minutes of the cases that came in on these days, by hall: of the granted ones, and of those still open so far."""
        days = (
            facts.c.accepted_on >= scope.first.isoformat(),
            facts.c.accepted_on <= scope.last.isoformat(),
        )
        done = select(facts.c.hall, facts.c.used, func.count()).where(*days, GRANTED)
        lasting = (
            select(worklist.c.hall, worklist.c.used, func.count())
            .join_from(cases, worklist, worklist.c.case_no == cases.c.no)
            .where(*came_in(scope), ~worklist.c.ended, worklist.c.used.is_not(None))
        )
        if scope.hall:
            done = done.where(facts.c.hall == scope.hall)
        found: dict[str, tuple[dict[int, int], dict[int, int]]] = {}
        with self._database.reading() as connection:
            for place, asked in enumerate((done, lasting)):
                for hall, used, count in connection.execute(
                    asked.group_by(*asked.selected_columns[:2])
                ):
                    found.setdefault(hall, ({}, {}))[place][used] = count
        return {hall: (Spread(over), Spread(still)) for hall, (over, still) in found.items()}

    def timelines(self, scope: Scope, limit: int) -> Sequence[tuple[Timeline, int]]:
        """Who had the granted cases in hand when, and the minutes they used as frozen; so many of them, those that ended last."""
        asked = (
            select(
                facts.c.case_no, facts.c.hall, facts.c.promised, facts.c.used, timelines.c.timeline
            )
            .join_from(facts, timelines, timelines.c.case_no == facts.c.case_no)
            .where(*ended(scope), GRANTED)
            .order_by(facts.c.ended_on.desc(), facts.c.case_no.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            found = connection.execute(asked)
            return [
                (timeline_read(no, hall, promised, text), used)
                for no, hall, promised, used, text in found
            ]

    def held(
        self, scope: Scope, holder: str, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number of so many granted cases, the minutes that holder had, and all minutes used; those with most first."""
        its = _minutes(scope, HOLDER)
        asked = (
            select(facts.c.case_no, its.c.minutes, facts.c.used)
            .join_from(facts, its, its.c.case_no == facts.c.case_no)
            .where(*ended(scope), GRANTED, its.c.name == holder, its.c.minutes > 0)
            .order_by(its.c.minutes.desc(), facts.c.case_no)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(no, its, used) for no, its, used in connection.execute(asked)]

    def rows(self, scope: Scope, limit: int) -> Sequence[CaseRow]:
        """So many of the ended cases one by one, in the order in which they ended."""
        asked = (
            select(*(getattr(facts.c, name) for name in _ROW))
            .where(*ended(scope))
            .order_by(facts.c.ended_on, facts.c.case_no)
            .limit(limit)
        )
        ids = asked.with_only_columns(facts.c.case_no).subquery()
        whose = select(minutes.c.case_no, minutes.c.name, minutes.c.minutes).join_from(
            ids, minutes, (minutes.c.case_no == ids.c.case_no) & (minutes.c.kind == HOLDER)
        )
        held: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for no, holder, count in connection.execute(whose):
                held.setdefault(no, {})[holder] = count
            found = connection.execute(asked).mappings()
            return [_row(each, held.get(each["case_no"], {})) for each in found]

    def cases(
        self, scope: Scope, subset: Subset, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, used and promised minutes of so many cases of a subset, those that took longest first."""
        asked = (
            select(facts.c.case_no, facts.c.used, facts.c.promised)
            .where(*ended(scope), _SUBSETS[subset])
            .order_by(facts.c.used.desc(), facts.c.case_no)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(no, used, promised) for no, used, promised in connection.execute(asked)]


def _minutes(scope: Scope, kind: str) -> Subquery:
    """The minutes of which a figure over these days is made: joined to the facts alone, all there ever were would be read.

    Those without a day, written by the release before, are among them; whoever asks joins the facts.
    """
    day = minutes.c.ended_on
    within = and_(day >= scope.first.isoformat(), day <= scope.last.isoformat())
    its = select(minutes.c.case_no, minutes.c.name, minutes.c.minutes).where(
        minutes.c.kind == kind
    )
    return union_all(its.where(within), its.where(day.is_(None))).subquery()


def _row(row: RowMapping, minutes: Mapping[str, int]) -> CaseRow:
    """Cells by name; days and outcome as what they are."""
    told = {name: cell for name, cell in row.items() if name != "case_no"}
    days = {name: date.fromisoformat(told[name]) for name in ("accepted_on", "ended_on")}
    cells: dict[str, Any] = told | days | {"outcome": CaseState(told["outcome"])}
    return CaseRow(no=row["case_no"], minutes=minutes, **cells)


#: The cases behind each figure; a promise is kept or broken only by what was granted.
_SUBSETS: Final[Mapping[Subset, ColumnElement[Any]]] = {
    Subset.GRANTED: GRANTED,
    Subset.WITHIN_PROMISE: and_(GRANTED, _KEPT),
    Subset.LATE: and_(GRANTED, ~_KEPT),
    Subset.YELLOW: facts.c.level == Level.YELLOW.value,
    Subset.RED: facts.c.level == Level.RED.value,
    Subset.SENT_BACK: facts.c.sent_back > 0,
    Subset.PROVISIONAL: facts.c.provisional,
    Subset.REFUSED: facts.c.outcome == CaseState.REFUSED.value,
    Subset.WITHDRAWN: facts.c.outcome == CaseState.WITHDRAWN.value,
    Subset.RATED: _RATED,
    Subset.BADLY_RATED: _RATED.where(ratings.c.level <= BAD),
}
