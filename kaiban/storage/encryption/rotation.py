"""Sealing every cell anew with the current key, while readers and writers go on.

Where it stands is in the cells themselves: each says which key it was sealed with. A run that was
killed is simply begun again, and a cell written meanwhile is sealed with the current key anyway.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    RowMapping,
    Select,
    Table,
    and_,
    func,
    or_,
    select,
    tuple_,
    update,
)

from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.encryption.keys import INDEX, count_cells
from kaiban.storage.schema import SEALED, keys, metadata

#: What one transaction seals at most, so that nobody waits long for the write lock.
ROWS: Final = 50
BYTES: Final = 4 * 1024 * 1024
#: Seconds between two transactions, in which others get the lock.
PAUSE: Final = 0.01


@dataclass(frozen=True)
class _Batch:
    """How many rows were sealed anew, and where to go on: None at the table's end."""

    rows: int
    last: tuple[Any, ...] | None


def rotate(database: Database, keyring: Keyring) -> Iterator[tuple[str, int]]:
    """Seal anew whatever another key has sealed; tells (table, rows) after each transaction.

    Rows that others hold at the moment are come back to. Raises UnknownKeyError for a cell whose
    key is not on the ring, UnopenableError for one that was altered.
    """
    while _is_left(database, keyring):
        for name in SEALED:
            yield from _through(database, Cells(keyring), metadata.tables[name])


def retire(database: Database, keyring: Keyring, now: datetime) -> list[str]:
    """Write down which keys no cell names any more; gives their ids: they may leave the ring."""
    counts = count_cells(database, keyring)
    free = [name for name, count in counts.items() if name and not count]
    gone = [name for name in free if name != keyring.current]
    with database.transaction() as connection:
        named = keys.c.name.in_(gone) & keys.c.retired_at.is_(None) & (keys.c.name != INDEX)
        connection.execute(update(keys).where(named).values(retired_at=now))
    return gone


def _is_left(database: Database, keyring: Keyring) -> bool:
    with database.reading() as connection:
        return any(
            connection.execute(select(1).select_from(table).where(_stale(table, keyring)).limit(1))
            .first() is not None
            for table in map(metadata.tables.__getitem__, SEALED)
        )  # fmt: skip


def _through(database: Database, cells: Cells, table: Table) -> Iterator[tuple[str, int]]:
    last: tuple[Any, ...] | None = ()
    while last is not None:
        with database.transaction() as connection:
            batch = _sealed_anew(connection, cells, table, last)
        last = batch.last
        time.sleep(PAUSE)
        if batch.rows:
            yield table.name, batch.rows


def _sealed_anew(
    connection: Connection, cells: Cells, table: Table, after: tuple[Any, ...]
) -> _Batch:
    count, size, last = 0, 0, after
    places = connection.execute(_wanted(table, cells.keyring, after)).all()
    for place in places:
        last = tuple(place)
        row = _row(connection, table, last)
        size += _seal(connection, cells, table, row)
        count += 1
        if size >= BYTES:
            return _Batch(count, last)
    return _Batch(count, last if len(places) == ROWS else None)


def _wanted(table: Table, keyring: Keyring, after: tuple[Any, ...]) -> Select[Any]:
    """The places of the next rows; those that somebody else holds are left out, so nobody waits for another."""
    place = list(table.primary_key)
    wanted = select(*place).where(_stale(table, keyring)).order_by(*place).limit(ROWS)
    if after:
        wanted = wanted.where(tuple_(*place) > tuple_(*after))
    return wanted.with_for_update(skip_locked=True, key_share=True)


def _stale(table: Table, keyring: Keyring) -> ColumnElement[bool]:
    start = keyring.label
    return or_(
        *(
            and_(
                table.c[name].is_not(None),
                func.substr(table.c[name], 1, len(start), type_=LargeBinary) != start,
            )
            for name in SEALED[table.name]
        )
    )


def _row(connection: Connection, table: Table, place: tuple[Any, ...]) -> RowMapping:
    return connection.execute(select(table).where(at(table, place))).mappings().one()


def _seal(connection: Connection, cells: Cells, table: Table, row: RowMapping) -> int:
    place = [row[column.name] for column in table.primary_key]
    opened = cells.opened(table, row)
    texts = {name: opened[name] for name in SEALED[table.name] if opened[name] is not None}
    cells.update(connection, table, place, texts)
    return sum(map(len, texts.values()))
