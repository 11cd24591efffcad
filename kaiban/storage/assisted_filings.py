"""Forms that staff fill in for somebody, as rows beside the forms' own; who is there is sealed."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from kaiban.domain.assisted import AssistedFiling
from kaiban.ports import FilingNotFound
from kaiban.storage import assisted_cells as cells
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.filings import place_of
from kaiban.storage.schema import assisted_filings as table
from kaiban.storage.schema import filings

_PLAIN = ("number", "hall", "held_by", "begun_at", "parked_at", "printed", "own")


class SqlAssistedFilings:
    """Where they are kept (kaiban.ports.AssistedFilings)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def add(self, assisted: AssistedFiling) -> bool:
        """Write a new one; False, and nothing is written, if its number is another's."""
        row = {**self._row(assisted), "place": self._place(assisted)}
        with self._database.transaction() as connection:
            return self._cells.insert_new(connection, table, row)

    def get(self, number: str) -> AssistedFiling:
        """The one of that number; raises FilingNotFound."""
        with self._database.reading() as connection:
            return self._got(connection, number)

    def of_filing(self, filing_id: str) -> AssistedFiling | None:
        """The one of that form; None if nobody at a desk has it."""
        with self._database.reading() as connection:
            return self._first(connection, self._of_filing(filing_id))

    def look(self, connection: Connection, filing_id: str) -> AssistedFiling | None:
        """The same, as the transaction sees it; nobody changes it before that ends."""
        return self._first(connection, self._of_filing(filing_id).with_for_update())

    def change(
        self, number: str, change: Callable[[AssistedFiling], AssistedFiling]
    ) -> AssistedFiling:
        """Write what becomes of it, with nobody in between; raises FilingNotFound."""
        with self._database.transaction() as connection:
            return self.change_in(connection, number, change)

    def change_in(
        self,
        connection: Connection,
        number: str,
        change: Callable[[AssistedFiling], AssistedFiling],
    ) -> AssistedFiling:
        """The same in the caller's transaction."""
        lock = select(table.c.number).where(table.c.number == number).with_for_update()
        connection.execute(lock)
        found = self._got(connection, number)
        changed = change(found)
        if changed != found:
            self._cells.update(connection, table, (number,), self._row(changed))
        return changed

    def unfinished(self, hall: str, limit: int = 100) -> list[AssistedFiling]:
        """Those of a hall whose form is no case yet, the latest first; "" for every hall."""
        wanted = (
            select(table)
            .join(filings, filings.c.place == table.c.place)
            .where(filings.c.case_no.is_(None))
            .order_by(filings.c.saved_at.desc(), table.c.number)
            .limit(limit)
        )
        if hall:
            wanted = wanted.where(table.c.hall == hall)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [_assisted(self._cells.opened(table, row)) for row in rows]

    def _of_filing(self, filing_id: str) -> Select[Any]:
        place = place_of(self._cells.keyring, filing_id)
        return select(table).where(table.c.place == place).order_by(table.c.begun_at).limit(1)

    def _first(self, connection: Connection, wanted: Select[Any]) -> AssistedFiling | None:
        row = connection.execute(wanted).mappings().first()
        return None if row is None else _assisted(self._cells.opened(table, row))

    def _got(self, connection: Connection, number: str) -> AssistedFiling:
        wanted = select(table).where(at(table, (number,)))
        found = self._first(connection, wanted)
        if found is None:
            raise FilingNotFound
        return found

    def _place(self, assisted: AssistedFiling) -> str:
        return place_of(self._cells.keyring, assisted.filing_id)

    def _row(self, assisted: AssistedFiling) -> dict[str, Any]:
        return {
            "filing": assisted.filing_id.encode(),
            "filer": cells.filer_cell(assisted.filer),
            "staff": list(assisted.staff),
            "confirmation": cells.confirmation_cell(assisted.confirmation),
            "copied": cells.copied_cell(assisted.copied),
            "deciding": assisted.deciding or None,
            "rephoned": cells.rephoned_cell(assisted.rephoned),
            **{name: getattr(assisted, name) for name in _PLAIN},
        }


def _assisted(row: Mapping[str, Any]) -> AssistedFiling:
    return AssistedFiling(
        filing_id=row["filing"].decode(),
        filer=cells.filer(row["filer"]),
        staff=tuple(row["staff"]),
        confirmation=cells.confirmation(row["confirmation"]),
        copied=cells.copied(row["copied"]),
        deciding=row["deciding"] or "",
        rephoned=cells.rephoned(row["rephoned"]),
        **{name: row[name] for name in _PLAIN},
    )
