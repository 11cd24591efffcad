"""In which order cases were written last, so that the feed of changes skips none.

A change gets its number while its transaction runs, and transactions do not end in the order they began in. On SQLite only one
writes at a time, and the number is the next one. On PostgreSQL it is the transaction's own: the feed goes only as far as the oldest
transaction that still runs, since nothing that ends later can have a smaller number. Cases written in one transaction share it.

A dump brought into another server meets smaller numbers of transactions there: a new epoch begins with a base above all there is.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    cast,
    func,
    literal_column,
    select,
    text,
    tuple_,
)

from kaiban.ports import FeedPlace
from kaiban.storage.schema import cases, epochs

_BASE = func.coalesce(select(func.max(epochs.c.base)).scalar_subquery(), 0)
_XACT: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint", BigInteger)
_XMIN: ColumnElement[int] = literal_column(
    "pg_snapshot_xmin(pg_current_snapshot())::text::bigint", BigInteger
)
_LAST = func.coalesce(select(func.max(cases.c.change)).scalar_subquery(), 0)
_NEXT: Final = {"sqlite": select(_LAST + 1), "postgresql": select(_XACT + _BASE)}
#: A number no transaction of this server had when we looked is one of another server's.
_BASE_ANEW: Final = text("""
    SELECT CASE WHEN last >= base + greatest(pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
                                             coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0) + 1) THEN last ELSE base END
    FROM (SELECT coalesce((SELECT max(change) FROM cases), 0) AS last,
                 coalesce((SELECT max(base) FROM epochs), 0) AS base) AS known""")


def next_change(connection: Connection) -> int:
    """The number of what is written in this transaction."""
    return int(connection.execute(_NEXT[connection.dialect.name]).scalar_one())


def base_of_new_epoch(connection: Connection) -> int:
    """What numbers of transactions are counted from, from now on."""
    if connection.dialect.name == "sqlite":
        return 0  # numbers there are ours
    return int(connection.execute(_BASE_ANEW).scalar_one())


def changed(owner_index: str | None, after: FeedPlace, limit: int, dialect: str) -> Select[Any]:
    """The statement for so many (change, number of the case), of an owner or all, behind that place."""
    c = cases.c
    conditions: Sequence[ColumnElement[bool]] = [
        tuple_(c.change, c.no) > tuple_(cast(after.change, c.change.type), after.no)
    ]
    if owner_index is not None:
        conditions = [c.owner_index == owner_index, *conditions]
    if dialect != "sqlite":
        conditions = [*conditions, c.change < _XMIN + _BASE]
    return select(c.change, c.no).where(*conditions).order_by(c.change, c.no).limit(limit)
