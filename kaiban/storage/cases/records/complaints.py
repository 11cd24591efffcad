"""Complaints as rows: how each stands, and its steps, which are only added to; what people said is sealed."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select, func, select

from kaiban.domain.complaint import Complaint, ComplaintState, ComplaintStep, StepKind
from kaiban.domain.messages.notification import Channel, Message
from kaiban.ports import ComplaintsWanted
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.messages.message_rows import MessageRows, message_row, read_message
from kaiban.storage.schema import complaint_contacts, complaint_messages, complaint_steps
from kaiban.storage.schema import complaints as table

_PLAIN = ("case_no", "number", "hall", "source", "lang", "owner", "about", "rated")


class SqlComplaints:
    """Where complaints are kept (kaiban.ports.desk.complaints.Complaints)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def add(self, connection: Connection, complaint: Complaint) -> Complaint:
        """Write a new one under the case's next number, which it has afterwards."""
        last = select(func.coalesce(func.max(table.c.number), 0)).where(
            table.c.case_no == complaint.case_no
        )
        number = int(connection.execute(last).scalar_one()) + 1
        new = Complaint(**{**vars(complaint), "number": number})
        self._cells.insert(connection, table, _row(new))
        self._add_steps(connection, new, 0)
        return new

    def save(self, connection: Connection, complaint: Complaint) -> None:
        """Write how it stands and its new steps."""
        place = (complaint.case_no, complaint.number)
        changed = {"state": complaint.state.value, "due": _day(complaint.due)}
        changed |= {"owner": complaint.owner, "about": complaint.about}
        self._cells.update(connection, table, place, changed)
        self._add_steps(connection, complaint, _steps_known(connection, place))

    def get(self, connection: Connection, case_no: str, number: int) -> Complaint | None:
        """The one of that number."""
        wanted = select(table).where(table.c.case_no == case_no, table.c.number == number)
        found = self._found(connection, wanted)
        return found[0] if found else None

    def of_case(self, case_no: str) -> list[Complaint]:
        """Those about the case, in order."""
        wanted = select(table).where(table.c.case_no == case_no).order_by(table.c.number)
        with self._database.reading() as connection:
            return self._found(connection, wanted)

    def listed(self, wanted: ComplaintsWanted, offset: int, limit: int) -> list[Complaint]:
        """Those wanted, the most urgent first; of closed ones the latest."""
        with self._database.reading() as connection:
            return self._found(connection, _listed(wanted).offset(offset).limit(limit))

    def tell(
        self, connection: Connection, complaint: Complaint, kind: StepKind, text: str, address: str, at: datetime
    ) -> None:  # fmt: skip
        """Write a short message in the transaction of what it tells."""
        message = Message(
            secrets.token_hex(16), complaint.case_no, complaint.number, kind, Channel.SMS,
            complaint.steps[-1].at, text, address,
        )  # fmt: skip
        its = {
            "case_no": complaint.case_no,
            "number": complaint.number,
            "seq": len(complaint.steps) - 1,
        }
        row = {**message_row(message, at), **its}
        self._cells.insert(connection, complaint_messages, row)

    def messages(self, case_no: str, number: int | None = None) -> list[Message]:
        """What was told of it, or of all about the case, in order."""
        its = complaint_messages.c
        wanted = select(complaint_messages).where(its.case_no == case_no)
        if number is not None:
            wanted = wanted.where(its.number == number)
        with self._database.reading() as connection:
            rows = (
                connection.execute(wanted.order_by(its.at, its.number, its.seq)).mappings().all()
            )
        return [_message(self._cells.opened(complaint_messages, row)) for row in rows]

    def _add_steps(self, connection: Connection, complaint: Complaint, known: int) -> None:
        for seq, step in enumerate(complaint.steps[known:], known):
            row = {
                "case_no": complaint.case_no, "number": complaint.number, "seq": seq,
                "at": step.at, "by": step.by, "text": step.text.encode(),
            }  # fmt: skip
            if step.kind is StepKind.CONTACTED:
                self._cells.insert(connection, complaint_contacts, row)
            else:
                self._cells.insert(connection, complaint_steps, {**row, "kind": step.kind.value})

    def _found(self, connection: Connection, wanted: Select[Any]) -> list[Complaint]:
        rows = [self._cells.opened(table, row) for row in connection.execute(wanted).mappings()]
        steps = self._steps(connection, sorted({row["case_no"] for row in rows}))
        return [_complaint(row, steps[row["case_no"], row["number"]]) for row in rows]

    def _steps(
        self, connection: Connection, cases: Sequence[str]
    ) -> dict[tuple[str, int], list[ComplaintStep]]:
        rows = [
            self._cells.opened(each, sealed)
            for each in (complaint_steps, complaint_contacts)
            for sealed in connection.execute(
                select(each).where(each.c.case_no.in_(cases))
            ).mappings()
        ]
        found: dict[tuple[str, int], list[ComplaintStep]] = {}
        for row in sorted(rows, key=itemgetter("seq")):
            kind = StepKind(row.get("kind", StepKind.CONTACTED))
            step = ComplaintStep(kind, row["at"], row["by"], row["text"].decode())
            found.setdefault((row["case_no"], row["number"]), []).append(step)
        return found


class ComplaintMessages(MessageRows):
    """What people are told of their complaints, as a queue (kaiban.ports.MessageQueue)."""

    table = complaint_messages

    def _message(self, row: Mapping[str, Any]) -> Message:
        return _message(row)


def _steps_known(connection: Connection, place: tuple[str, int]) -> int:
    """How many steps of that complaint are written."""
    counts = [
        select(func.count())
        .select_from(each)
        .where(each.c.case_no == place[0], each.c.number == place[1])
        for each in (complaint_steps, complaint_contacts)
    ]
    return sum(connection.execute(each).scalar_one() for each in counts)


def _listed(wanted: ComplaintsWanted) -> Select[Any]:
    found = select(table)
    if wanted.hall:
        found = found.where(table.c.hall == wanted.hall)
    if wanted.owner:
        found = found.where(table.c.owner == wanted.owner)
    if wanted.closed:
        latest = (table.c.raised_at.desc(), table.c.case_no, table.c.number)
        return found.where(table.c.due.is_(None)).order_by(*latest)
    if wanted.due_before:
        found = found.where(table.c.due < wanted.due_before.isoformat())
    urgent = (table.c.due, table.c.raised_at, table.c.case_no, table.c.number)
    return found.where(table.c.due.is_not(None)).order_by(*urgent)


def _row(complaint: Complaint) -> dict[str, Any]:
    return {
        **{name: getattr(complaint, name) for name in _PLAIN},
        "state": complaint.state.value, "due": _day(complaint.due), "raised_at": complaint.raised_at,
        "text": complaint.text.encode(), "phone": complaint.phone.encode() or None,
    }  # fmt: skip


def _complaint(row: Mapping[str, Any], steps: Sequence[ComplaintStep]) -> Complaint:
    return Complaint(
        **{name: row[name] for name in _PLAIN},
        state=ComplaintState(row["state"]),
        due=date.fromisoformat(row["due"]) if row["due"] else None,
        text=row["text"].decode(),
        phone=(row["phone"] or b"").decode(),
        steps=tuple(steps),
    )


def _message(row: Mapping[str, Any]) -> Message:
    return read_message(row, StepKind, row["case_no"], row["number"])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
