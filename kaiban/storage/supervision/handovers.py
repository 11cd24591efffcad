"""What is handed over to supervising departments, as an outbox of its own that never gives up, with the receipts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, select, update

from kaiban.domain.messages.notification import (
    LONGEST_WAIT,
    Answer,
    Message,
    MessageState,
    Verdict,
)
from kaiban.domain.supervision.handover import Handover, HandoverKind
from kaiban.ports.statistics import Scope
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import handovers as table
from kaiban.storage.statistics.conditions import on_days

_OUTSTANDING: Final = table.c.acknowledged_at.is_(None)
_SHOWN: Final = tuple(each.name for each in fields(Handover) if each.name != "granted_at")


class SqlHandovers(MessageRows):
    """Where they are kept (kaiban.ports.supervision.Handovers), and a queue (kaiban.ports.MessageQueue)."""

    table = table

    def __init__(self, database: Database, keyring: Keyring, wall: Callable[[], datetime]) -> None:
        super().__init__(database, keyring)
        self._wall = wall

    def add(self, connection: Connection, message: Message, hall: str, at: datetime) -> None:
        """Write one in the caller's transaction; it is due then (real time)."""
        its = {"case_no": message.case_no, "seq": message.seq, "department": message.webhook}
        self._cells.insert(
            connection, table, {**message_row(message, at), **its, "hall": hall, "receipt": ""}
        )

    def settle(self, message: Message, answer: Answer, due: datetime | None, spent: int) -> None:
        """Write down what came of a try; what was not taken is tried again once a day, for good."""
        if due is None and answer.verdict is not Verdict.ACCEPTED:
            due = self._wall() + LONGEST_WAIT
        super().settle(message, answer, due, spent)

    def counts(self, scope: Scope) -> tuple[int, int]:
        """How many results were granted on these days, and of how many there is a receipt."""
        asked = select(func.count(), func.count(table.c.acknowledged_at)).where(
            *on_days(scope, table.c.at)
        )
        with self._database.reading() as connection:
            count, taken = connection.execute(asked).one()
        return int(count), int(taken)

    def outstanding(self, hall: str, before: datetime) -> int:
        """How many of that hall ("": of any) were written before then and have no receipt."""
        asked = select(func.count()).where(_OUTSTANDING, table.c.written_at < before)
        asked = asked.where(table.c.hall == hall) if hall else asked
        with self._database.reading() as connection:
            return int(connection.scalar(asked) or 0)

    def listed(
        self, scope: Scope, offset: int, limit: int, *, outstanding: bool
    ) -> Sequence[Handover]:
        """So many of those granted on these days, those without a receipt first, of these the oldest; only these if that is wanted."""
        asked = (
            select(table)
            .where(*on_days(scope, table.c.at), *((_OUTSTANDING,) if outstanding else ()))
            .order_by(~_OUTSTANDING, table.c.at, table.c.id)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_handover(row) for row in connection.execute(asked).mappings()]

    def _message(self, row: Mapping[str, Any]) -> Message:
        found = read_message(row, HandoverKind, row["case_no"], row["seq"])
        return replace(found, webhook=row["department"])

    def _tried(self, connection: Connection, message: Message, answer: Answer, spent: int) -> None:  # noqa: ARG002 - as the other queues have it
        if answer.verdict is Verdict.ACCEPTED:
            mine = update(table).where(table.c.id == message.id, _OUTSTANDING)
            connection.execute(mine.values(acknowledged_at=self._wall(), receipt=answer.receipt))


def _handover(row: RowMapping) -> Handover:
    told = {name: row[name] for name in _SHOWN}
    return Handover(**{**told, "state": MessageState(row["state"]), "granted_at": row["at"]})
