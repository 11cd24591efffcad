"""Cases as they stand in their rows, read whole."""

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
)

from kaiban.domain.cases.case import Case
from kaiban.storage import schema
from kaiban.storage.cases.rows import ORDER, Row, case_of
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.statements import rows_of_cases

TABLES = {name: schema.metadata.tables[name] for name in ORDER}
_PARTS = ORDER[1:]
_ARRANGED = {
    "links": ("position",),
    "steps": ("link", "position"),
    "events": ("seq",),
    "notices": ("number",),
    "documents": ("link", "position"),
}


def load(
    connection: Connection, cells: Cells, numbers: Sequence[str], *, documents: bool = True
) -> list[Case]:
    """The cases of those numbers that exist, in that order."""
    table = schema.cases
    wanted = rows_of_cases(table, "no", ())
    rows = connection.execute(wanted, {"numbers": numbers}).mappings()
    found = {row["no"]: cells.opened(table, row) for row in rows}
    skipped = () if documents else ("documents",)
    parts = {
        name: {} if name in skipped else _rows_by_case(connection, cells, name, numbers)
        for name in _PARTS
    }
    return [
        case_of(no, found[no], {name: parts[name].get(no, ()) for name in _PARTS})
        for no in numbers
        if no in found
    ]


def _rows_by_case(
    connection: Connection, cells: Cells, name: str, numbers: Sequence[str]
) -> dict[str, list[Row]]:
    table = TABLES[name]
    wanted = rows_of_cases(table, "case_no", _ARRANGED[name])
    found: dict[str, list[Row]] = {}
    for row in connection.execute(wanted, {"numbers": numbers}).mappings():
        found.setdefault(row["case_no"], []).append(cells.opened(table, row))
    return found
