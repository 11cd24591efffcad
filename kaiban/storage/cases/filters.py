"""What of a list of cases can be asked for besides state and owner, as conditions of a statement."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from kaiban.domain.cases.link import LinkState
from kaiban.domain.desk.search_terms import COMPANY, spelled
from kaiban.ports import CaseFilter, Span
from kaiban.storage.cases.indexes import owner_index, reference_index
from kaiban.storage.cases.lists import Wanted, newest
from kaiban.storage.desk.worklist import term_index
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import case_terms, cases, links, steps


def listed(
    connection: Connection, keyring: Keyring, asked: CaseFilter, before: str | None, limit: int
) -> list[str]:
    """The numbers of so many of those cases after the one of a number."""
    return newest(connection, wanted(keyring, asked, before), limit)


def wanted(keyring: Keyring, asked: CaseFilter, before: str | None) -> Wanted:
    """Which cases that are."""
    return Wanted(
        tuple(asked.states),
        None if asked.owner is None else owner_index(keyring, asked.owner),
        before=before,
        more=tuple(_conditions(keyring, asked)),
        few=bool(asked.company or asked.reference),
        by_end=not asked.finished.is_open,
    )


def _conditions(keyring: Keyring, asked: CaseFilter) -> Iterator[ColumnElement[bool]]:
    yield from _within(cases.c.accepted_at, asked.accepted)
    yield from _within(cases.c.finished_at, asked.finished)
    if asked.reference:
        yield cases.c.reference_index == reference_index(keyring, asked.reference)
    if asked.company:
        term = term_index(keyring, (COMPANY, spelled(asked.company)))
        yield cases.c.no.in_(select(case_terms.c.case_no).where(case_terms.c.term == term))
    if asked.link:
        yield _has_link(asked.link, asked.link_state)


def _within(column: ColumnElement[Any], span: Span) -> Iterator[ColumnElement[bool]]:
    if span.since is not None:
        yield column >= span.since
    if span.until is not None:
        yield column < span.until


def _has_link(name: str, state: LinkState | None) -> ColumnElement[bool]:
    """Whether a case has that link, and it stands so: as its first step does that is not done (Link.state)."""
    its = (links.c.case_no == cases.c.no) & (links.c.name == name)
    if state is None:
        return exists().where(its)
    step, before, done = steps.alias("present"), steps.alias("undone"), LinkState.DONE.value
    of_link = (step.c.case_no == cases.c.no) & (step.c.link == name)
    if state is LinkState.DONE:
        return exists().where(its) & ~exists().where(of_link, step.c.state != done)
    # Of the step's own link, not of the case's: a statement two levels up is not seen from here.
    earlier = exists().where(
        before.c.case_no == step.c.case_no,
        before.c.link == step.c.link,
        before.c.position < step.c.position,
        before.c.state != done,
    )
    return exists().where(of_link, _stands(step.c, state), ~earlier)


def _stands(step: Any, state: LinkState) -> ColumnElement[bool]:
    if state is LinkState.PRE_REGISTERED:
        between = and_(step.state == LinkState.WAITING.value, step.position > 0)
        return or_(step.state == state.value, between)
    if state is LinkState.WAITING:
        return and_(step.state == state.value, step.position == 0)
    return and_(step.state == state.value)
