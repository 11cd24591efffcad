"""The roster of staff as people keep it: a table with a head, one employee a line.

The head names the form's own labels, or what people usually call them, in any order; a title may stand above it. Cells may be text or what a spreadsheet makes of it: numbers,
days. Whatever is wrong is told by the line in which it stands, all at once, in the form's own sentences.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from marshmallow import Schema

from forms.defects import Defect
from forms.opening import check
from forms.reading.answers import Today
from forms.reading.cells import Cell, LostDigitsError, answer, plain, written
from forms.sections import SECTIONS
from forms.sections.staff import MOST_MEMBERS, Member
from forms.structure.paths import AnyField, Catalogue, catalogue_of, inner_schema, questions

Entry = dict[str, Any]

_MEMBERS = "/staff/members/"
_REMARK = re.compile(r"[(].*[)]$")
#: What people call a column besides the form's own word, by its path.
_ALSO = {
    "name": ("名字", "员工姓名", "职工姓名"),
    "cert.type": ("证件种类",),
    "cert.no": ("身份证号", "身份证号码", "身份证", "证件号", "公民身份号码"),
    "cert.valid_until": ("证件有效期", "身份证有效期"),
    "mobile": ("手机号", "手机", "联系电话", "电话", "联系方式"),
    "household": ("户口性质", "户籍", "户口"),
    "start_date": ("入职时间", "入职日", "到岗日期"),
    "contract_until": ("合同到期日", "合同到期日期", "合同到期"),
    "position": ("职位", "职务", "工种"),
    "monthly_wage": ("月薪", "工资", "薪资", "申报工资", "缴费工资"),
}
#: Above the head there may be a title and a line or two of advice.
_MOST_ABOVE = 10
#: So many heads make a head of a line: a title is one cell, a person's line none.
_FEWEST_HEADS = 2
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
    """What was read: entries for `staff.members`, sentences that name a line, and heads nobody asked for.

    unseen: how many rows were not read because nobody sees them in the table.
    """

    members: tuple[Entry, ...] = ()
    errors: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    unseen: int = 0


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
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(map(written, row))]
    if not numbered:
        return Roster(errors=(NOTHING,))
    known = _called()
    above = _above(known, numbered)
    head, lines = numbered[above], numbered[above + 1 :]
    if not lines:
        return Roster(errors=(NOBODY,))
    heads = _heads(head[1])
    wrong = _head_errors(head[0], heads, known)
    if len(lines) > MOST_MEMBERS:
        wrong.append(TOO_MANY.format(count=len(lines), most=MOST_MEMBERS))
    if wrong:
        return Roster(errors=tuple(wrong))
    ignored = tuple(one for one in heads if one and one not in known)
    return _members([known.get(one) for one in heads], lines, ignored, today)


def fits(rows: Sequence[Sequence[Cell]]) -> int:
    """Say how many columns of a roster the best head among the first rows has; 0 for no roster."""
    numbered = [(n, row) for n, row in enumerate(rows, 1) if any(map(written, row))]
    known = _called()
    return max((_known(known, row) for _, row in numbered[: _MOST_ABOVE + 1]), default=0)


@cache
def _called() -> Mapping[str, Column]:
    """Every column by every name it goes by."""
    found = {name: one for one in columns() for name in _ALSO.get(one.path, ())}
    return found | {_plain(one.label): one for one in columns()}


def _above(known: Mapping[str, Column], numbered: Sequence[tuple[int, Sequence[Cell]]]) -> int:
    """How many lines stand above the head: none where no line looks like one."""
    counts = [_known(known, row) for _, row in numbered[: _MOST_ABOVE + 1]]
    best = max(counts)
    return counts.index(best) if best >= _FEWEST_HEADS else 0


def _known(known: Mapping[str, Column], row: Sequence[Cell]) -> int:
    return len({known[head].path for head in _heads(row) if head in known})


def _heads(row: Sequence[Cell]) -> list[str]:
    return [_plain(str(cell)) if written(cell) else "" for cell in row]


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
    paths = [known[one].path for one in heads if one in known]
    lacking = [one.label for one in columns() if one.required and one.path not in paths]
    twice = sorted({one for one in heads if one in known and paths.count(known[one].path) > 1})
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
    lost: set[str] = set()
    for row, (number, cells) in enumerate(lines):
        entry, spoilt = _entry(heads, cells, lambda: today)
        members.append(entry)
        lost |= {f"{_MEMBERS}{row}/{each.path.replace('.', '/')}" for each in spoilt}
        errors += [(number, _in_column(number, each.label, LOST)) for each in spoilt]
    found = check({"staff": {"members": members}}, today=today, wanted={"staff"})
    for defect in found.defects:
        # What is lost cannot be judged a second time; what is only strange is asked about at the end.
        if defect.pointer.startswith(_MEMBERS) and not (defect.confirm or defect.pointer in lost):
            number = lines[int(defect.pointer.split("/")[3])][0]
            errors.append((number, _told(number, defect, catalogue_of(SECTIONS))))
    said = tuple(text for _, text in sorted(errors, key=lambda each: each[0]))
    return Roster(() if said else tuple(members), said, ignored)


def _in_column(line: int, label: str, what: str) -> str:
    return IN_COLUMN.format(line=line, label=label, what=what)


def _told(line: int, defect: Defect, catalogue: Catalogue) -> str:
    place = catalogue.at(defect.pointer)
    if place is None or f"“{place.label}”" in defect.message:
        return IN_ROW.format(line=line, what=defect.message)
    return _in_column(line, place.label, defect.message)


def _entry(
    heads: Sequence[Column | None], row: Sequence[Cell], today: Today
) -> tuple[Entry, list[Column]]:
    """The entry of a line, and the columns whose numbers a spreadsheet has spoilt."""
    entry: Entry = {"cert": {"type": _USUAL_DOCUMENT}}
    lost: list[Column] = []
    for column, cell in zip(heads, row, strict=False):
        if column is None or not written(cell):
            continue
        try:
            value = answer(column.field, cell, today)
        except LostDigitsError:
            lost.append(column)
            # A stand-in, so that nobody is told to fill in what was filled in.
            value = LOST
        if value is not None:
            _put(entry, column.path, value)
    return entry, lost


def _put(entry: Entry, path: str, value: Any) -> None:
    group, _, key = path.rpartition(".")
    (entry.setdefault(group, {}) if group else entry)[key] = value


def _plain(head: str) -> str:
    """A head without spaces, stars and a remark at its end: “月工资（元） *” is 月工资."""
    bare = re.sub("[*＊]", "", plain(head))
    return _REMARK.sub("", bare)
