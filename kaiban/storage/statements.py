"""Statements made once: for the short ones of a case, making them anew costs more than running them.

SQLAlchemy keeps what it has compiled by a statement's structure; a statement that is the same object also keeps
the name of that structure.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, Table, Update, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

#: Before the name of a column that tells where a row is, and not what becomes of it.
_AT = "at_"


@cache
def inserting_into(table: Table) -> Insert:
    """An INSERT of a row given as parameters."""
    return insert(table)


@cache
def putting_into(table: Table, columns: frozenset[str], dialect: str) -> Any:
    """An INSERT of these columns that takes the place of a row with the same primary key."""
    key = [column.name for column in table.primary_key]
    new = {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(table)
    others = {name: new.excluded[name] for name in sorted(columns.difference(key))}
    return new.on_conflict_do_update(index_elements=key, set_=others)


@cache
def updating(table: Table) -> Update:
    """An UPDATE of one row: what changes, and ``place``, given as parameters."""
    return update(table).where(
        *(column == bindparam(_AT + column.name) for column in table.primary_key)
    )


def place(table: Table, key: Iterable[Any]) -> dict[str, Any]:
    """The parameters that tell ``updating`` which row."""
    pairs = zip(table.primary_key, key, strict=True)
    return {_AT + column.name: value for column, value in pairs}


@cache
def rows_of_cases(table: Table, column: str, order: tuple[str, ...]) -> Select[Any]:
    """The rows whose column is one of the parameter ``numbers``, in that order."""
    wanted = table.c[column].in_(bindparam("numbers", expanding=True))
    return select(table).where(wanted).order_by(*(table.c[name] for name in order))
