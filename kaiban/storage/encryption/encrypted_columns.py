"""Reading and writing rows with their sealed cells."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_

from kaiban.storage.database import inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import SEALED
from kaiban.storage.statements import inserting_into, place, putting_into, updating


class Cells:
    """Seals what is written and opens what is read; which cells, says ``schema.SEALED``."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Write a new row, given with its primary key."""
        self.insert_all(connection, table, [row])

    def insert_all(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Write new rows of the same columns, each given with its primary key."""
        sealed = [self._sealed(table, row, _key_of(table, row)) for row in rows]
        connection.execute(inserting_into(table), sealed)

    def insert_new(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
        """Write a new row unless one is in its way by a key; whether it was written.

        On PostgreSQL somebody else's that is not committed yet is waited for.
        """
        return written(connection, table, self._sealed(table, row, _key_of(table, row)))

    def put(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Write the row, in place of one with the same primary key if there is one."""
        sealed = self._sealed(table, row, _key_of(table, row))
        new = putting_into(table, frozenset(sealed), connection.dialect.name)
        connection.execute(new, sealed)

    def update(
        self,
        connection: Connection,
        table: Table,
        key: Iterable[Any],
        changed: Mapping[str, Any],
    ) -> None:
        """Write the changed cells of the row with that primary key."""
        self.update_all(connection, table, [(key, changed)])

    def update_all(
        self,
        connection: Connection,
        table: Table,
        rows: Iterable[tuple[Iterable[Any], Mapping[str, Any]]],
    ) -> None:
        """The same for rows of which the same cells have changed."""
        given = [(list(key), changed) for key, changed in rows]
        sealed = [
            {**self._sealed(table, changed, key), **place(table, key)} for key, changed in given
        ]
        connection.execute(updating(table), sealed)

    def opened(self, table: Table, row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
        """The row as it was before it was sealed."""
        key = _key_of(table, row)
        cells = {
            name: self.keyring.open(row[name], table.name, name, *key)
            for name in SEALED.get(table.name, ())
            if row.get(name) is not None
        }
        return {**row, **cells}

    def _sealed(self, table: Table, row: Mapping[str, Any], key: list[Any]) -> dict[str, Any]:
        cells = {
            name: self.keyring.seal(row[name], table.name, name, *key)
            for name in SEALED.get(table.name, ())
            if row.get(name) is not None
        }
        return {**row, **cells}


def _key_of(table: Table, row: Mapping[str, Any] | RowMapping) -> list[Any]:
    return [row[column.name] for column in table.primary_key]


def written(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Write a row without sealed cells unless one is in its way by a key; whether it was written."""
    new = inserting(connection, table).values(row).on_conflict_do_nothing()
    # Asked for what was written: how many rows an INSERT wrote drivers tell as they like.
    return connection.execute(new.returning(*table.primary_key)).first() is not None


def at(table: Table, place: Iterable[Any]) -> ColumnElement[bool]:
    """The condition that finds the row with that primary key."""
    pairs = zip(table.primary_key, place, strict=True)
    return and_(*(column == value for column, value in pairs))
