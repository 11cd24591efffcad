"""What a department grants, as questions to be typed from its paper, and what was typed as its result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from forms.reading import answers as reading
from forms.values.text import is_hanzi
from kaiban.orchestrator.results import choices_of, title_of
from kaiban.web.presentation.texts import say

AnyField = fields.Field[Any]
#: Rows there are to write on for a list, beyond those that are filled in.
SPARE: Final = 1
#: So many rows one page takes.
MOST_ROWS: Final = 50
_HINTS: Final[Mapping[type[AnyField], str]] = {
    fields.Date: "按 2026-03-04 的样子填写。",
    fields.Integer: "填写整数。",
    fields.Decimal: "填写数字。",
}


@dataclass(frozen=True)
class Blank:
    """One thing to type: ``name`` of its control, ``id`` its place; ``rows`` are the blanks of a list, row by row."""

    name: str
    id: str
    label: str
    value: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_text: bool = False
    is_optional: bool = False
    rows: tuple[tuple["Blank", ...], ...] = ()


def blanks(schema: Schema, typed: Mapping[str, Any]) -> list[Blank]:
    """Everything the result asks for, filled in as far as it is typed."""
    return list(_blanks(schema, typed, "result"))


def read(schema: Schema, sent: MultiDict[str, str], at: str = "result") -> dict[str, Any]:
    """What was typed, without what was left empty."""
    found = {key: _read(field, sent, f"{at}.{key}") for key, field in _fields(schema)}
    return {key: value for key, value in found.items() if value not in ("", [], {})}


def _fields(schema: Schema) -> Iterator[tuple[str, AnyField]]:
    return ((field.data_key or name, field) for name, field in schema.fields.items())


def _inner(field: AnyField) -> Schema | None:
    inner = field.inner if isinstance(field, fields.List) else field
    return inner.schema if isinstance(inner, fields.Nested) else None


def _read(field: AnyField, sent: MultiDict[str, str], at: str) -> Any:
    inner = _inner(field)
    if inner is not None and isinstance(field, fields.List):
        rows = (read(inner, sent, f"{at}.{number}") for number in range(MOST_ROWS))
        return [row for row in rows if row]
    if inner is not None:
        return read(inner, sent, at)
    text = sent.get(at, "").strip()
    return text.splitlines() if isinstance(field, fields.List) else _typed(field, text)


def _typed(field: AnyField, text: str) -> str:
    """What people write for it, as everywhere: digits and letters in full width, 100,000; a text with Chinese in it stays."""
    if isinstance(field, fields.Integer | fields.Decimal):
        found = reading.number(text)
        return text if found is None else f"{found:f}"
    return plain(text)


def plain(text: str) -> str:
    """A number or code as it was typed or scanned, in half width; a text with Chinese in it as it is."""
    return text if any(map(is_hanzi, text)) else reading.narrow(text)


def _blanks(schema: Schema, typed: Any, at: str) -> Iterator[Blank]:
    known = typed if isinstance(typed, Mapping) else {}
    for key, field in _fields(schema):
        yield _blank(field, key, known.get(key), f"{at}.{key}")


def _blank(field: AnyField, key: str, value: Any, name: str) -> Blank:
    label, ident = say(title_of(field, key)), f"enter-{name.replace('.', '-')}"
    inner = _inner(field)
    if inner is not None:
        lists = isinstance(field, fields.List)
        given = (value or []) if lists else [value or {}]
        shown = [*given, *[{}] * SPARE] if lists else given
        rows = tuple(
            tuple(_blanks(inner, row, f"{name}.{number}" if lists else name))
            for number, row in enumerate(shown)
        )
        return Blank(name, ident, label, rows=rows, is_optional=not field.required)
    lines = isinstance(field, fields.List)
    return Blank(
        name, ident, label, "\n".join(value or []) if lines else str(value or ""), _hint(field),
        _options(field), is_text=lines, is_optional=not field.required,
    )  # fmt: skip


def _options(field: AnyField) -> tuple[tuple[str, str], ...]:
    if isinstance(field, fields.Boolean):
        return (("true", say("是")), ("false", say("否")))
    return tuple((each, say(each)) for each in choices_of(field))


def _hint(field: AnyField) -> str:
    if isinstance(field, fields.List):
        return say("一行写一项。")
    return next((say(text) for kind, text in _HINTS.items() if isinstance(field, kind)), "")
