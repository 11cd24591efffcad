"""The outbox of what is told of forms before they are dropped: whose number and which words, the form says when it is sent."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select

from kaiban.domain.filing import Filing
from kaiban.domain.lapsing import DraftNews, DraftTerm, Reminder, Told
from kaiban.domain.messages.notification import Channel, Message, MessageState
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import written
from kaiban.storage.filings import place_of, read_filing
from kaiban.storage.messages.message_rows import MessageRows, content, queue_row, read_message
from kaiban.storage.schema import draft_messages as table
from kaiban.storage.schema import filings

#: The text of a reminder of that form; "" if it is not to be sent any more.
Due = Callable[[Filing, Reminder], str]
_Row = Mapping[str, Any] | RowMapping


class DraftMessages(MessageRows):
    """Where they are kept (kaiban.ports.DraftOutbox), and a queue of them."""

    table = table

    def __init__(self, database: Database, keyring: Keyring, due: Due) -> None:
        super().__init__(database, keyring)
        self._text = due

    def remind(self, term: DraftTerm, now: datetime, at: datetime, limit: int) -> int:
        """Write down every reminder that is due and is not there; how many. Of two who do so at once, one does."""
        count = 0
        for wanted in self._wanted(term, now, limit):
            with self._database.transaction() as connection:
                count += sum(written(connection, table, _row(*each, at)) for each in wanted)
        return count

    def of_filing(self, filing_id: str) -> list[Told]:
        """What was told of the form, in order."""
        its = table.c.place == place_of(self._cells.keyring, filing_id)
        wanted = select(table).where(its).order_by(table.c.ends_on, table.c.stage.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings().all()
        return [Told(_reminder(row), MessageState(row["state"])) for row in rows]

    def _wanted(
        self, term: DraftTerm, now: datetime, limit: int
    ) -> Iterator[list[tuple[str, Reminder]]]:
        """By so many forms those that are due, with where each form is; nobody's write lock is taken to look."""
        span, last = term.may_be_due(now), ""
        while span:
            with self._database.reading() as connection:
                found = _drafts(connection, span, last, limit)
                there = _there(connection, found)
            due = ((place, term.reminder(saved_at, now)) for place, saved_at in found.items())
            wanted = [(place, each) for place, each in due if each and (place, each) not in there]
            if wanted:
                yield wanted
            if len(found) < limit:
                return
            last = max(found)

    def _taken(
        self, connection: Connection, row: _Row, at: datetime, lease: timedelta
    ) -> Message | None:
        """A form that was saved, submitted or is gone, or whose number is another: what was to be told of it is dropped."""
        filing = read_filing(connection, self._cells, filings.c.place == row["place"])
        text = self._text(filing, _reminder(row)) if filing else ""
        if filing is None or not text:
            connection.execute(delete(table).where(table.c.id == row["id"]))
            return None
        return super()._taken(connection, {**row, **content(filing.phone, text)}, at, lease)

    def _message(self, row: Mapping[str, Any]) -> Message:
        return read_message(row, DraftNews)


def _drafts(
    connection: Connection, span: tuple[datetime, datetime], last: str, limit: int
) -> dict[str, datetime]:
    """Where forms are, after ``last``, that were saved in between and whose number is proved; when that was."""
    its, (since, until) = filings.c, span
    wanted = select(its.place, its.saved_at).where(
        its.case_no.is_(None), its.saved_at > since, its.saved_at < until,
        its.proved_index == its.return_index, its.place > last,
    )  # fmt: skip
    rows = connection.execute(wanted.order_by(its.place).limit(limit)).all()
    return {place: saved_at for place, saved_at in rows}  # noqa: C416 - rows are no pairs to mypy


def _there(connection: Connection, found: Mapping[str, datetime]) -> set[tuple[str, Reminder]]:
    """What is written down of these forms."""
    rows = connection.execute(select(table).where(table.c.place.in_(found))).mappings()
    return {(row["place"], _reminder(row)) for row in rows}


def _reminder(row: _Row) -> Reminder:
    return Reminder(date.fromisoformat(row["ends_on"]), row["stage"])


def _row(place: str, told: Reminder, at: datetime) -> dict[str, Any]:
    # The same reminder of the same form has the same id.
    name = f"{place} {told.ends_on.isoformat()} {told.stage}"
    same = hashlib.sha256(name.encode()).hexdigest()[:32]
    message = Message(same, "", 0, DraftNews.LAPSES, Channel.SMS, at, "")
    its = {"place": place, "ends_on": told.ends_on.isoformat(), "stage": told.stage}
    return {**queue_row(message, at), **its}
