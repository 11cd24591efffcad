"""Applications as they were before they were corrected or grew, as rows."""

from typing import Any

from sqlalchemy import Connection, select

from kaiban.ports.cases.cases import EarlierForm
from kaiban.storage import codec
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import earlier_forms


def keep(connection: Connection, cells: Cells, no: str, events: int, form: bytes) -> None:
    """Keep what was the case's form until so many events had happened."""
    cells.put(connection, earlier_forms, {"case_no": no, "events": events, "form": form})


def read(connection: Connection, cells: Cells, no: str) -> list[EarlierForm]:
    """The case's, the oldest first."""
    wanted = select(earlier_forms).where(earlier_forms.c.case_no == no)
    rows = connection.execute(wanted.order_by(earlier_forms.c.events)).mappings()
    return [_form(cells.opened(earlier_forms, row)) for row in rows]


def _form(row: Any) -> EarlierForm:
    return EarlierForm(row["events"], codec.loads(row["form"]))
