"""A checked form as the papers read it: labels from the form itself, values in Chinese, masked unless allowed.

Nothing a paper says about a question is written twice: its label, its unit, its code's words and whether it is
personal all come from the form's own fields.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from marshmallow import Schema

from forms.applicants import asked, unasked_of_company
from forms.fields import Rows
from forms.structure.paths import AnyField, inner_schema, questions
from forms.structure.tour import in_chinese, mask

MISSING: Final = "—"
#: What fits half a row, in half-width characters.
LONGEST_SHORT: Final = 28
#: The narrowest and the widest a column of a table counts, in half-width characters.
NARROWEST, WIDEST = 6, 24
#: What is told of somebody in the annex only.
ANNEXED: Final = frozenset({"mobile", "residence", "birth_date", "sex"})
#: What a cell's lines and margins take of it.
FRAME: Final = 3


@dataclass(frozen=True)
class Cell:
    """One answer in words, with its question's label and width ("s", "m", "l", "full")."""

    label: str
    text: str
    width: str

    @property
    def wide(self) -> bool:
        """Whether it wants a row of its own."""
        return self.width == "full" or _measured(self.text) > LONGEST_SHORT


@dataclass(frozen=True)
class Grid:
    """Rows under the labels of their questions; ``widths`` in per cent, by what the columns hold."""

    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Answers:
    """The form of one applicant, with the words its type is asked in. ``bare`` shows sensitive values whole; only annexes may."""

    form: Mapping[str, Any]
    bare: bool = False

    def asks(self, path: str) -> bool:
        """Whether this type of applicant is asked that."""
        return path in self._fields

    def own(self, section: str) -> list[str]:
        """The single questions of a section only this type is asked, in the form's order."""
        places = unasked_of_company(self.form)
        return [
            path
            for path, field in self._fields.items()
            if tuple(path.split(".")) in places
            and path.startswith(f"{section}.")
            and inner_schema(field) is None
        ]

    def lists(self, section: str) -> list[str]:
        """The lists of a section this type is asked, in the form's order."""
        return [
            path
            for path, field in self._fields.items()
            if isinstance(field, Rows) and path.rpartition(".")[0] == section
        ]

    def columns(self, path: str) -> list[str]:
        """What a table of that list shows of a row: who it is, and all but what the annex has."""
        schema = inner_schema(self._fields[path])
        asked_there = questions(schema) if schema is not None else {}
        found = [key for key, field in asked_there.items() if inner_schema(field) is None]
        shown = [key for key in found if key not in ANNEXED]
        if "cert" not in asked_there:
            return shown
        return ["name", "cert.no", *(key for key in shown if key != "name")]

    def has(self, path: str) -> bool:
        """Whether something is answered there."""
        return self.raw(path) not in (None, "", [], {})

    def raw(self, path: str) -> Any:
        """The value itself; None where nothing is answered."""
        return _inside(self.form, path)

    def text(self, path: str) -> str:
        """The answer in words, or a dash."""
        return self.cell(path).text

    def cell(self, path: str) -> Cell:
        """The answer with its label."""
        return self.answered(self._fields[path], self.raw(path))

    def facts(self, *paths: str) -> list[list[Cell]]:
        """The answers of several questions as rows: two short ones share a row, a long one has its own.

        Groups the form leaves out (no manager, no lease) take their questions with them.
        """
        rows: list[list[Cell]] = []
        for path in paths:
            if self.asks(path) and self.raw(path.rpartition(".")[0]) is not None:
                _seat(rows, self.cell(path))
        return rows

    def grid(self, path: str, *columns: str, having: str = "") -> Grid:
        """The rows of a list, one column for each named question of a row; of those only that answer ``having`` with something, if it is given."""
        fields = [self._fields[f"{path}.{column}"] for column in columns]
        rows = [
            [
                self.answered(field, _inside(row, column)).text
                for field, column in zip(fields, columns, strict=True)
            ]
            for row in self.raw(path) or ()
            if not having or _inside(row, having)
        ]
        labels = [str(field.metadata.get("label", "")) for field in fields]
        return Grid(labels, _shares([_column(labels, rows, n) for n in range(len(labels))]), rows)

    def label(self, path: str) -> str:
        """What the form calls it."""
        return str(self._fields[path].metadata.get("label", ""))

    def within(self, path: str, answers: Mapping[str, Any], question: str) -> str:
        """The answer to a question of one group or row that the form has at ``path``."""
        field = self._fields.get(f"{path}.{question}")
        return MISSING if field is None else self.answered(field, _inside(answers, question)).text

    def answered(self, field: AnyField, value: Any) -> Cell:
        """A value of that field in words."""
        label, width = str(field.metadata.get("label", "")), str(field.metadata.get("width", "m"))
        if value in (None, "", []):
            return Cell(label, MISSING, width)
        text = in_chinese(field, value)
        hidden = field.metadata.get("sensitive") and not self.bare
        return Cell(label, mask(text) if hidden else text, width)

    @cached_property
    def _fields(self) -> dict[str, AnyField]:
        return {
            path: field
            for name, schema in asked(self.form).items()
            for path, field in _declared(schema(), name)
        }


def _seat(rows: list[list[Cell]], cell: Cell) -> None:
    last = rows[-1] if rows else []
    if len(last) == 1 and not (last[0].wide or cell.wide):
        last.append(cell)
    else:
        rows.append([cell])


def _column(labels: Sequence[str], rows: Sequence[Sequence[str]], number: int) -> int:
    """How much room a column wants: nine rows of ten must fit, a head may take two lines."""
    lengths = sorted(_measured(row[number]) for row in rows) or [0]
    longest = lengths[(len(lengths) - 1) * 9 // 10]
    return FRAME + min(max(longest, _measured(labels[number]) // 2 + 1, NARROWEST), WIDEST)


def _shares(weights: Sequence[int]) -> list[float]:
    return [round(100 * one / sum(weights), 2) for one in weights]


def _measured(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(1 if one.isascii() else 2 for one in text)


def _declared(schema: Schema, at: str) -> Iterator[tuple[str, AnyField]]:
    for key, field in questions(schema).items():
        path = f"{at}.{key}"
        yield path, field
        inner = inner_schema(field)
        if inner is not None:
            yield from _declared(inner, path)


def _inside(answers: Any, path: str) -> Any:
    for part in filter(None, path.split(".")):
        if isinstance(answers, list) and part.isdecimal() and int(part) < len(answers):
            answers = answers[int(part)]
        else:
            answers = answers.get(part) if isinstance(answers, Mapping) else None
    return answers
