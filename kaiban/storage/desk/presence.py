"""Who of the staff has which case open: a row each, of use for some minutes."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from kaiban.ports.desk.worklist import Visit
from kaiban.storage.database import Database, drop_outside, inserting
from kaiban.storage.schema import presence as table

#: Who looks again within this is not written down again: a page that is opened writes seldom.
_SAME: Final = timedelta(seconds=30)


class SqlPresence:
    """Who has which case open (kaiban.ports.Presence)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def come_in(self, no: str, login: str, at: datetime, since: datetime) -> list[Visit]:
        """Write down that they are in it; the others who came since then, the latest first."""
        asked = select(table.c.login, table.c.seen_at).where(table.c.case_no == no)
        with self._database.reading() as connection:
            found = {row.login: row.seen_at for row in connection.execute(asked)}
        if login not in found or abs(at - found[login]) > _SAME:
            self._write(no, login, at)
        others = [
            Visit(who, min(seen, at))
            for who, seen in found.items()
            if who != login and seen >= since
        ]
        return sorted(others, key=lambda each: each.seen_at, reverse=True)

    def prune(self, before: datetime, after: datetime) -> int:
        """Forget who came before the one or, by a clock that was wrong, after the other; how many there were."""
        return drop_outside(self._database, table.c.seen_at, before, after)

    def _write(self, no: str, login: str, at: datetime) -> None:
        with self._database.transaction() as connection:
            new = inserting(connection, table).values(case_no=no, login=login, seen_at=at)
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=["case_no", "login"], set_={"seen_at": at}
                )
            )
