"""Rows as an outbox: whoever takes a message has it for a while, tries once, and writes down what came of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    or_,
    select,
    update,
)

from kaiban.domain.messages.notification import (
    LONGEST_WAIT,
    Answer,
    Channel,
    Message,
    MessageState,
    Verdict,
)
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells

#: What every outbox keeps of a message as it is.
_PLAIN = ("id", "at", "tries", "attempts", "code")
_ENUMS = ("kind", "channel", "state")


def queue_row(message: Message, at: datetime) -> dict[str, Any]:
    """What every outbox keeps of a message (``schema.columns.queued``), due at that instant (real time)."""
    return {
        **{name: getattr(message, name) for name in _PLAIN},
        **{name: getattr(message, name).value for name in _ENUMS},
        "written_at": at, "due_at": at,
    }  # fmt: skip


def message_row(message: Message, at: datetime) -> dict[str, Any]:
    """The same with where it goes and what it says (``schema.columns.outbox``)."""
    return {**queue_row(message, at), **content(message.address, message.text)}


def content(address: str, text: str) -> dict[str, bytes]:
    """Where a message goes and what it says, as the cells of a row."""
    return {"address": address.encode(), "text": text.encode()}


def read_message(
    row: Mapping[str, Any], kinds: type[StrEnum], case_no: str = "", seq: int = 0
) -> Message:
    """The message of an opened row; ``kinds`` are what its outbox tells."""
    plain = {name: row[name] for name in _PLAIN}
    enums: dict[str, Any] = {
        "channel": Channel(row["channel"]), "state": MessageState(row["state"]),
    }  # fmt: skip
    sealed = {name: row[name].decode() for name in ("address", "text")}
    return Message(case_no=case_no, seq=seq, kind=kinds(row["kind"]), **plain, **enums, **sealed)


class MessageRows(ABC):
    """A table of messages as a queue (kaiban.ports.MessageQueue)."""

    table: ClassVar[Table]

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def take(self, channel: Channel, at: datetime, lease: timedelta) -> Message | None:
        """The oldest that is due, ours for that long; whoever does not come back loses it to the next."""
        due = self._due(channel, at)
        with self._database.reading() as connection:
            if connection.execute(due).first() is None:
                return (
                    None  # nothing to do most of the time: nobody's write lock is taken for that
                )
        locked = due.with_for_update(skip_locked=True)
        with self._database.transaction() as connection:
            while (row := connection.execute(locked).mappings().first()) is not None:
                if (message := self._taken(connection, row, at, lease)) is not None:
                    return message
        return None

    def settle(self, message: Message, answer: Answer, due: datetime | None, spent: int) -> None:
        """Write down what came of a try, and when the next is due (None: it is over)."""
        table = self.table
        ours = and_(table.c.attempts == message.attempts, table.c.state == "sending")
        accepted = answer.verdict is Verdict.ACCEPTED
        state = MessageState.ACCEPTED if accepted else MessageState.WAITING
        if due is None and not accepted:
            state = MessageState.FAILED
        told = {"state": state.value, "due_at": due, "code": answer.code}
        with self._database.transaction() as connection:
            # Locked in the order in which it is taken: first the message, then its try.
            mine = table.c.id == message.id
            connection.execute(update(table).where(mine if accepted else mine & ours).values(told))
            self._tried(connection, message, answer, spent)

    def _taken(
        self,
        connection: Connection,
        row: Mapping[str, Any] | RowMapping,
        at: datetime,
        lease: timedelta,
    ) -> Message | None:
        """The message of that row, ours; None for one that was dropped, as there is nothing to tell any more."""
        counts = {"tries": row["tries"] + 1, "attempts": row["attempts"] + 1}
        ours = {"state": MessageState.SENDING.value, "due_at": at + lease, **counts}
        mine = self.table.c.id == row["id"]
        connection.execute(update(self.table).where(mine).values(ours))
        self._trying(connection, row["id"], counts["attempts"], at)
        return self._message({**self._cells.opened(self.table, row), **ours})

    def _due(self, channel: Channel, at: datetime) -> Select[Any]:
        """The oldest of a channel that is due."""
        table = self.table
        wanted = select(table).where(table.c.channel == channel.value, self._is_due(at))
        return wanted.order_by(table.c.due_at, table.c.id).limit(1)

    def _is_due(self, at: datetime) -> ColumnElement[bool]:
        """What is due much later was written down by a clock that was ahead."""
        due = self.table.c.due_at
        return or_(due <= at, due > at + LONGEST_WAIT)

    @abstractmethod
    def _message(self, row: Mapping[str, Any]) -> Message:
        """The message a row holds."""

    def _trying(self, connection: Connection, message: str, number: int, at: datetime) -> None:  # noqa: B027 - for lines that keep every try
        """Write down that a try begins; by default no try is kept."""

    def _tried(self, connection: Connection, message: Message, answer: Answer, spent: int) -> None:  # noqa: B027 - for lines that keep every try
        """Write down how it ended, in milliseconds; by default no try is kept."""
