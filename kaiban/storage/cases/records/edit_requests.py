"""Changes that wait for a second person, sealed."""

from contextlib import nullcontext
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, select

from kaiban.domain.cases.staff.edit_request import EditRequest, EditState
from kaiban.storage import codec
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import cases
from kaiban.storage.schema import edit_requests as table

_TOLD = ("why", "checked", "told_by", "before", "after")
_PLAIN = tuple(
    each.name for each in fields(EditRequest) if each.name not in {*_TOLD, "state", "answer"}
)


class SqlEditRequests:
    """Where they are kept (kaiban.ports.EditRequests)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def add(self, connection: Any, asked: EditRequest) -> None:
        """Keep a new one."""
        self._cells.insert(connection, table, _row(asked))

    def decide(self, connection: Any, decided: EditRequest) -> None:
        """Write how it was decided."""
        row = _row(decided)
        changed = {name: row[name] for name in ("state", "decided_by", "decided_at", "answer")}
        self._cells.update(connection, table, (decided.id,), changed)

    def get(self, request_id: str, connection: Any = None) -> EditRequest:
        """The request, as that transaction sees it or as last committed; raises KeyError."""
        found = self._found(select(table).where(table.c.id == request_id), connection)
        if not found:
            raise KeyError(request_id)
        return found[0]

    def of_case(self, no: str) -> list[EditRequest]:
        """Every request of a case, the latest first."""
        wanted = select(table).where(table.c.case_no == no)
        return self._found(wanted.order_by(table.c.asked_at.desc(), table.c.id))

    def waiting(self, hall: str, limit: int) -> list[EditRequest]:
        """Those that wait, of a hall's cases or ("") of all, the oldest first."""
        wanted = select(table).where(table.c.state == EditState.WAITING.value)
        if hall:
            wanted = wanted.join(cases, cases.c.no == table.c.case_no).where(cases.c.hall == hall)
        return self._found(wanted.order_by(table.c.asked_at, table.c.id).limit(limit))

    def _found(self, wanted: Select[Any], connection: Any = None) -> list[EditRequest]:
        with nullcontext(connection) if connection else self._database.reading() as reading:
            rows = reading.execute(wanted).mappings().all()
        return [_request(self._cells.opened(table, row)) for row in rows]


def _row(found: EditRequest) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in _TOLD}
    return {
        **{name: getattr(found, name) for name in _PLAIN},
        "told": codec.dumps(told).encode(),
        "state": found.state.value,
        "answer": found.answer.encode(),
    }


def _request(row: dict[str, Any]) -> EditRequest:
    told = codec.loads(row["told"])
    return EditRequest(
        **{name: row[name] for name in _PLAIN},
        **{**told, "checked": tuple(told["checked"])},
        state=EditState(row["state"]),
        answer=row["answer"].decode(),
    )
