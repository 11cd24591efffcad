"""Tables as people send them (pasted text, CSV, XLSX), and the table they are asked to fill in.

Nothing is guessed: a text is UTF-8, or it is GB 18030 and that is told; a spreadsheet is told by its content.
"""

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

import openpyxl
from lxml.etree import QName, iterparse
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from forms.fields import Choice, Flag
from forms.reading.cells import Cell, written
from forms.roster import Column, Roster, columns, fits, read
from forms.sections.staff import MOST_MEMBERS
from forms.structure.tour import in_chinese
from kaiban.documents.table_refusals import refused
from kaiban.documents.unpacking import TooMuchError, zip_sum
from kaiban.domain.notices.notice import Defect

MOST_BYTES: Final = 5 * 1024 * 1024
#: Rows looked at; a roster of more is too long anyway, and is told so by its reader.
MOST_ROWS: Final = 12_000
MOST_COLUMNS: Final = 60
#: What a spreadsheet may unpack to, eight times what 500 employees with 60 columns need: reading it takes a processor
#: half a second for every megabyte.
MOST_UNPACKED: Final = 16 * 1024 * 1024
#: The part with the styles: every spreadsheet program allows fewer than that holds (64 thousand formats).
STYLES: Final = "xl/styles.xml"
MOST_STYLES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 200

_BYTE_ORDER_MARKS: Final = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: The name of the stream that holds a workbook with a password, as its directory writes it.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
#: Sheets and rows looked at to find the roster among dictionaries and explanations.
MOST_SHEETS, MOST_HEAD = 20, 20
_TEXT: Final = "@"
_KEPT: Final = (str, int, float, bool, date)


@dataclass(frozen=True)
class Sheet:
    """A table as it came; ``read_as`` says how its bytes were understood ("UTF-8", "GB 18030", "UTF-16", "XLSX").

    ``unseen`` counts the rows left out that hold something nobody sees: hidden, or filtered away.
    """

    rows: tuple[tuple[Cell, ...], ...]
    read_as: str
    unseen: int = 0


def sheet_of(content: bytes) -> Sheet | Defect:
    """The first table of a file, or what is wrong with it and what to do; raises nothing but MemoryError."""
    if len(content) > MOST_BYTES:
        return refused("sheet.too_large", most=MOST_BYTES // 2**20)
    if content.startswith(b"PK\3\4"):
        return _workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0") and _ENCRYPTED in content:
        return refused("sheet.password")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return refused("sheet.old")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, "UTF-16")
    as_utf8 = _decoded(content, "utf-8-sig", "UTF-8")
    return as_utf8 if isinstance(as_utf8, Sheet) else _decoded(content, "gb18030", "GB 18030")


def roster(sent: bytes | str, today: date) -> tuple[Roster, str] | Defect:
    """The roster of staff in a file or a pasted text, and how its bytes were understood; or what is wrong with it."""
    found = pasted(sent) if isinstance(sent, str) else sheet_of(sent)
    if isinstance(found, Defect):
        return found
    return replace(read(found.rows, today=today), unseen=found.unseen), found.read_as


def pasted(text: str) -> Sheet | Defect:
    """The table in a text copied from a spreadsheet, columns parted by tabs or commas."""
    if len(text) > MOST_BYTES:
        return refused("sheet.too_large", "text")
    return _parted(text, "UTF-8")


def _decoded(content: bytes, encoding: str, called: str) -> Sheet | Defect:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return refused("sheet.encoding")
    return _parted(text, called)


def _parted(text: str, called: str) -> Sheet | Defect:
    if "\0" in text:
        return refused("sheet.type")
    begins = [line for line in text.splitlines() if line.strip()][:MOST_HEAD]
    by = max(_SIGNS, key=lambda sign: _fit(begins, lambda line: line.split(sign)))
    gap = max(_GAPS, key=lambda gap: _fit(begins, gap.split))
    if _fit(begins, gap.split) > _fit(begins, lambda line: line.split(by)):
        return _spaced(text, called, gap)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=by, strict=True)
        rows = [tuple(row[:MOST_COLUMNS]) for row in itertools.islice(reader, MOST_ROWS)]
    except csv.Error:
        return refused("sheet.damaged", "csv")
    return Sheet(tuple(rows), called)


#: What parts the columns of a text, in the order in which it is tried.
_SIGNS: Final = ("\t", ",", "，", ";", "；", "|")
#: Texts from a chat are parted by nothing but room: wide gaps first, so that 姓 名 stays one.
_GAPS: Final = (re.compile(r"[ \t\u3000]{2,}"), re.compile(r"[ \t\u3000]+"))


def _fit(lines: Sequence[str], split: Callable[[str], list[str]]) -> tuple[int, int]:
    """How well these lines are a roster when parted so: by its columns, else by having several."""
    rows = [split(line.strip(" ")) for line in lines]
    return fits(rows), min(len(rows[0]), 2) if rows else 0


def _spaced(text: str, called: str, gap: re.Pattern[str]) -> Sheet | Defect:
    """A table parted by room alone; a line with fewer cells than the head would be guessed at, so it is refused."""
    lines = text.splitlines()[:MOST_ROWS]
    rows = [tuple(gap.split(line.strip())) if line.strip() else () for line in lines]
    head = max(range(len(rows)), key=lambda n: fits(rows[n : n + 1]))
    for number, row in enumerate(rows[head:], head + 1):
        if row and len(row) != len(rows[head]):
            return refused("sheet.uneven", line=number, cells=len(row), heads=len(rows[head]))
    return Sheet(tuple(rows), called)


def _workbook(content: bytes) -> Sheet | Defect:
    try:
        _check_sums(content)
        rows, unseen = _rows(content)
        return Sheet(rows, "XLSX", unseen)
    except TooMuchError:
        return refused("sheet.too_large", "unpacked")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a broken workbook breaks its reader in many ways
        return refused("sheet.damaged")


def _check_sums(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles = (part.file_size for part in parts.infolist() if part.filename == STYLES)
        if len(parts.infolist()) > MOST_PARTS or any(size > MOST_STYLES for size in styles):
            raise TooMuchError
        zip_sum(parts, MOST_UNPACKED)


def _rows(content: bytes) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    """The rows of the visible sheet whose head fits a roster best; what is hidden in it stands for empty, and is counted."""
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    chosen = max(shown[:MOST_SHEETS], key=lambda sheet: fits(_cells(sheet, MOST_HEAD)))
    hidden = Hidden.of(content, chosen._worksheet_path)  # noqa: SLF001  nothing public says which part it is
    every = _cells(chosen, MOST_ROWS)
    book.close()
    found = tuple(
        () if number in hidden.rows else hidden.without_columns(row)
        for number, row in enumerate(every, 1)
    )
    return found, sum(any(map(written, every[n - 1])) for n in hidden.rows if n <= len(every))


def _cells(sheet: Any, most: int) -> list[tuple[Cell, ...]]:
    sheet.reset_dimensions()  # what a file says of its own size need not be true
    rows = sheet.iter_rows(max_row=most, max_col=MOST_COLUMNS, values_only=True)
    return [tuple(map(_cell, row)) for row in rows]


@dataclass(frozen=True)
class Hidden:
    """The numbers of the rows and columns of a sheet nobody sees: hidden, or left out by a filter."""

    rows: frozenset[int]
    columns: frozenset[int]

    @classmethod
    def of(cls, content: bytes, part: str) -> Self:
        """Read them from the sheet's part of the file."""
        rows, columns, number = set[int](), set[int](), 0
        with zipfile.ZipFile(io.BytesIO(content)) as parts, parts.open(part) as source:
            for _, element in iterparse(source, tag=("{*}row", "{*}col"), resolve_entities=False):
                is_hidden = element.get("hidden") in ("1", "true")
                if QName(element).localname == "row":
                    number = int(element.get("r", number + 1))
                    rows |= {number} if is_hidden else set()
                elif is_hidden:
                    last = min(int(element.get("max", 1)), MOST_COLUMNS)
                    columns |= set(range(int(element.get("min", 1)), last + 1))
                element.clear()
        return cls(frozenset(rows), frozenset(columns))

    def without_columns(self, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """The row with nothing in its hidden cells."""
        if not self.columns:
            return row
        return tuple(None if n in self.columns else cell for n, cell in enumerate(row, 1))


def _cell(value: Any) -> Cell:
    """A cell's value; formulas stand for what they last gave, times and errors for their text."""
    return value if isinstance(value, _KEPT) or value is None else str(value)


# --- the table to fill in ------------------------------------------------------------------------


def roster_template() -> bytes:
    """The table for the roster of staff."""
    return template(columns())


def template(columns: Sequence[Column]) -> bytes:
    """An empty XLSX with the form's own labels, text cells where numbers must stay whole, lists where there are codes.

    A second sheet explains each column.
    """
    book = openpyxl.Workbook()
    table = book.worksheets[0]
    table.title = "职工名册"
    for number, column in enumerate(columns, 1):
        _head(table, number, column)
    table.freeze_panes = "A2"
    _explain(book.create_sheet("填写说明"), columns)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _head(table: Any, number: int, column: Column) -> None:
    letter = get_column_letter(number)
    head = table.cell(1, number, column.label)
    head.font = Font(bold=column.required)
    table.column_dimensions[letter].width = 22 if column.path == "cert.no" else 14
    # The whole column, so that a spreadsheet takes no identity number for a quantity.
    table.column_dimensions[letter].number_format = _TEXT
    for line in range(2, MOST_MEMBERS + 2):
        table.cell(line, number).number_format = _TEXT
    answers = _answers(column)
    if answers:
        rule = DataValidation(type="list", formula1=f'"{",".join(answers)}"', allow_blank=True)
        rule.add(f"{letter}2:{letter}{MOST_MEMBERS + 1}")
        table.add_data_validation(rule)


def _explain(page: Any, columns: Sequence[Column]) -> None:
    page.append(["列名", "是否必填", "说明", "示例", "可填内容"])
    for column in columns:
        known = column.field.metadata
        said = [
            "必填" if column.required else "选填",
            known["help"],
            in_chinese(column.field, known["example"]),
        ]
        page.append([column.label, *said, "、".join(_answers(column))])
    page.column_dimensions["C"].width = page.column_dimensions["E"].width = 48


def _answers(column: Column) -> list[str]:
    if isinstance(column.field, Choice):
        return [one.label for one in column.field.listed.items]
    return ["是", "否"] if isinstance(column.field, Flag) else []
