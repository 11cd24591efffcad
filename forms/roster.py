"""The roster of staff as people keep it: a table with a head, one employee a line.

The head names the form's own labels, in any order. Cells may be text or what a spreadsheet makes of it: numbers,
days. Whatever is wrong is told by the line in which it stands, all at once, in the form's own sentences.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema

from forms.defects import Defect
from forms.fields import Choice, Day, Flag, Money
from forms.opening import check
from forms.paths import AnyField, Catalogue, catalogue_of, inner_schema, questions
from forms.sections import SECTIONS
from forms.sections.staff import MOST_MEMBERS, Member

Cell = str | int | float | Decimal | bool | date | None
Entry = dict[str, Any]

_MEMBERS = "/staff/members/"
#: Spreadsheets keep fifteen digits of a number; what came after them is lost for good.
_MOST_DIGITS = 15
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_REMARK = re.compile(r"[（(].*[）)]$")
_ANSWERS = {"是": True, "否": False}
#: Most employees show this document, so a table need not say it.
_USUAL_DOCUMENT = "id_card"

NOTHING = "表中没有内容，请按模板填写后再导入。"
NOBODY = "表中只有列名，没有职工，请从第二行起每人填写一行。"
TOO_MANY = "表中有 {count} 名职工，一次最多导入 {most} 名，请分批办理增员。"
LACKING = "第 {line} 行：缺少列“{columns}”，请使用模板的列名。"
TWICE = "第 {line} 行：列“{columns}”出现了两次，请删除一列。"
IN_ROW = "第 {line} 行：{what}"
IN_COLUMN = "第 {line} 行“{label}”：{what}"
LOST = "被表格软件当成数字，末几位已经丢失，请把这一列设为文本格式后重新填写。"
#: What can be wrong with a table, so that the pages can say it in another language.
SENTENCES = (NOTHING, NOBODY, TOO_MANY, LACKING, TWICE, IN_ROW, IN_COLUMN, LOST)


@dataclass(frozen=True)
class Column:
    """A column of the table: where its answers go (``cert.no``), and the question."""

    path: str
    field: AnyField

    @property
    def label(self) -> str:
        """The head of the column."""
        return str(self.field.metadata["label"])

    @property
    def required(self) -> bool:
        """Whether the table must have it."""
        return bool(self.field.required) and self.path != "cert.type"


@dataclass(frozen=True)
class Roster:
    """What was read: entries for `staff.members`, sentences that name a line, and heads nobody asked for."""

    members: tuple[Entry, ...] = ()
    errors: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


class _LostDigitsError(Exception):
    """A long number went through a spreadsheet's arithmetic."""


def columns() -> tuple[Column, ...]:
    """Return every column a table may have, in the order of the form."""
    return tuple(_columns(Member(), ""))


def _columns(schema: Schema, at: str) -> Iterator[Column]:
    for key, field in questions(schema).items():
        inner = inner_schema(field)
        if inner is not None:
            yield from _columns(inner, f"{at}{key}.")
        elif not field.metadata["derived"]:
            yield Column(f"{at}{key}", field)


def read(rows: Sequence[Sequence[Cell]], *, today: date) -> Roster:
    """Read a table; line numbers in sentences count every row of it, from 1. Members are given only without errors."""
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(map(_written, row))]
    if not numbered:
        return Roster(errors=(NOTHING,))
    head, lines = numbered[0], numbered[1:]
    if not lines:
        return Roster(errors=(NOBODY,))
    known = {_plain(one.label): one for one in columns()}
    heads = [_plain(str(cell)) if _written(cell) else "" for cell in head[1]]
    wrong = _head_errors(head[0], heads, known)
    if len(lines) > MOST_MEMBERS:
        wrong.append(TOO_MANY.format(count=len(lines), most=MOST_MEMBERS))
    if wrong:
        return Roster(errors=tuple(wrong))
    ignored = tuple(one for one in heads if one and one not in known)
    return _members([known.get(one) for one in heads], lines, ignored, today)


def as_table(members: Sequence[Mapping[str, Any]]) -> str:
    """Entries as a text whose columns are parted by tabs; `read` makes the same entries of it."""
    target, known = io.StringIO(), columns()
    lines = csv.writer(target, delimiter="\t", lineterminator="\n")
    lines.writerow([one.label for one in known])
    for member in members:
        lines.writerow([_spelt(at(member, one.path)) for one in known])
    return target.getvalue()


def at(member: Mapping[str, Any], path: str) -> Any:
    """What a member answered there (``cert.no``); None for nothing."""
    found: Any = member
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _spelt(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _head_errors(line: int, heads: Sequence[str], known: Mapping[str, Column]) -> list[str]:
    lacking = [one.label for name, one in known.items() if one.required and name not in heads]
    twice = sorted({one for one in heads if one in known and heads.count(one) > 1})
    errors = []
    if lacking:
        errors.append(LACKING.format(line=line, columns="”“".join(lacking)))
    if twice:
        errors.append(TWICE.format(line=line, columns="”“".join(twice)))
    return errors


def _members(
    heads: Sequence[Column | None],
    lines: Sequence[tuple[int, Sequence[Cell]]],
    ignored: tuple[str, ...],
    today: date,
) -> Roster:
    members: list[Entry] = []
    errors: list[tuple[int, str]] = []
    for number, row in lines:
        entry, lost = _entry(heads, row)
        members.append(entry)
        errors += [(number, IN_COLUMN.format(line=number, label=each, what=LOST)) for each in lost]
    found = check({"staff": {"members": members}}, today=today, wanted={"staff"})
    catalogue, spoilt = catalogue_of(SECTIONS), {number for number, _ in errors}
    for defect in found.defects:
        if defect.pointer.startswith(_MEMBERS):
            number = lines[int(defect.pointer.split("/")[3])][0]
            # A number that is lost cannot be judged a second time.
            if not (number in spoilt and "/cert/no" in defect.pointer):
                errors.append((number, _told(number, defect, catalogue)))
    said = tuple(text for _, text in sorted(errors, key=lambda each: each[0]))
    return Roster(() if said else tuple(members), said, ignored)


def _told(line: int, defect: Defect, catalogue: Catalogue) -> str:
    place = catalogue.at(defect.pointer)
    if place is None or f"“{place.label}”" in defect.message:
        return IN_ROW.format(line=line, what=defect.message)
    return IN_COLUMN.format(line=line, label=place.label, what=defect.message)


def _entry(heads: Sequence[Column | None], row: Sequence[Cell]) -> tuple[Entry, list[str]]:
    entry: Entry = {"cert": {"type": _USUAL_DOCUMENT}}
    lost: list[str] = []
    for column, cell in zip(heads, row, strict=False):
        if column is None or not _written(cell):
            continue
        try:
            _put(entry, column.path, _value(column.field, cell))
        except _LostDigitsError:
            lost.append(column.label)
    return entry, lost


def _put(entry: Entry, path: str, value: Any) -> None:
    group, _, key = path.rpartition(".")
    (entry.setdefault(group, {}) if group else entry)[key] = value


def _value(field: AnyField, cell: Cell) -> Any:
    """What the cell says as the form wants it; left as it is where it says something else."""
    for kind, reads in _READERS:
        if isinstance(field, kind):
            return reads(field, cell)
    return _text(cell)


def _choice(field: Any, cell: Cell) -> str:
    said = _text(cell)
    return next((one.code for one in field.listed.items if one.label == said), said)


def _flag(_field: Any, cell: Cell) -> Any:
    return cell if isinstance(cell, bool) else _ANSWERS.get(_text(cell), _text(cell))


def _day(_field: Any, cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    found = _DAY.fullmatch(_text(cell))
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else _text(cell)


def _money(_field: Any, cell: Cell) -> Any:
    said = _text(cell).removesuffix("元").replace(",", "").replace("，", "").strip()
    try:
        return Decimal(said)
    except InvalidOperation:
        return said


_READERS: tuple[tuple[type[Any], Callable[[Any, Cell], Any]], ...] = (
    (Choice, _choice),
    (Flag, _flag),
    (Day, _day),
    (Money, _money),
)


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return _number(cell)
    said = str(cell).strip()
    if _EXPONENT.fullmatch(said):
        raise _LostDigitsError
    return said


def _number(cell: float) -> str:
    if abs(cell) >= 10**_MOST_DIGITS:
        raise _LostDigitsError
    return f"{Decimal(repr(cell)).normalize():f}"


def _written(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _plain(head: str) -> str:
    """A head without spaces, stars and a remark at its end: “月工资（元） *” is 月工资."""
    bare = re.sub(r"[\s*＊]", "", head)
    return _REMARK.sub("", bare)
