"""How somebody without an account comes back: one-time codes, and counts against guessing.

Neither table names anybody: rows are found by keyed hashes.
"""

import hmac
from datetime import datetime

from sqlalchemy import Column, Connection, case, delete, literal, update

from kaiban.ports import Limit
from kaiban.storage.crypto import Keyring
from kaiban.storage.database import Database, inserting
from kaiban.storage.schema import limits, return_codes
from kaiban.storage.types import Instant


class SqlReturnCodes:
    """One-time codes (kaiban.ports.ReturnCodes); kept as keyed hashes only."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def put(self, code: str, phone: str, digits: str, at: datetime) -> None:
        """Let these be the digits for that pair, and no others."""
        place = self._place(code, phone)
        made = {"digits": self._hash(place, digits), "made_at": at, "tries": 0}
        with self._database.transaction() as connection:
            new = inserting(connection, return_codes).values(place=place, **made)
            connection.execute(new.on_conflict_do_update(index_elements=["place"], set_=made))

    def redeem(self, code: str, phone: str, digits: str, since: datetime, tries: int) -> bool:
        """Use them up: whether these were the digits, made since then, and tried less than that."""
        place = self._place(code, phone)
        given = self._hash(place, digits)
        with self._database.transaction() as connection:
            right = hmac.compare_digest(_tried(connection, place, since, tries), given)
            if right:
                connection.execute(delete(return_codes).where(return_codes.c.place == place))
        return right

    def prune(self, before: datetime) -> int:
        """Drop those made before then; how many there were."""
        return _dropped(self._database, return_codes.c.made_at, before)

    def _place(self, code: str, phone: str) -> str:
        return self._keyring.blind(f"{code} {phone}", "return_codes", "place")

    def _hash(self, place: str, digits: str) -> str:
        return self._keyring.blind(f"{place} {digits}", "return_codes", "digits")


class SqlLimits:
    """Counts over all processes (kaiban.ports.Limits); a row for each subject, one statement each."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def take(self, limit: Limit, subject: str, at: datetime, amount: int = 1) -> bool:
        """Count it, or so many; whether it is still within the limit."""
        place = self._keyring.blind(subject, "limits", limit.kind)
        with self._database.transaction() as connection:
            return _counted(connection, place, limit, at, amount) <= limit.most

    def prune(self, before: datetime) -> int:
        """Drop counts begun before then; how many there were."""
        return _dropped(self._database, limits.c.since, before)


def _tried(connection: Connection, place: str, since: datetime, tries: int) -> str:
    """Count a try; the hash to compare with, "" if there is none to be tried any more."""
    codes = return_codes.c
    usable = (codes.place == place) & (codes.made_at > since) & (codes.tries < tries)
    counted = update(return_codes).where(usable).values(tries=codes.tries + 1)
    found: str | None = connection.execute(counted.returning(codes.digits)).scalar()
    return found or ""


def _counted(connection: Connection, place: str, limit: Limit, at: datetime, amount: int) -> int:
    over = limits.c.since <= at - limit.within
    taken = inserting(connection, limits).values(place=place, since=at, count=amount)
    anew = {
        "since": case((over, literal(at, Instant())), else_=limits.c.since),
        "count": case((over, amount), else_=limits.c.count + amount),
    }
    taken = taken.on_conflict_do_update(index_elements=["place"], set_=anew)
    return int(connection.execute(taken.returning(limits.c.count)).scalar_one())


def _dropped(database: Database, at: Column[datetime], before: datetime) -> int:
    with database.transaction() as connection:
        return connection.execute(delete(at.table).where(at < before)).rowcount
