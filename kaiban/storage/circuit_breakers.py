"""How the departments stand, as rows: one each, made when the department is first spoken to."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from kaiban.domain.circuit_breaker import Cause, Circuit, DepartmentCircuit
from kaiban.storage.schema import departments as table
from kaiban.storage.statements import place, updating

_ALL = select(table)
_LOCKED = select(table).where(table.c.department == bindparam("department")).with_for_update()


def read(connection: Connection) -> dict[str, DepartmentCircuit]:
    """Every department's, by link name."""
    rows = connection.execute(_ALL).mappings()
    return {row["department"]: _standing(row) for row in rows}


def locked(connection: Connection, department: str) -> DepartmentCircuit:
    """A department's, with its row locked until the transaction ends; the row is made if missing."""
    row = connection.execute(_LOCKED, {"department": department}).mappings().first()
    if row is None:
        _make(connection, department)
        row = connection.execute(_LOCKED, {"department": department}).mappings().one()
    return _standing(row)


def write(connection: Connection, standing: DepartmentCircuit) -> None:
    """Write the row of a standing that was locked here."""
    row = _row(standing)
    connection.execute(updating(table), {**row, **place(table, [row.pop("department")])})


def _make(connection: Connection, department: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(table).values(_row(DepartmentCircuit(department)))
    connection.execute(first.on_conflict_do_nothing())


def _row(standing: DepartmentCircuit) -> dict[str, Any]:
    # The release before this one counts first sends here; it finds none, and allows the least.
    return {**asdict(standing), "sends": 0}


def _standing(row: RowMapping) -> DepartmentCircuit:
    read = {
        "circuit": Circuit(row["circuit"]), "cause": Cause(row["cause"]),
        "silent": tuple(row["silent"]),
    }  # fmt: skip
    known = {name: value for name, value in row.items() if name != "sends"}
    return DepartmentCircuit(**{**known, **read})
