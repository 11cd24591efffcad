"""A department's result as lines and tables, made from its Result schema and nothing else.

Field metadata: ``label`` is what people read, ``follow_up`` marks what is still left to do. The labels of a OneOf
validator are used for its values. A list of nested schemas becomes a table.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, fields, validate

from kaiban.documents.shapes import fields_by_key, schema_inside

#: Longer texts and tables are cut on paper and whole in package.json; a page layout takes time for every character.
LONGEST_TEXT: Final = 3000
LONGEST_TABLE: Final = 300

_NARROWEST, _WIDEST = 6, 36


@dataclass(frozen=True)
class Line:
    """One label and its value."""

    label: str
    value: str
    follow_up: bool = False


@dataclass(frozen=True)
class Table:
    """A list of like things; ``widths`` are per cent of the page and sum to 100, ``left_out`` counts rows not printed."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0

    @property
    def widths(self) -> tuple[float, ...]:
        """Column widths by what stands in them, so that the layout never has to measure."""
        columns = zip(self.columns, *self.rows, strict=True)
        wanted = [min(max(*map(_breadth, cells), _NARROWEST), _WIDEST) for cells in columns]
        return tuple(round(100 * each / sum(wanted), 3) for each in wanted)


@dataclass(frozen=True)
class Described:
    """A whole result."""

    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


def described(result: Mapping[str, Any], schema: Schema | None) -> Described:
    """Every value of the result, in the schema's order; keys the schema does not know come last, under their names."""
    found = list(_parts(result, schema, "", follow_up=False))
    return Described(
        tuple(part for part in found if isinstance(part, Line)),
        tuple(part for part in found if isinstance(part, Table)),
    )


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text, or its beginning and where the rest is."""
    return text if len(text) <= longest else f"{text[:longest]}…（全文见 package.json）"


def _parts(
    values: Mapping[str, Any], schema: Schema | None, prefix: str, *, follow_up: bool
) -> Iterator[Line | Table]:
    for key, field, value in _pairs(values, schema):
        label = prefix + _label(key, field)
        marked = follow_up or bool(field and field.metadata.get("follow_up"))
        if isinstance(value, Mapping):
            yield from _parts(value, schema_inside(field), f"{label} · ", follow_up=marked)
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            yield _table(label, value, schema_inside(field))
        else:
            yield Line(label, cut(_text(value, field)), marked)


def _pairs(
    values: Mapping[str, Any], schema: Schema | None
) -> Iterator[tuple[str, fields.Field[Any] | None, Any]]:
    known = fields_by_key(schema)
    for key in [
        *(key for key in known if key in values),
        *(key for key in values if key not in known),
    ]:
        if values[key] not in (None, "", [], {}):
            yield key, known.get(key), values[key]


def _table(title: str, items: Sequence[Any], schema: Schema | None) -> Table:
    rows = [item if isinstance(item, Mapping) else {"": item} for item in items]
    known = fields_by_key(schema)
    used = {key for row in rows for key in row}
    keys = [*(key for key in known if key in used), *sorted(used - known.keys())]
    cells = tuple(
        tuple(cut(_text(row.get(key), known.get(key)), 200) for key in keys)
        for row in rows[:LONGEST_TABLE]
    )
    columns = tuple(_label(key, known.get(key)) for key in keys)
    return Table(title, ("序号", *columns), tuple(_numbered(cells)), len(rows) - len(cells))


def _numbered(rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    for number, row in enumerate(rows, 1):
        yield (str(number), *row)


def _label(key: str, field: fields.Field[Any] | None) -> str:
    return str(field.metadata.get("label", key)) if field else key


def _text(value: Any, field: fields.Field[Any] | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return "—"
    if isinstance(value, Mapping):
        lines = described(value, schema_inside(field)).lines
        return "；".join(f"{line.label} {line.value}" for line in lines)
    if isinstance(value, list):
        return "、".join(_text(item, _item(field)) for item in value)
    return _choices(field).get(value, str(value))


def _item(field: fields.Field[Any] | None) -> fields.Field[Any] | None:
    return field.inner if isinstance(field, fields.List) else None


def _choices(field: fields.Field[Any] | None) -> dict[Any, str]:
    rules = field.validators if field else []
    return {
        value: label
        for rule in rules
        if isinstance(rule, validate.OneOf)
        for value, label in zip(rule.choices, rule.labels, strict=False)
    }


def _breadth(text: str) -> int:
    """How wide the text is in Latin letters, a Chinese character being two."""
    return (
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text[:99]) + 2
    )
