"""Describe the form to programs, in the words of JSON Schema 2020-12 with a few of our own.

Own words: `help`, `width`, `unit`, `sensitive`, `when` (asked only if the question beside it, or in a
group beside it: `cert.type`, has one of these answers); `readOnly` marks what the form works out itself;
`usual` holds the limits beyond which an answer is to be confirmed, for days in years back and ahead.
"""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema

from forms.fields import Choice, Group, Pattern, Rows, Several, Text, Whole
from forms.sections import SECTIONS
from forms.structure.paths import AnyField, inner_schema, questions

Described = dict[str, Any]

_BY_KIND: dict[str, Described] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "money": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
}


def describe(sections: Mapping[str, type[Schema]] = SECTIONS) -> Described:
    """Return the whole form: every question with type, words, limits and choices."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "企业开办申请表",
        "type": "object",
        "properties": {
            **{name: _section(schema) for name, schema in sections.items()},
            "confirm": {"type": "array", "items": {"type": "string"}, "maxItems": 200},
        },
        "additionalProperties": False,
    }


def _section(schema: type[Schema]) -> Described:
    return {"title": str(getattr(schema, "title", "")), **_object(schema())}


def _object(schema: Schema) -> Described:
    asked = questions(schema)
    return {
        "type": "object",
        "properties": {key: _question(field) for key, field in asked.items()},
        "required": [key for key, field in asked.items() if field.required],
        "additionalProperties": False,
    }


def _question(field: AnyField) -> Described:
    words = {key: value for key, value in field.metadata.items() if value not in ("", False)}
    described: Described = {"title": words.pop("label", "")}
    if "example" in words:
        described["examples"] = [words.pop("example")]
    if words.pop("derived", False):
        described["readOnly"] = True
    when = getattr(field, "when", None)
    if when is not None:
        described["when"] = {"key": when.key, "answers": sorted(when.answers)}
    usual = getattr(field, "usual", None)
    if usual is not None:
        described["usual"] = list(usual)
    return described | words | _shape(field)


def _shape(field: AnyField) -> Described:
    for kind, shape in _SHAPES.items():
        if isinstance(field, kind):
            return shape(field)
    inner = inner_schema(field)
    if inner is not None:
        return _object(inner)
    return dict(_BY_KIND.get(getattr(field, "kind", "text"), _BY_KIND["text"]))


def _rows(field: Rows) -> Described:
    limits = {"minItems": field.fewest, "maxItems": field.most}
    return {"type": "array", "items": _object(field.schema), **limits}


def _several(field: Several) -> Described:
    limits = {"minItems": field.fewest, "maxItems": field.most, "uniqueItems": True}
    return {"type": "array", "items": _shape(field.inner), **limits}


def _choice(field: Choice) -> Described:
    listed = field.listed
    options = [{"const": item.code, "title": item.label} for item in field.offers()]
    source = {"name": listed.name, "version": listed.version, "source": listed.source}
    return {"type": "string", "oneOf": options, "codeList": source}


def _whole(field: Whole) -> Described:
    return {"type": "integer", "minimum": field.low, "maximum": field.high}


def _pattern(field: Pattern) -> Described:
    return {"type": "string", "pattern": f"^({field.shape.pattern})$", "maxLength": field.longest}


def _text(field: Text) -> Described:
    return {"type": "string", "minLength": field.shortest, "maxLength": field.longest}


def _group(field: Group) -> Described:
    return _object(field.schema)


_SHAPES: dict[type[Any], Callable[[Any], Described]] = {
    Group: _group,
    Rows: _rows,
    Several: _several,
    Choice: _choice,
    Whole: _whole,
    Pattern: _pattern,
    Text: _text,
}
"""In this order: a pattern is also a text."""
