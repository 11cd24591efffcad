"""Of which rows a figure is counted."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table

from kaiban.domain.cases.states import GRANTED as GRANTED_STATES
from kaiban.domain.hours.clock import midnight
from kaiban.ports.statistics import Scope
from kaiban.storage.schema import case_facts as facts
from kaiban.storage.schema import cases

GRANTED: Final = facts.c.outcome.in_(sorted(state.value for state in GRANTED_STATES))


def ended(scope: Scope, table: Table = facts) -> list[ColumnElement[bool]]:
    """The rows of cases that ended on these days; the table has day and hall."""
    within: list[ColumnElement[bool]] = [
        table.c.ended_on >= scope.first.isoformat(),
        table.c.ended_on <= scope.last.isoformat(),
    ]
    return [*within, table.c.hall == scope.hall] if scope.hall else within


def came_in(scope: Scope) -> list[ColumnElement[bool]]:
    """The cases, ended or not, that came in on these days."""
    return on_days(scope, cases.c.accepted_at)


def on_days(scope: Scope, at: Column[Any]) -> list[ColumnElement[bool]]:
    """The rows whose instant lies on these days; their table has a hall."""
    within: list[ColumnElement[bool]] = [
        at >= midnight(scope.first),
        at < midnight(scope.last) + timedelta(days=1),
    ]
    return [*within, at.table.c.hall == scope.hall] if scope.hall else within
