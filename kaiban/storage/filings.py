"""Filings as rows: the id that opens one, what was typed, and the number to return with are sealed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, select, update

from kaiban.domain.filing import Filing
from kaiban.ports import ChangedElsewhere, FilingNotFound
from kaiban.storage import codec
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import assisted_filings, draft_messages, filing_messages, materials
from kaiban.storage.schema import filings as table

_PLAIN = ("promise", "lang", "version", "started_at", "saved_at")


class SqlFilings:
    """Where filings are kept (kaiban.ports.Filings)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def add(self, filing: Filing) -> None:
        """Write a new filing."""
        with self._database.transaction() as connection:
            row = {"place": self._place(filing.id), **self._row(filing)}
            self._cells.insert(connection, table, row)

    def get(self, filing_id: str) -> Filing:
        """The filing as last saved; raises FilingNotFound."""
        with self._database.reading() as connection:
            return self._got(connection, self._place(filing_id))

    def save(self, filing: Filing, beside: Callable[[Connection], object] | None = None) -> Filing:
        """Write it if its version is the stored one; what was written, one version on."""
        saved = replace(filing, version=filing.version + 1)
        with self._database.transaction() as connection:
            self._advance(connection, filing)
            row = self._row(saved)
            self._cells.update(connection, table, (self._place(filing.id),), row)
            if beside:
                beside(connection)
        return saved

    def find(self, code: str, phone: str) -> Filing | None:
        """The filing with that code and that number; None for any other pair, or without number."""
        index = self._return_index(code, phone)
        return self._first(table.c.return_index == index) if index else None

    def language(self, code: str, phone: str) -> str | None:
        """The language of the filing with that code and that number; None where `find` gives none."""
        if not phone:
            return None
        wanted = table.c.return_index == self._return_index(code, phone)
        with self._database.reading() as connection:
            found: str | None = connection.execute(_newest(wanted, table.c.lang)).scalar()
        return found

    def of_case(self, no: str) -> Filing | None:
        """The filing that became the case."""
        return self._first(table.c.case_no == no)

    def language_of(self, connection: Connection, no: str) -> str | None:
        """The language of the filing that became the case, as the transaction sees it; None without one."""
        wanted = _newest(table.c.case_no == no, table.c.lang)
        found: str | None = connection.execute(wanted).scalar()
        return found

    def bind(self, connection: Connection, filing: Filing, case_no: str) -> None:
        """Let it be the case, in the transaction that opens the case; its entry is dropped."""
        self._advance(connection, filing)
        row = {"case_no": case_no, "entry": _text({})}
        self._cells.update(connection, table, (self._place(filing.id),), row)

    def reach(self, filing_id: str, phone: str) -> None:
        """Let the number be the one to return with, submitted or not; the version stays."""
        place = self._place(filing_id)
        with self._database.transaction() as connection:
            filing = self._got(connection, place)
            row = {"phone": phone.encode(), "return_index": self._return_index(filing.code, phone)}
            self._cells.update(connection, table, (place,), row)

    def proved(self, filing: Filing) -> None:
        """Write down that digits sent to its number came back, if that is still the one to return with."""
        index = self._return_index(filing.code, filing.phone)
        its = (table.c.place == self._place(filing.id)) & (table.c.return_index == index)
        with self._database.transaction() as connection:
            connection.execute(update(table).where(its).values(proved_index=index))

    def prune(self, before: datetime) -> int:
        """Drop the filings last saved before then that never became a case, with their files, what the desk knows of them and what was told of them; how many there were."""
        expired = (table.c.saved_at < before) & table.c.case_no.is_(None)
        with self._database.transaction() as connection:
            gone = connection.execute(delete(table).where(expired)).rowcount
            # A file that waits for links to join a case waits as long as a draft does; so does one that came in
            # the moment its filing was submitted, which the case has not got.
            still_open = select(table.c.place).where(table.c.case_no.is_(None))
            waiting = materials.c.filing.in_(select(table.c.place)) & (materials.c.at >= before)
            nobodys = materials.c.filing.not_in(still_open) & ~waiting
            connection.execute(delete(materials).where(materials.c.case_no.is_(None), nobodys))
            for beside in (assisted_filings, filing_messages):
                orphans = beside.c.place.not_in(select(table.c.place))
                connection.execute(delete(beside).where(orphans))
            # What was submitted is dropped no more.
            settled = draft_messages.c.place.not_in(still_open)
            connection.execute(delete(draft_messages).where(settled))
        return gone

    def _advance(self, connection: Connection, filing: Filing) -> None:
        """Take the next version, if nobody has yet; raises ChangedElsewhere or FilingNotFound."""
        place = self._place(filing.id)
        held = (table.c.place == place) & (table.c.version == filing.version)
        advanced = (
            update(table).where(held, table.c.case_no.is_(None)).values(version=filing.version + 1)
        )
        if connection.execute(advanced).rowcount != 1:
            raise ChangedElsewhere(self._got(connection, place))

    def _got(self, connection: Connection, place: str) -> Filing:
        found = self._read(connection, table.c.place == place)
        if found is None:
            raise FilingNotFound
        return found

    def _first(self, wanted: ColumnElement[bool]) -> Filing | None:
        with self._database.reading() as connection:
            return self._read(connection, wanted)

    def _read(self, connection: Connection, wanted: ColumnElement[bool]) -> Filing | None:
        return read_filing(connection, self._cells, wanted)

    def _place(self, filing_id: str) -> str:
        return place_of(self._cells.keyring, filing_id)

    def _return_index(self, code: str, phone: str) -> str | None:
        return return_index(self._cells.keyring, code, phone)

    def _proof(self, filing: Filing) -> dict[str, Any]:
        """Never taken back: it says nothing of another number, and may have been written down since the filing was read."""
        proved = self._return_index(filing.code, filing.proved)
        return {"proved_index": proved} if proved else {}

    def _row(self, filing: Filing) -> dict[str, Any]:
        return {
            "id": filing.id.encode(),
            "code": filing.code.encode(),
            "phone": filing.phone.encode(),
            "return_index": self._return_index(filing.code, filing.phone),
            "entry": _text(filing.entry),
            "links": list(filing.links),
            "case_no": filing.case_no or None,
            **self._proof(filing),
            **{name: getattr(filing, name) for name in _PLAIN},
        }


def read_filing(
    connection: Connection, cells: Cells, wanted: ColumnElement[bool]
) -> Filing | None:
    """The filing last saved of those of that condition."""
    row = connection.execute(_newest(wanted, *table.c)).mappings().first()
    return None if row is None else _filing(cells.opened(table, row))


def _newest(wanted: ColumnElement[bool], *columns: ColumnElement[Any]) -> Select[Any]:
    return select(*columns).where(wanted).order_by(table.c.saved_at.desc()).limit(1)


def place_of(keyring: Keyring, filing_id: str) -> str:
    """Where a filing and its files are kept: the id opens the filing, so it stands nowhere in plain."""
    return keyring.blind(filing_id, "filings", "id")


def return_index(keyring: Keyring, code: str, phone: str) -> str | None:
    """By what a filing is found again on another device; None without a phone."""
    return keyring.blind(f"{code} {phone}", "filings", "code") if phone else None


def _text(entry: Mapping[str, Any]) -> bytes:
    return codec.dumps(entry).encode()


def _filing(row: Mapping[str, Any]) -> Filing:
    return Filing(
        id=row["id"].decode(),
        code=row["code"].decode(),
        phone=row["phone"].decode(),
        proved=row["phone"].decode() if is_proved(row) else "",
        entry=codec.loads(row["entry"]),
        links=tuple(row["links"]),
        case_no=row["case_no"] or "",
        **{name: row[name] for name in _PLAIN},
    )


def is_proved(row: Mapping[str, Any]) -> bool:
    """Whether the number in the row is the one that was proved: a release that knows of no proof changes its index, too."""
    return row["proved_index"] is not None and row["proved_index"] == row["return_index"]
