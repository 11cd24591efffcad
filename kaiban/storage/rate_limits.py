"""Counts against guessing, over all processes. The table names nobody: rows are found by keyed hashes."""

from datetime import datetime

from sqlalchemy import Connection, case, literal

from kaiban.ports import RateLimit
from kaiban.storage.crypto import Keyring
from kaiban.storage.database import Database, drop_outside, inserting
from kaiban.storage.schema import limits as table
from kaiban.storage.types import CLOCK_SKEW, Instant


class SqlRateLimits:
    """Counts (kaiban.ports.RateLimits); a row for each subject, one statement each."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def take(self, limit: RateLimit, subject: str, at: datetime) -> bool:
        """Count it; whether it is still within the limit."""
        place = self._keyring.blind(subject, "limits", limit.kind)
        with self._database.transaction() as connection:
            return _counted(connection, place, limit, at) <= limit.most

    def prune(self, before: datetime, at: datetime) -> int:
        """Drop counts begun before then, or after the instant it is now; how many there were."""
        return drop_outside(self._database, table.c.since, before, at + CLOCK_SKEW)


def _counted(connection: Connection, place: str, limit: RateLimit, at: datetime) -> int:
    # A count begun while a clock was ahead would refuse until that instant comes again: it begins anew.
    since = table.c.since
    over = (since <= at - limit.within) | (since > at + CLOCK_SKEW)
    taken = inserting(connection, table).values(place=place, since=at, count=1)
    anew = {
        "since": case((over, literal(at, Instant())), else_=since),
        "count": case((over, 1), else_=table.c.count + 1),
    }
    taken = taken.on_conflict_do_update(index_elements=["place"], set_=anew)
    return int(connection.execute(taken.returning(table.c.count)).scalar_one())
