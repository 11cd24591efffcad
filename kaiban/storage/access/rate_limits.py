"""Counts against guessing, over all processes. The table names nobody: rows are found by keyed hashes."""

from datetime import datetime

from sqlalchemy import Connection, case, literal

from kaiban.domain.hours.waiting import CLOCK_SKEW
from kaiban.ports import Counted, RateLimit
from kaiban.storage.database import Database, drop_outside, inserting
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.schema import limits as table
from kaiban.storage.types import Instant


class SqlRateLimits:
    """Counts (kaiban.ports.RateLimits); a row for each subject, one statement each."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def take(self, limit: RateLimit, subject: str, at: datetime, amount: int = 1) -> bool:
        """Count it, or so many; whether it is still within the limit."""
        return self.count(limit, subject, at, amount).number <= limit.most

    def count(self, limit: RateLimit, subject: str, at: datetime, amount: int = 1) -> Counted:
        """Count it, or so many; how many there are by now."""
        place = self._keyring.blind(subject, "limits", limit.kind)
        with self._database.transaction() as connection:
            return _counted(connection, place, limit, at, amount)

    def prune(self, before: datetime, at: datetime) -> int:
        """Drop counts begun before then, or after the instant it is now; how many there were."""
        return drop_outside(self._database, table.c.since, before, at + CLOCK_SKEW)


def _counted(
    connection: Connection, place: str, limit: RateLimit, at: datetime, amount: int
) -> Counted:
    # A count begun while a clock was ahead would refuse until that instant comes again: it begins anew.
    since = table.c.since
    over = (since <= at - limit.within) | (since > at + CLOCK_SKEW)
    taken = inserting(connection, table).values(place=place, since=at, count=amount)
    anew = {
        "since": case((over, literal(at, Instant())), else_=since),
        "count": case((over, amount), else_=table.c.count + amount),
    }
    taken = taken.on_conflict_do_update(index_elements=["place"], set_=anew)
    return Counted(*connection.execute(taken.returning(table.c.count, table.c.since)).one())
