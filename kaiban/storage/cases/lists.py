"""Lists of cases: which are on a page, by indexes alone, and their lines, by rows that need no opening of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    TextClause,
    func,
    literal,
    select,
    tuple_,
    union_all,
)

from kaiban.domain.cases.states import CaseState
from kaiban.domain.pointer import value_at
from kaiban.ports import CaseLine
from kaiban.storage import codec
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import cases, events, links, notices, worklist
from kaiban.storage.schema.cases import COPIED, REPEATING


@dataclass(frozen=True)
class Wanted:
    """Which cases: of these states (none: of any), of an owner, of a hall ("": of any), older than the one of a number.

    ``more`` is asked of each besides; if ``few`` are left by that, they are found by it and not by their state.
    With ``by_end`` those that ended last come first, and no others.
    """

    states: tuple[CaseState, ...] = ()
    owner_index: str | None = None
    hall: str = ""
    before: str | None = None
    more: tuple[ColumnElement[bool], ...] = ()
    few: bool = False
    by_end: bool = False

    @property
    def at(self) -> ColumnElement[Any]:
        """By when they are in order."""
        return cases.c.finished_at if self.by_end else cases.c.accepted_at


def newest(connection: Connection, wanted: Wanted, limit: int) -> list[str]:
    """The numbers of so many of those cases, the newest first; none before a number that no case has."""
    place = older_than(connection, wanted.before, wanted.at)
    return [] if place is None else list(connection.scalars(page(wanted, place, limit)))


def page(wanted: Wanted, place: Sequence[ColumnElement[bool]], limit: int) -> Select[tuple[str]]:
    """The statement for the numbers: one run of an index for each state, merged.

    An index that begins with the state has the order of a page within one state only. So each is asked for so many, and
    no more is ever looked at, however many cases there are of that state or another.
    """
    c = cases.c
    conditions = [*place, *wanted.more]
    if wanted.hall:
        conditions.append(c.hall == wanted.hall)
    if wanted.owner_index is not None:
        conditions.append(c.owner_index == wanted.owner_index)
    if wanted.few or wanted.by_end or (wanted.owner_index is None and not wanted.states):
        of_state = [c.state.in_(sorted(set(wanted.states)))] if wanted.states else []
        return _run([c.no], [*conditions, *of_state], limit, wanted.at)
    states = sorted(set(wanted.states or CaseState))
    runs = [_run([c.no, c.accepted_at], [*conditions, c.state == each], limit) for each in states]
    merged = union_all(*(select(run.subquery()) for run in runs)).subquery()
    order = merged.c.accepted_at.desc(), merged.c.no.desc()
    return select(merged.c.no).order_by(*order).limit(limit)


def drafting(hall: str, limit: int) -> Select[Any]:
    """The statement for so many cases, of that hall ("": any), whose next notice is being gathered, what goes out first first."""
    c = cases.c
    wanted = select(c.no).where(c.notice_due.is_not(None))
    if hall:
        wanted = wanted.where(c.hall == hall)
    return wanted.order_by(c.notice_due, c.no).limit(limit)


def copied(hall: str, limit: int) -> Select[Any]:
    """The statement for cases, of that hall ("": any), in which the latest of what supervisors are told of happened."""
    of_events = _told(events, events.c.at, COPIED, hall, limit)
    of_notices = _told(notices, notices.c.issued_at, REPEATING, hall, limit)
    merged = union_all(select(of_events), select(of_notices)).subquery()
    no, at = merged.c
    return select(no).group_by(no).order_by(func.max(at).desc(), no).limit(limit)


def _told(
    table: Table, at: ColumnElement[Any], which: TextClause, hall: str, limit: int
) -> Subquery:
    """So many of them, the latest, by the index that holds no others."""
    found = select(table.c.case_no, at).where(which)
    if hall:  # asked of each of the few, and not the other way round
        its = select(cases.c.no).where(cases.c.no == table.c.case_no, cases.c.hall == hall)
        found = found.where(its.exists())
    return found.order_by(at.desc()).limit(limit).subquery()


def lines(connection: Connection, cells: Cells, numbers: Sequence[str]) -> list[CaseLine]:
    """The lines of those cases, in that order."""
    c = cases.c
    asked = select(
        c.no, c.state, c.accepted_at, c.promise, c.finished_at, c.reference, c.withdrawing
    )
    found = connection.execute(asked.where(c.no.in_(numbers))).mappings()
    rows = {row["no"]: cells.opened(cases, row) for row in found}
    chosen = _links(connection, numbers)
    companies = _companies(connection, cells, numbers)
    return [
        CaseLine(
            no,
            CaseState(row["state"]),
            row["accepted_at"],
            row["promise"],
            chosen[no],
            companies[no],
            row["finished_at"],
            (row["reference"] or b"").decode(),
            row["withdrawing"],
        )
        for no in numbers
        if (row := rows.get(no))
    ]


def _run(
    columns: Sequence[ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]],
    limit: int,
    at: ColumnElement[Any] = cases.c.accepted_at,
) -> Select[Any]:
    found = select(*columns).where(*conditions)
    return found.order_by(at.desc(), cases.c.no.desc()).limit(limit)


def older_than(
    connection: Connection, before: str | None, at: ColumnElement[Any] = cases.c.accepted_at
) -> list[ColumnElement[bool]] | None:
    """The condition of coming after the case of that number in that order; None if there is no such case in it."""
    if before is None:
        return []
    c = cases.c
    last = connection.execute(select(at, c.no).where(c.no == before, at.is_not(None))).first()
    if last is None:
        return None
    there = tuple_(literal(last[0], at.type), literal(last.no, c.no.type))
    return [tuple_(at, c.no) < there]


def _links(connection: Connection, numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    c = links.c
    asked = select(c.case_no, c.name).where(c.case_no.in_(numbers)).order_by(c.position)
    found: dict[str, tuple[str, ...]] = dict.fromkeys(numbers, ())
    for no, name in connection.execute(asked):
        found[no] = (*found[no], name)
    return found


def _companies(connection: Connection, cells: Cells, numbers: Sequence[str]) -> dict[str, str]:
    """The companies by number: from the worklist's line, or from the form of a case whose line is still to be made."""
    c = worklist.c
    asked = select(c.case_no, c.names).where(c.case_no.in_(numbers))
    opened = [cells.opened(worklist, row) for row in connection.execute(asked).mappings()]
    found: dict[str, str] = {row["case_no"]: codec.loads(row["names"])[0] for row in opened}
    rest = [no for no in numbers if no not in found]
    return found | _companies_in_forms(connection, cells, rest) if rest else found


def _companies_in_forms(
    connection: Connection, cells: Cells, numbers: Sequence[str]
) -> dict[str, str]:
    asked = select(cases.c.no, cases.c.form).where(cases.c.no.in_(numbers))
    opened = [cells.opened(cases, row) for row in connection.execute(asked).mappings()]
    forms = {row["no"]: codec.loads(row["form"]) for row in opened}
    return {no: str(value_at(form, "company.name.full") or "") for no, form in forms.items()}
