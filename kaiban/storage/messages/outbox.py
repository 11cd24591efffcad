"""The outbox as rows: what is to be told, who has it in hand, every try."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from kaiban.domain.messages.notification import (
    LONGEST_WAIT,
    Answer,
    Channel,
    Delivery,
    Kind,
    Message,
    MessageState,
)
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import deliveries, webhooks
from kaiban.storage.schema import messages as table

_OVER = (MessageState.ACCEPTED.value, MessageState.FAILED.value)
#: So many rows one transaction drops, so that nobody waits long for the write lock.
_BATCH = 500


class SqlOutbox(MessageRows):
    """Where messages are kept (kaiban.ports.Outbox)."""

    table = table

    def add(self, connection: Connection, message: Message, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""
        its = {
            "case_no": message.case_no,
            "seq": message.seq,
            "webhook": message.webhook or None,
        }
        row = {**message_row(message, at), **its}
        self._cells.insert(connection, table, row)

    def of_webhook(self, webhook: str, limit: int) -> list[Message]:
        """What a program was told, the latest first."""
        latest = select(table).where(table.c.webhook == webhook)
        latest = latest.order_by(table.c.written_at.desc(), table.c.id).limit(limit)
        with self._database.reading() as connection:
            return _listed(connection, self._cells, latest)

    def deliveries(self, message_id: str) -> list[Delivery]:
        """Every try of a message, in order."""
        tried = select(deliveries).where(deliveries.c.message == message_id)
        with self._database.reading() as connection:
            rows = connection.execute(tried.order_by(deliveries.c.number)).mappings().all()
        return [Delivery(**{k: v for k, v in row.items() if k != "message"}) for row in rows]

    def replay(self, webhook: str, ids: Sequence[str], at: datetime) -> int:
        """Send these again (none named: all that failed) under their ids; how many."""
        wanted = table.c.id.in_(ids) if ids else table.c.state == MessageState.FAILED.value
        again = {"state": MessageState.WAITING.value, "tries": 0, "due_at": at}
        over = and_(table.c.webhook == webhook, table.c.state.in_(_OVER))
        with self._database.transaction() as connection:
            return connection.execute(update(table).where(over, wanted).values(again)).rowcount

    def forget(self, before: datetime) -> int:
        """Drop what programs were told before then and is over; how many there were."""
        count = 0
        while found := self._forget_some(before):
            count += found
        return count

    def _forget_some(self, before: datetime) -> int:
        old = and_(
            table.c.webhook.is_not(None), table.c.written_at < before, table.c.state.in_(_OVER)
        )
        with self._database.transaction() as connection:
            some = select(table.c.id).where(old).limit(_BATCH)
            return connection.execute(delete(table).where(table.c.id.in_(some))).rowcount

    def _due(self, channel: Channel, at: datetime) -> Select[Any]:
        """The oldest of a channel that is due and whose receiver does not rest."""
        resting = select(webhooks.c.id).where(
            webhooks.c.rest_until > at, webhooks.c.rest_until <= at + LONGEST_WAIT
        )
        awake = or_(table.c.webhook.is_(None), table.c.webhook.not_in(resting))
        wanted = select(table).where(table.c.channel == channel.value, self._is_due(at), awake)
        return wanted.order_by(table.c.due_at, table.c.seq, table.c.id).limit(1)

    def _message(self, row: Mapping[str, Any]) -> Message:
        return _message(row)

    def _trying(self, connection: Connection, message: str, number: int, at: datetime) -> None:
        begun = {
            "message": message, "number": number, "at": at,
            "outcome": "", "code": "", "milliseconds": 0,
        }  # fmt: skip
        connection.execute(insert(deliveries).values(begun))

    def _tried(self, connection: Connection, message: Message, answer: Answer, spent: int) -> None:
        tried = and_(deliveries.c.message == message.id, deliveries.c.number == message.attempts)
        said = {"outcome": answer.verdict.value, "code": answer.code, "milliseconds": spent}
        connection.execute(update(deliveries).where(tried).values(said))


def to_people(connection: Connection, cells: Cells, no: str) -> list[Message]:
    """What people were told of a case, in order."""
    found = select(table).where(table.c.case_no == no, table.c.webhook.is_(None))
    return _listed(connection, cells, found.order_by(table.c.seq, table.c.channel, table.c.id))


def _listed(connection: Connection, cells: Cells, wanted: Select[Any]) -> list[Message]:
    rows = connection.execute(wanted).mappings().all()
    return [_message(cells.opened(table, row)) for row in rows]


def _message(row: Mapping[str, Any]) -> Message:
    found = read_message(row, Kind, row["case_no"], row["seq"])
    return replace(found, webhook=row["webhook"] or "")
