"""Tables as files for spreadsheets: CSV that Excel and WPS open as UTF-8, and XLSX."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from kaiban.documents.statistics.tables import Table, Value

#: Without it Excel takes the bytes for the code page of its country.
_MARK: Final = "\ufeff"
_WIDEST: Final = 48
#: A Chinese character takes the room of two Latin ones.
_WIDE: Final = 0x2E80


def csv_of(table: Table) -> bytes:
    """The table as UTF-8 with its mark, a line a row by RFC 4180; days by ISO 8601, nothing for what is not told."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.head)
    writer.writerows([_plain(value) for value in row] for row in table.rows)
    return (_MARK + text.getvalue()).encode()


def xlsx_of(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet each, numbers as numbers and days as days, the rule of each below its rows."""
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        page = book.create_sheet(table.title)
        page.freeze_panes = "A2"
        for number, width in enumerate(_widths(table), 1):
            page.column_dimensions[get_column_letter(number)].width = width
        page.append([_bold(page, title) for title in table.head])
        for row in table.rows:
            page.append(list(row))
        if table.note:
            page.append([])
            page.append([table.note])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _bold(page: Any, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, value=title)
    cell.font = Font(bold=True)
    return cell


def _widths(table: Table) -> list[int]:
    columns = zip(table.head, *table.rows[:200], strict=True)
    return [min(max(map(_width, column)) + 2, _WIDEST) for column in columns]


def _width(value: Value) -> int:
    return sum(2 if ord(each) >= _WIDE else 1 for each in _plain(value))


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
