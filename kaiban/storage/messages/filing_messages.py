"""The outbox of forms: what people are told of a form, be it a case by now or not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kaiban.domain.filing import FilingNews
from kaiban.domain.messages.notification import Message
from kaiban.storage.filings import place_of
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import filing_messages


class FilingMessages(MessageRows):
    """Where they are kept, and a queue of them (kaiban.ports.FilingOutbox)."""

    table = filing_messages

    def add(self, connection: Connection, filing_id: str, message: Message, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""
        row = {**message_row(message, at), "place": self._place(filing_id)}
        self._cells.insert(connection, self.table, row)

    def of_filing(self, filing_id: str) -> list[Message]:
        """What was told of the form, in order."""
        its = self.table.c
        wanted = select(self.table).where(its.place == self._place(filing_id))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(its.written_at, its.id)).mappings().all()
        return [self._message(self._cells.opened(self.table, row)) for row in rows]

    def _message(self, row: Mapping[str, Any]) -> Message:
        return read_message(row, FilingNews)

    def _place(self, filing_id: str) -> str:
        return place_of(self._cells.keyring, filing_id)
