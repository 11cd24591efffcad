"""The epoch of the database: raised whenever it was set back, so that nothing is issued a second time.

A database that comes back from a copy does not know what was issued and sent after the copy was
made. Three signs tell that it was set back, whoever did it and however:

- it remembers less of this machine than the machine does (``witness.py``),
- it lies in another place than the one it remembers (another file, server, or time line), or
- whoever brought it back said so (``kaiban db restore``, ``kaiban db restored``).

See docs/decisions/0015-a-restored-database-asks-first.md.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection, RowMapping, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from kaiban.storage.cases.changes import base_of_new_epoch
from kaiban.storage.database import Database, inserting
from kaiban.storage.schema import cases, steps, witnesses
from kaiban.storage.schema import epochs as table
from kaiban.storage.upkeep.witness import Seen, Witness

log = structlog.get_logger()

#: Real seconds between two looks of a process: what a copy as young as this has lost is not noticed.
EVERY: Final = 2.0
#: A department's word alone raises the epoch this often at most: it may be wrong every time.
TRUSTED: Final = timedelta(days=1)

#: Any number will do, if everybody takes the same one ("epoc").
_LOCK: Final = 0x65706F63
#: A server that is restored from files keeps its identifier, but promotes to a new time line; a
#: database that is restored from a dump gets a new number.
_HOME: Final = """
    SELECT (SELECT system_identifier FROM pg_control_system())::text
        || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
        || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text"""


@dataclass(frozen=True)
class Epochs:
    """Looks whether the database was set back; one a process. ``now`` is real time."""

    database: Database
    witness: Witness
    now: Callable[[], datetime]
    _pace: "_Pace"

    @classmethod
    def of(cls, database: Database, witness: Witness, now: Callable[[], datetime]) -> "Epochs":
        """The epochs of a database as this process sees them."""
        return cls(database, witness, now, _Pace())

    def check(self) -> None:
        """Look, unless this process did a moment ago."""
        with self._pace.lock:
            if self._pace.is_due():
                self.look()
                self._pace.done()

    def look(self) -> int:
        """Raise the epoch if the database was set back; return the epoch there is now."""
        seen = self.witness.read()
        with self.database.transaction() as connection:
            _alone(connection)
            epoch = _brought_up(connection, seen, self.now())
            beat = _beat(connection, seen)
        self.witness.write(replace(seen, epoch=epoch, beat=beat))
        return epoch

    def raised(self, cause: str) -> int:
        """Raise the epoch on somebody's word; return it. What this machine remembers counts, too."""
        seen = self.witness.read()
        with self.database.transaction() as connection:
            return advance(connection, cause, self.now(), least=seen.epoch + 1)


class _Pace:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._last = -EVERY

    def is_due(self) -> bool:
        return time.monotonic() - self._last >= EVERY

    def done(self) -> None:
        self._last = time.monotonic()


def current(connection: Connection) -> int:
    """The epoch there is now."""
    return connection.scalar(select(func.max(table.c.number))) or 0


def advance(connection: Connection, cause: str, at: datetime, least: int = 0) -> int:
    """Begin a new epoch, ``least`` or later, and let nothing known before it count; return it.

    A department's "not found" from before is worth nothing now, and neither is what other machines
    remember: they take the new epoch over without raising it once more.
    """
    _alone(connection)
    last = _latest(connection)
    number = max(least, last["number"] + 1 if last else 0)
    row = {
        "number": number, "began_at": at, "cause": cause, "home": _home(connection),
        "base": base_of_new_epoch(connection),
    }  # fmt: skip
    connection.execute(inserting(connection, table).values(row).on_conflict_do_nothing())
    if number:
        connection.execute(delete(witnesses))
        _doubt_again(connection)
        log.warning("epoch_raised", epoch=number, cause=cause)
    return number


def _doubt_again(connection: Connection) -> None:
    """Forget every "not found"; whoever keeps such a case reads it again."""
    doubted = steps.c.not_found_since.is_not(None)
    their = cases.c.no.in_(select(steps.c.case_no).where(doubted))
    connection.execute(update(cases).where(their).values(version=cases.c.version + 1))
    connection.execute(update(steps).where(doubted).values(not_found_since=None))


def on_a_departments_word(connection: Connection, at: datetime) -> None:
    """A department knows a key of ours by another application: raise the epoch, once a day at most."""
    last = _latest(connection)
    if last is None or last["cause"] != "department" or at - last["began_at"] >= TRUSTED:
        advance(connection, "department", at, least=1)


def _alone(connection: Connection) -> None:
    """One looks or raises at a time: two who see the same restore are to raise the epoch once."""
    if connection.dialect.name != "sqlite":  # there whoever writes is alone
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _brought_up(connection: Connection, seen: Seen, at: datetime) -> int:
    last = _latest(connection)
    if last is None:
        # A database without a past; whoever remembers one for it has seen another.
        return advance(
            connection, "witness" if seen.beat else "", at, seen.epoch + bool(seen.beat)
        )
    if cause := _sign(connection, last, seen):
        return advance(connection, cause, at, least=seen.epoch + 1)
    return int(last["number"])


def _sign(connection: Connection, last: RowMapping, seen: Seen) -> str:
    """By what one sees that the database was set back since ``seen``; "" if it was not."""
    if seen.epoch > last["number"]:
        return "witness"
    if seen.epoch == last["number"] and _known(connection, seen) < seen.beat:
        return "witness"
    home = _home(connection)
    return "home" if home and last["home"] and home != last["home"] else ""


def _latest(connection: Connection) -> RowMapping | None:
    newest = select(table).order_by(table.c.number.desc()).limit(1)
    return connection.execute(newest).mappings().first()


def _known(connection: Connection, seen: Seen) -> int:
    row = select(witnesses.c.beat).where(witnesses.c.name == seen.name).with_for_update()
    return connection.scalar(row) or 0


def _beat(connection: Connection, seen: Seen) -> int:
    """Count this look where a restore takes it back."""
    beat = inserting(connection, witnesses).values(name=seen.name, beat=seen.beat + 1)
    counted = beat.on_conflict_do_update(
        index_elements=["name"], set_={"beat": witnesses.c.beat + 1}
    )
    return int(connection.execute(counted.returning(witnesses.c.beat)).scalar_one())


def _home(connection: Connection) -> str:
    """Where the database lies; "" if it does not say."""
    if connection.dialect.name == "sqlite":
        return str(Path(str(connection.engine.url.database)).stat().st_ino)
    with connection.begin_nested() as asking:
        try:
            return str(connection.exec_driver_sql(_HOME).scalar_one())
        except DBAPIError:  # not every role may ask
            asking.rollback()
            return ""
