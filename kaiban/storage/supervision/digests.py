"""Which digests were written, a row each: so that each day has one, however many workers look."""

from datetime import date

from sqlalchemy import Connection, select

from kaiban.domain.supervision.problems import Audience
from kaiban.storage.database import Database, inserting
from kaiban.storage.schema import digests as table


class SqlDigests:
    """Where they are kept (kaiban.ports.supervision.Digests)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, connection: Connection, day: date, audience: Audience, hall: str, problems: int) -> bool:  # fmt: skip
        """Write down that the digest of that day is written in this transaction; False if there was one."""
        row = {
            "day": day.isoformat(), "audience": audience.value, "hall": hall, "problems": problems,
        }  # fmt: skip
        new = inserting(connection, table).values(row).on_conflict_do_nothing()
        return connection.execute(new).rowcount == 1

    def last(self, audience: Audience, hall: str) -> tuple[date, int] | None:
        """The day of the latest, and how many problems there were; None before the first."""
        its = (table.c.audience == audience.value) & (table.c.hall == hall)
        asked = select(table.c.day, table.c.problems).where(its).order_by(table.c.day.desc())
        with self._database.reading() as connection:
            found = connection.execute(asked.limit(1)).first()
        return (date.fromisoformat(found.day), found.problems) if found else None
