"""Reading and writing rows with their sealed cells."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, and_, insert, update

from kaiban.storage.database import inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import SEALED


class Cells:
    """Seals what is written and opens what is read; which cells, says ``schema.SEALED``."""

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    def insert(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Write a new row, given with its primary key."""
        place = [row[column.name] for column in table.primary_key]
        connection.execute(insert(table).values(self._sealed(table, row, place)))

    def insert_new(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
        """Write a new row unless one is in its way by a key; whether it was written.

        On PostgreSQL somebody else's that is not committed yet is waited for.
        """
        place = [row[column.name] for column in table.primary_key]
        return written(connection, table, self._sealed(table, row, place))

    def put(self, connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
        """Write the row, in place of one with the same primary key if there is one."""
        key = [column.name for column in table.primary_key]
        sealed = self._sealed(table, row, [row[name] for name in key])
        new = inserting(connection, table).values(sealed)
        others = {name: sealed[name] for name in sealed if name not in key}
        connection.execute(new.on_conflict_do_update(index_elements=key, set_=others))

    def update(
        self,
        connection: Connection,
        table: Table,
        place: Iterable[Any],
        changed: Mapping[str, Any],
    ) -> None:
        """Write the changed cells of the row with that primary key."""
        key = list(place)
        sealed = self._sealed(table, changed, key)
        connection.execute(update(table).where(at(table, key)).values(sealed))

    def opened(self, table: Table, row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
        """The row as it was before it was sealed."""
        place = [row[column.name] for column in table.primary_key]
        cells = {
            name: self.keyring.open(row[name], table.name, name, *place)
            for name in SEALED.get(table.name, ())
            if row.get(name) is not None
        }
        return {**row, **cells}

    def _sealed(self, table: Table, row: Mapping[str, Any], place: list[Any]) -> dict[str, Any]:
        cells = {
            name: self.keyring.seal(row[name], table.name, name, *place)
            for name in SEALED.get(table.name, ())
            if row.get(name) is not None
        }
        return {**row, **cells}


def written(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Write a row without sealed cells unless one is in its way by a key; whether it was written."""
    new = inserting(connection, table).values(row).on_conflict_do_nothing()
    # Asked for what was written: how many rows an INSERT wrote drivers tell as they like.
    return connection.execute(new.returning(*table.primary_key)).first() is not None


def at(table: Table, place: Iterable[Any]) -> ColumnElement[bool]:
    """The condition that finds the row with that primary key."""
    pairs = zip(table.primary_key, place, strict=True)
    return and_(*(column == value for column, value in pairs))
