"""The worklist as rows: written with each case in its transaction, read without opening any."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    tuple_,
)

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.domain.city import City
from kaiban.domain.desk.search_terms import Term, terms_of
from kaiban.domain.desk.worklist import COLLECT, Entry, Source, entry_of, rules_of
from kaiban.domain.statistics.case_facts import facts_of, has_ended_before
from kaiban.ports.desk.worklist import Lane, View, Wanted
from kaiban.storage import codec
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import case_terms, cases
from kaiban.storage.schema import worklist as table
from kaiban.storage.statistics.freezing import freeze, thaw

Row = Mapping[str, Any]
#: Characters of a hash: enough that no two terms ever meet by chance, half of the room.
_TERM_CHARACTERS: Final = 32
#: The same of agents, of whom there are fewer: whole lists are read by an index that has it in every row.
_AGENT_CHARACTERS: Final = 16
#: What is kept under other names, or otherwise.
_OTHERWISE: Final = frozenset(
    {"no", "state", "company", "person", "source", "links", "owed_until", "agent", "withdrawing"}
)
_PLAIN: Final = tuple(each.name for each in fields(Entry) if each.name not in _OTHERWISE)


class LineWriter:
    """Writes the line of a case, and what it is found by, whenever the case is written."""

    def __init__(self, cells: Cells, city: City) -> None:
        self._cells = cells
        self._city = city
        self.rules = rules_of(city)

    def write(self, connection: Connection, found: Case, known: Row | None = None) -> Row:
        """Keep the case's line as it is now, unless it is the ``known`` one; return it."""
        entry = entry_of(found, self._city)
        row = {
            **{name: getattr(entry, name) for name in _PLAIN},
            "case_no": entry.no, "rules": self.rules, "listed": entry.listed, "ended": entry.ended,
            "state": entry.state.value, "source": entry.source.value,
            "names": codec.dumps([entry.company, entry.person]).encode(),
            "links": [[name, title, state.value] for name, title, state in entry.links],
            "owed_until": entry.owed_until and entry.owed_until.isoformat(),
            "agent_index": agent_index(self._cells.keyring, entry.agent),
        }  # fmt: skip
        if row != known:
            self._cells.put(connection, table, row)
            self.freeze(connection, found)
        return row

    def freeze(self, connection: Connection, found: Case) -> None:
        """Write down what figures are made of when a case has ended; one that goes on after all has none."""
        if told := facts_of(found, self._city):
            freeze(connection, told)
        elif has_ended_before(found):
            thaw(connection, found.no)

    def write_terms(self, connection: Connection, found: Case) -> None:
        """Let the case be found by what its form says now, and by nothing else."""
        terms = terms_of(found.form, found.facts, found.filed_by)
        write_terms(connection, self._cells.keyring, found.no, terms)


def write_terms(connection: Connection, keyring: Keyring, no: str, terms: Iterable[Term]) -> None:
    """Let the case be found by these terms alone."""
    wanted = {term_index(keyring, term) for term in terms}
    known = set(connection.scalars(select(case_terms.c.term).where(case_terms.c.case_no == no)))
    if gone := known - wanted:
        its = (case_terms.c.case_no == no) & case_terms.c.term.in_(gone)
        connection.execute(delete(case_terms).where(its))
    if new := sorted(wanted - known):
        connection.execute(insert(case_terms), [{"term": each, "case_no": no} for each in new])


def term_index(keyring: Keyring, term: Term) -> str:
    """By what a term is found."""
    kind, text = term
    return keyring.blind(text, "case_terms", kind)[:_TERM_CHARACTERS]


def agent_index(keyring: Keyring, agent: str) -> str | None:
    """What tells one agent's cases from another's; None where nobody brought it for others."""
    return keyring.blind(agent, "worklist", "agent")[:_AGENT_CHARACTERS] if agent else None


class SqlWorklist:
    """What is read of the worklist (kaiban.ports.Worklist)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def page(self, wanted: Wanted, offset: int, limit: int) -> list[Entry]:
        """So many lines of those wanted, what needs somebody first; the first ``offset`` are left out."""
        place = [*_FIRST.get(wanted.view, ()), *_order(wanted)]
        # The index alone says which; the lines themselves are read for one page only.
        numbers = select(table.c.case_no).where(*_wanted(wanted))
        asked = numbers.order_by(*place).offset(offset).limit(limit)
        with self._database.reading() as connection:
            found = list(connection.scalars(asked))
            return self._lines(connection, found)

    def counts(self, wanted: Wanted) -> Mapping[View, int]:
        """How many lines each view has."""
        sums = [func.count().filter(condition(wanted)) for condition in _VIEWS.values()]
        with self._database.reading() as connection:
            found = connection.execute(select(*sums).where(_listed(wanted))).one()
            crossing = {
                view: connection.scalar(
                    select(func.count()).where(*_wanted(replace(wanted, view=view)))
                )
                for view in _CROSSING
            }
        return dict(zip(_VIEWS, found, strict=True)) | crossing

    def waiting_for_applicants(
        self, began: datetime, active: datetime, after: str, limit: int
    ) -> list[str]:
        """The numbers above that one of cases whose notice is to be answered or whose package is to be fetched."""
        waits = or_(
            table.c.state == CaseState.NEEDS_CORRECTION.value,
            table.c.to_hand_out,
            table.c.passage == COLLECT,
        )
        numbers = select(table.c.case_no).where(
            table.c.listed, waits, table.c.accepted_at <= began, table.c.counted_at >= active,
            table.c.case_no > after,
        )  # fmt: skip
        with self._database.reading() as connection:
            return list(connection.scalars(numbers.order_by(table.c.case_no).limit(limit)))

    def of_terms(self, terms: Iterable[Term], hall: str, limit: int) -> list[Entry]:
        """The cases of that hall, or taken in there (""; of any), that one of the terms leads to: those still in hand first, then the newest."""
        indexes = [term_index(self._cells.keyring, each) for each in terms]
        numbers = (
            select(table.c.case_no)
            .where(table.c.case_no.in_(select(case_terms.c.case_no).where(case_terms.c.term.in_(indexes))), *_seen_in(hall))
            .order_by(table.c.ended, table.c.accepted_at.desc(), table.c.case_no.desc())
            .limit(limit)
        )  # fmt: skip
        with self._database.reading() as connection:
            return self._lines(connection, list(connection.scalars(numbers)))

    def of_cases(self, numbers: Iterable[str]) -> Mapping[str, Entry]:
        """The lines of these cases, by number; of one whose line is still to be made there is none."""
        with self._database.reading() as connection:
            return {each.no: each for each in self._lines(connection, sorted(set(numbers)))}

    def of_case(self, no: str, hall: str) -> Entry | None:
        """The line of one case of that hall, or taken in there ("": of any)."""
        asked = select(table.c.case_no).where(table.c.case_no == no, *_seen_in(hall))
        with self._database.reading() as connection:
            found = self._lines(connection, list(connection.scalars(asked)))
        return found[0] if found else None

    def _lines(self, connection: Connection, numbers: Sequence[str]) -> list[Entry]:
        asked = (
            select(table, cases.c.withdrawing)
            .join_from(table, cases, cases.c.no == table.c.case_no)
            .where(table.c.case_no.in_(numbers))
        )
        rows = {row["case_no"]: row for row in connection.execute(asked).mappings()}
        return [_entry(self._cells.opened(table, rows[no])) for no in numbers if no in rows]


def _entry(row: Mapping[str, Any]) -> Entry:
    company, person = codec.loads(row["names"])
    owed = row["owed_until"]
    return Entry(
        **{name: row[name] for name in _PLAIN},
        no=row["case_no"], state=CaseState(row["state"]), company=company, person=person,
        source=Source(row["source"]),
        links=tuple((name, title, LinkState(state)) for name, title, state in row["links"]),
        owed_until=date.fromisoformat(owed) if owed else None,
        agent=row["agent_index"] or "",
        withdrawing=row["withdrawing"],
    )  # fmt: skip


def _of_hall(hall: str) -> list[ColumnElement[bool]]:
    return [table.c.hall == hall] if hall else []


def _seen_in(hall: str) -> list[ColumnElement[bool]]:
    return [or_(table.c.hall == hall, table.c.intake == hall)] if hall else []


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Which lines a view of a hall has."""
    if wanted.view not in _CROSSING:
        return [_listed(wanted), _VIEWS[wanted.view](wanted)]
    by = _CROSSING[wanted.view]
    its = [by == wanted.hall] if wanted.hall else []
    return [table.c.listed, table.c.intake.is_not(None), *its, *_of_lane(wanted)]


def _listed(wanted: Wanted) -> ColumnElement[bool]:
    return and_(table.c.listed, *_of_hall(wanted.hall), *_of_lane(wanted))


def _of_lane(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.lane is Lane.ALL:
        return []
    by_agents = _by_agents(wanted)
    return [by_agents if wanted.lane is Lane.AGENTS else ~by_agents]


def _by_agents(wanted: Wanted) -> ColumnElement[bool]:
    """Whether whoever brought it has many others open in the same hall."""
    other = table.alias()
    many: Select[Any] = (
        select(other.c.hall, other.c.agent_index)
        .where(other.c.listed, ~other.c.ended, other.c.agent_index.is_not(None))
        .group_by(other.c.hall, other.c.agent_index)
        .having(func.count() >= wanted.many)
    )
    known = func.coalesce(table.c.agent_index, "")
    return tuple_(table.c.hall, known).in_(many)


def _is_red(wanted: Wanted) -> ColumnElement[bool]:
    return ~table.c.ended & (table.c.red_at <= wanted.now)


def _is_yellow(wanted: Wanted) -> ColumnElement[bool]:
    not_red = or_(table.c.red_at.is_(None), table.c.red_at > wanted.now)
    return ~table.c.ended & (table.c.yellow_at <= wanted.now) & not_red


#: What each view has, of what is listed at all.
_VIEWS: Final[Mapping[View, Callable[[Wanted], ColumnElement[bool]]]] = {
    View.OPEN: lambda _: ~table.c.ended,
    View.MINE: lambda wanted: (
        (~table.c.ended | table.c.for_window) & (table.c.holder == wanted.login)
    ),
    View.WINDOW: lambda _: table.c.for_window,
    View.RED: _is_red,
    View.YELLOW: _is_yellow,
    View.DOUBT: lambda _: table.c.in_doubt,
    View.CORRECTED: lambda _: table.c.corrected,
    View.OWED: lambda _: table.c.owed_until.is_not(None),
    View.TO_HAND_OUT: lambda _: table.c.to_hand_out,
    View.NOBODYS: lambda _: ~table.c.ended & (table.c.holder == ""),
}

#: What goes between halls (跨域通办) is counted by an index of its own: by which of the two halls it is a hall's.
_CROSSING: Final[Mapping[View, ColumnElement[str]]] = {
    View.CAME_IN: table.c.hall,
    View.SENT_OUT: table.c.intake,
}

#: By what a view is in order before anything else.
_FIRST: Final[Mapping[View, Sequence[ColumnElement[Any]]]] = {View.OWED: (table.c.owed_until,)}


def _order(wanted: Wanted) -> list[ColumnElement[Any]]:
    """What needs somebody first; of these, what has the least time left."""
    rank = case(
        (_is_red(wanted), 0),
        (table.c.for_window, 1),
        (or_(table.c.in_doubt, table.c.corrected), 2),
        (_is_yellow(wanted), 3),
        (~table.c.ended & table.c.red_at.is_not(None), 4),
        else_=5,
    )
    # Numbers are given in the order in which cases come in.
    return [rank, table.c.red_at.nulls_last(), table.c.case_no]
