"""Case files that staff asked for, as rows; sealed, and gone after a day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from kaiban.ports.cases.files import Order
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import case_files as table

_PLAIN = (table.c.case_no, table.c.by, table.c.asked_at, table.c.made_at, table.c.ready)


class SqlCaseFiles:
    """Where they lie (kaiban.ports.cases.files.CaseFiles)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def ask(self, connection: Connection, order: Order) -> None:
        """Let one be made, in place of what was made before; one that waits already goes on waiting."""
        waits = select(table.c.case_no).where(
            table.c.case_no == order.case_no, table.c.made_at.is_(None)
        )
        if connection.execute(waits).first() is None:
            self._cells.put(connection, table, {**vars(order), "content": None})

    def standing(self, no: str) -> Order | None:
        """How the case's stands; None if nobody has asked lately."""
        with self._database.reading() as connection:
            asked = select(*_PLAIN).where(table.c.case_no == no)
            found = connection.execute(asked).mappings().first()
        return _order(found) if found else None

    def content(self, no: str) -> bytes | None:
        """The file; None as long as there is none."""
        with self._database.reading() as connection:
            found = (
                connection.execute(select(table).where(table.c.case_no == no)).mappings().first()
            )
        content: bytes | None = self._cells.opened(table, found)["content"] if found else None
        return content

    def next(self) -> Order | None:
        """The one that waits longest."""
        waiting = select(*_PLAIN).where(table.c.made_at.is_(None))
        with self._database.reading() as connection:
            found = (
                connection.execute(waiting.order_by(table.c.asked_at).limit(1)).mappings().first()
            )
        return _order(found) if found else None

    def keep(self, order: Order, content: bytes | None, at: datetime) -> None:
        """It was made, or (None) could not be."""
        made = {**vars(order), "made_at": at, "ready": content is not None, "content": content}
        with self._database.transaction() as connection:
            self._cells.put(connection, table, made)

    def drop(self, before: datetime) -> int:
        """Forget those made before then; how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(delete(table).where(table.c.made_at < before)).rowcount


def _order(row: Mapping[Any, Any]) -> Order:
    return Order(**row)
