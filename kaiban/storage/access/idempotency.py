"""Idempotency keys of the API: the same request, however often it comes, has one effect.

Following draft-ietf-httpapi-idempotency-key-header: same key and same request gives the stored
answer, another request under the same key is an error, a key whose request still runs is a
conflict.

A process may die between ``begin`` and ``finish``. The answer is stored in the transaction that
stores the case it opens, so a key that still runs has no case. After ``patience`` the next request with
that key takes it over under a new claim; should the first one still be alive, its ``finish``
finds the claim gone, raises ClaimLostError, and its transaction takes its case with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select, update

from kaiban.domain.hours.waiting import is_running
from kaiban.ports import Begun, ClaimLostError, Kept, Mismatch, New, Running, Stored
from kaiban.storage.database import Database, inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.schema import idempotency as table


class IdempotencyKeys:
    """The keys, each within a scope (the client's identity)."""

    def __init__(
        self, database: Database, keyring: Keyring, patience: timedelta = timedelta(seconds=20)
    ) -> None:
        self._database = database
        self._cells = Cells(keyring)
        self._patience = patience

    def begin(self, scope: str, key: str, fingerprint: str, instant: datetime) -> Begun:
        """Claim the key, or say what stands in the way; ``instant`` is an instant of real time."""
        with self._database.transaction() as connection:
            if _inserted(connection, scope, key, fingerprint, instant):
                return New(scope, key, 1)
            found = select(table).where(at(table, (scope, key))).with_for_update()
            row = connection.execute(found).mappings().first()
            if row is None:
                return Running()  # released just now: the next try will claim it
            return self._resumed(connection, row, fingerprint, instant)

    def finish(
        self,
        connection: Connection,
        new: New,
        answer: Kept,
        case_no: str | None = None,
    ) -> None:
        """Store the answer, in the transaction that stores the case; raises ClaimLostError."""
        place = (new.scope, new.key)
        held = update(table).where(at(table, place), *_held(new)).values(state="finished")
        if connection.execute(held).rowcount != 1:
            raise ClaimLostError
        cells = {
            "status": answer.status, "body": answer.body, "headers": dict(answer.headers),
            "case_no": case_no,
        }  # fmt: skip
        self._cells.update(connection, table, place, cells)

    def keep(self, new: New, answer: Kept) -> None:
        """Store the answer, unless that was done with its effect; raises ClaimLostError if somebody else has the key."""
        finished = select(table.c.claim).where(
            at(table, (new.scope, new.key)), table.c.state == "finished"
        )
        with self._database.transaction() as connection:
            if connection.scalar(finished) != new.claim:
                self.finish(connection, new, answer)

    def release(self, new: New) -> None:
        """Give the key back unused: the request was refused and left nothing."""
        with self._database.transaction() as connection:
            connection.execute(delete(table).where(at(table, (new.scope, new.key)), *_held(new)))

    def forget(self, before: datetime) -> int:
        """Drop the keys claimed before then; how many there were."""
        with self._database.transaction() as connection:
            return connection.execute(delete(table).where(table.c.claimed_at < before)).rowcount

    def _resumed(
        self, connection: Connection, row: RowMapping, fingerprint: str, instant: datetime
    ) -> Begun:
        if row["fingerprint"] != fingerprint:
            return Mismatch()
        if row["state"] == "finished":
            return _stored(self._cells.opened(table, row))
        if is_running(row["claimed_at"], instant, self._patience):
            return Running()
        claim = row["claim"] + 1
        place = (row["scope"], row["key"])
        self._cells.update(connection, table, place, {"claim": claim, "claimed_at": instant})
        return New(row["scope"], row["key"], claim)


def _inserted(
    connection: Connection, scope: str, key: str, fingerprint: str, instant: datetime
) -> bool:
    row = {
        "scope": scope, "key": key, "fingerprint": fingerprint,
        "state": "running", "claim": 1, "claimed_at": instant,
    }  # fmt: skip
    new = inserting(connection, table).values(row)
    claimed = new.on_conflict_do_nothing().returning(table.c.key)
    return connection.execute(claimed).first() is not None


def _held(new: New) -> tuple[ColumnElement[bool], ...]:
    return (table.c.claim == new.claim, table.c.state == "running")


def _stored(row: Mapping[str, Any]) -> Stored:
    return Stored(Kept(row["status"], row["body"], row["headers"] or {}), row["case_no"])
