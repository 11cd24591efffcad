"""One-time codes sent to phones, as keyed hashes: the table names nobody."""

import hmac
from datetime import datetime

from sqlalchemy import Connection, delete, update

from kaiban.domain.hours.waiting import CLOCK_SKEW
from kaiban.ports import Validity
from kaiban.storage.database import Database, drop_outside, inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import return_codes as table


class SqlReturnCodes:
    """One-time codes (kaiban.ports.ReturnCodes)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def put(self, subject: str, digits: str, at: datetime) -> None:
        """Let these be the digits for that subject, and no others."""
        place = self._place(subject)
        made = {"digits": self._hash(place, digits), "made_at": at, "tries": 0}
        with self._database.transaction() as connection:
            new = inserting(connection, table).values(place=place, **made)
            connection.execute(new.on_conflict_do_update(index_elements=["place"], set_=made))

    def redeem(self, subject: str, digits: str, at: datetime, validity: Validity) -> bool:
        """Use them up: whether these were the digits, and can still be used."""
        place = self._place(subject)
        given = self._hash(place, digits)
        with self._database.transaction() as connection:
            right = hmac.compare_digest(_tried(connection, place, at, validity), given)
            if right:
                connection.execute(delete(table).where(table.c.place == place))
        return right

    def prune(self, before: datetime, at: datetime) -> int:
        """Drop those made before then, or after the instant it is now; how many there were."""
        return drop_outside(self._database, table.c.made_at, before, at + CLOCK_SKEW)

    def _place(self, subject: str) -> str:
        return self._keyring.blind(subject, "return_codes", "place")

    def _hash(self, place: str, digits: str) -> str:
        return self._keyring.blind(f"{place} {digits}", "return_codes", "digits")


def _tried(connection: Connection, place: str, at: datetime, validity: Validity) -> str:
    """Count a try; the hash to compare with, "" if there is none to be tried any more.

    What was made while a clock was ahead is not valid until that instant comes again: it is not valid at all.
    """
    made_at = table.c.made_at
    usable = (
        (table.c.place == place)
        & (made_at > at - validity.lasting)
        & (made_at <= at + CLOCK_SKEW)
        & (table.c.tries < validity.tries)
    )
    counted = update(table).where(usable).values(tries=table.c.tries + 1)
    found: str | None = connection.execute(counted.returning(table.c.digits)).scalar()
    return found or ""
