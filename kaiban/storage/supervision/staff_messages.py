"""What staff are told, and programs of cards, as an outbox of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from kaiban.domain.messages.alert import Alert
from kaiban.domain.messages.notification import Message, MessageState
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import staff_messages as table

_OVER: Final = (MessageState.ACCEPTED.value, MessageState.FAILED.value)
#: So many rows one transaction drops, so that nobody waits long for the write lock.
_BATCH: Final = 500


class StaffMessages(MessageRows):
    """Where they are kept (kaiban.ports.supervision.StaffOutbox), and a queue (kaiban.ports.MessageQueue)."""

    table = table

    def add(self, connection: Connection, message: Message, login: str, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""
        its = {"login": login, "case_no": message.case_no, "number": message.seq}
        row = {**message_row(message, at), **its, "webhook": message.webhook or None}
        self._cells.insert(connection, table, row)

    def forget(self, before: datetime) -> int:
        """Drop what was written before then and is over; how many there were."""
        old = (table.c.written_at < before) & table.c.state.in_(_OVER)
        some, count = select(table.c.id).where(old).limit(_BATCH), 0
        while True:
            with self._database.transaction() as connection:
                gone = connection.execute(delete(table).where(table.c.id.in_(some))).rowcount
            count += gone
            if not gone:
                return count

    def _message(self, row: Mapping[str, Any]) -> Message:
        found = read_message(row, Alert, row["case_no"], row["number"])
        return replace(found, webhook=row["webhook"] or "")
