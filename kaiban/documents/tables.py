"""Tables as people send them (pasted text, CSV, XLSX), and the table they are asked to fill in.

Nothing is guessed: a text is UTF-8, or it is GB 18030 and that is told; a spreadsheet is told by its content.
"""

import csv
import io
import itertools
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import openpyxl
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from forms.cells import Cell
from forms.fields import Choice, Flag
from forms.roster import Column, Roster, columns, read
from forms.sections.staff import MOST_MEMBERS
from kaiban.documents.unpacking import TooMuchError, zip_sum
from kaiban.domain.notice import Defect

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
_TEXT: Final = "@"
_KEPT: Final = (str, int, float, bool, date)


@dataclass(frozen=True)
class Sheet:
    """A table as it came; ``read_as`` says how its bytes were understood ("UTF-8", "GB 18030", "UTF-16", "XLSX")."""

    rows: tuple[tuple[Cell, ...], ...]
    read_as: str


def sheet_of(content: bytes) -> Sheet | Defect:
    """The first table of a file, or what is wrong with it and what to do; raises nothing but MemoryError."""
    if len(content) > MOST_BYTES:
        return _refused(
            "sheet.too_large", f"表格文件超过 {MOST_BYTES // 2**20} MB，请只保留职工名册一张表。"
        )
    if content.startswith(b"PK\3\4"):
        return _workbook(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _refused(
            "sheet.old", "这是旧版 Excel 文件（xls），请另存为 xlsx 或者 CSV 后再导入。"
        )
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding, "UTF-16")
    as_utf8 = _decoded(content, "utf-8-sig", "UTF-8")
    return as_utf8 if isinstance(as_utf8, Sheet) else _decoded(content, "gb18030", "GB 18030")


def roster(sent: bytes | str, today: date) -> tuple[Roster, str] | Defect:
    """The roster of staff in a file or a pasted text, and how its bytes were understood; or what is wrong with it."""
    found = pasted(sent) if isinstance(sent, str) else sheet_of(sent)
    return found if isinstance(found, Defect) else (read(found.rows, today=today), found.read_as)


def pasted(text: str) -> Sheet | Defect:
    """The table in a text copied from a spreadsheet, columns parted by tabs or commas."""
    if len(text) > MOST_BYTES:
        return _refused("sheet.too_large", "粘贴的内容过长，请分批导入。")
    return _parted(text, "UTF-8")


def _decoded(content: bytes, encoding: str, called: str) -> Sheet | Defect:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        message = "无法识别文件的编码，请在表格软件中另存为 xlsx，或者“CSV UTF-8”后再导入。"
        return _refused("sheet.encoding", message)
    return _parted(text, called)


def _parted(text: str, called: str) -> Sheet | Defect:
    if "\0" in text:
        return _refused(
            "sheet.type", "这不是表格，请导入 xlsx、CSV 文件，或者从表格中复制后粘贴。"
        )
    head = next((line for line in text.splitlines() if line.strip()), "")
    by = "\t" if "\t" in head else "," if "," in head else "，"
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=by, strict=True)
        rows = [tuple(row[:MOST_COLUMNS]) for row in itertools.islice(reader, MOST_ROWS)]
    except csv.Error:
        message = "CSV 格式有误（引号不成对或者单元格过长），请另存为 xlsx 后再导入。"
        return _refused("sheet.damaged", message)
    return Sheet(tuple(rows), called)


def _workbook(content: bytes) -> Sheet | Defect:
    try:
        _check_sums(content)
        return Sheet(_rows(content), "XLSX")
    except TooMuchError:
        message = "表格解压后过大或者样式过多，请只保留职工名册一张表：新建空表，只粘贴内容，不带图片和格式。"
        return _refused("sheet.too_large", message)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a broken workbook breaks its reader in many ways
        message = "表格文件已损坏、带有密码或者不是 xlsx，请另存为 xlsx 或者 CSV 后再导入。"
        return _refused("sheet.damaged", message)


def _check_sums(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        styles = (part.file_size for part in parts.infolist() if part.filename == STYLES)
        if len(parts.infolist()) > MOST_PARTS or any(size > MOST_STYLES for size in styles):
            raise TooMuchError
        zip_sum(parts, MOST_UNPACKED)


def _rows(content: bytes) -> tuple[tuple[Cell, ...], ...]:
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    first = book.worksheets[0]
    first.reset_dimensions()  # what a file says of its own size need not be true
    rows = first.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
    found = tuple(tuple(map(_cell, row)) for row in rows)
    book.close()
    return found


def _cell(value: Any) -> Cell:
    """A cell's value; formulas stand for what they last gave, times and errors for their text."""
    return value if isinstance(value, _KEPT) or value is None else str(value)


def _refused(code: str, message: str) -> Defect:
    return Defect("", code, message)


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
        said = ["必填" if column.required else "选填", known["help"], str(known["example"])]
        page.append([column.label, *said, "、".join(_answers(column))])
    page.column_dimensions["C"].width = page.column_dimensions["E"].width = 48


def _answers(column: Column) -> list[str]:
    if isinstance(column.field, Choice):
        return [one.label for one in column.field.listed.items]
    return ["是", "否"] if isinstance(column.field, Flag) else []
