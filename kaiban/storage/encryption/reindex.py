"""Making the blind indexes anew under another index key, all in one transaction, with the service stopped."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, delete, select, update

from kaiban.domain.assisted import FiledBy
from kaiban.domain.desk.search_terms import terms_of
from kaiban.domain.desk.worklist import agent_of
from kaiban.storage import codec
from kaiban.storage.assisted_cells import filed_by
from kaiban.storage.cases.indexes import SubjectOf, indexes
from kaiban.storage.database import Database
from kaiban.storage.desk.worklist import agent_index, write_terms
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.encryption.keys import INDEX
from kaiban.storage.filings import place_of, return_index
from kaiban.storage.schema import (
    assisted_filings,
    case_terms,
    cases,
    draft_messages,
    filing_messages,
    filings,
    keys,
    limits,
    materials,
    return_codes,
    staff_places,
    tickets,
    worklist,
)
from kaiban.storage.tickets import ticket_indexes


@dataclass(frozen=True)
class _Move:
    """From one ring to another that differs in its index key."""

    connection: Connection
    old: Keyring
    new: Keyring
    subject_of: SubjectOf


def reindex(
    database: Database, old: Keyring, new: Keyring, now: datetime, subject_of: SubjectOf
) -> dict[str, int]:
    """Let ``new`` find what ``old`` found; how many rows of each table were written anew.

    One-time codes, rate counts and known places are dropped: what they stand for is written nowhere, and
    they come again by themselves. Raises UnknownKeyError or UnopenableError, and then nothing has changed.
    """
    with database.transaction() as connection:
        move = _Move(connection, old, new, subject_of)
        counts = {name: make(move) for name, make in REBUILT.items()}
        value = new.check_values()[INDEX]
        kept = update(keys).where(keys.c.name == INDEX).values(check_value=value, since=now)
        connection.execute(kept)
    return counts


def _cases(move: _Move) -> int:
    cells = Cells(move.new)
    numbers = move.connection.scalars(select(cases.c.no)).all()
    for no in numbers:
        wanted = select(cases.c.no, cases.c.owner, cases.c.form, cases.c.reference).where(
            cases.c.no == no
        )
        row = cells.opened(cases, move.connection.execute(wanted).mappings().one())
        cells.update(move.connection, cases, (no,), indexes(move.new, row, move.subject_of))
    return len(numbers)


def _worklist(move: _Move) -> int:
    changed = 0
    for no in move.connection.scalars(select(worklist.c.case_no)).all():
        form, *_ = _told(move, no)
        row = {"agent_index": agent_index(move.new, agent_of(form))}
        move.connection.execute(update(worklist).where(at(worklist, (no,))).values(row))
        changed += 1
    return changed


def _case_terms(move: _Move) -> int:
    numbers = move.connection.scalars(select(case_terms.c.case_no).distinct()).all()
    for no in numbers:
        write_terms(move.connection, move.new, no, terms_of(*_told(move, no)))
    return len(numbers)


def _told(move: _Move, no: str) -> tuple[Mapping[str, Any], Mapping[str, str], FiledBy | None]:
    """A case's form, what departments have granted, and who filed it at the desk."""
    told = (cases.c.no, cases.c.form, cases.c.facts, cases.c.filed_by)
    wanted = select(*told).where(cases.c.no == no)
    row = Cells(move.new).opened(cases, move.connection.execute(wanted).mappings().one())
    return codec.loads(row["form"]), row["facts"], filed_by(row["filed_by"])


def _filings(move: _Move) -> int:
    """Their place is their key, and every cell is bound to it: they are sealed anew."""
    cells = Cells(move.new)
    places = move.connection.execute(select(filings.c.place)).scalars().all()
    for place in places:
        found = select(filings).where(filings.c.place == place)
        row = cells.opened(filings, move.connection.execute(found).mappings().one())
        moved = {**row, **_placed(move.new, row)}
        move.connection.execute(delete(filings).where(at(filings, (place,))))
        cells.insert(move.connection, filings, moved)
        for column in (materials.c.filing, filing_messages.c.place, draft_messages.c.place):
            its = update(column.table).where(column == place)
            move.connection.execute(its.values({column.name: moved["place"]}))
    return len(places)


def _placed(keyring: Keyring, row: Mapping[str, Any]) -> dict[str, str | None]:
    code, phone = row["code"].decode(), row["phone"].decode()
    index = return_index(keyring, code, phone)
    return {
        "place": place_of(keyring, row["id"].decode()),
        "return_index": index,
        # That another number was proved before says nothing of this one.
        "proved_index": index if row["proved_index"] == row["return_index"] else None,
    }


def _assisted(move: _Move) -> int:
    cells = Cells(move.new)
    rows = move.connection.execute(select(assisted_filings)).mappings().all()
    for row in rows:
        filing = cells.opened(assisted_filings, row)["filing"].decode()
        moved = {"place": place_of(move.new, filing)}
        cells.update(move.connection, assisted_filings, (row["number"],), moved)
    return len(rows)


def _with_filings(column: Column[Any]) -> Callable[[_Move], int]:
    """Moved with their filings; what names one that is gone is a case's already, or is dropped soon."""
    held = select(column).where(column.in_(select(filings.c.place)))
    return lambda move: len(move.connection.execute(held).all())


def _tickets(move: _Move) -> int:
    cells = Cells(move.new)
    rows = move.connection.execute(select(tickets)).mappings().all()
    for row in rows:
        code, phone = (
            (cells.opened(tickets, row)[name] or b"").decode() for name in ("code", "phone")
        )
        cells.update(move.connection, tickets, (row["id"],), ticket_indexes(move.new, code, phone))
    return len(rows)


def _dropped(table: Any) -> Callable[[_Move], int]:
    return lambda move: move.connection.execute(delete(table)).rowcount


#: How each table of ``schema.BLIND`` is made anew, in this order.
REBUILT: Final[Mapping[str, Callable[[_Move], int]]] = {
    "cases": _cases,
    "worklist": _worklist,
    "case_terms": _case_terms,
    "filings": _filings,
    "filing_messages": _with_filings(filing_messages.c.place),
    "draft_messages": _with_filings(draft_messages.c.place),
    "assisted_filings": _assisted,
    "materials": _with_filings(materials.c.filing),
    "return_codes": _dropped(return_codes),
    "limits": _dropped(limits),
    "tickets": _tickets,
    "staff_places": _dropped(staff_places),
}
