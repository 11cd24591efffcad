"""Describe the form to programs, in the words of JSON Schema 2020-12 with a few of our own.

Own words: `help`, `width`, `unit`, `sensitive`, `when` (asked only if the question beside it, or in a
group beside it: `cert.type`, has one of these answers); `readOnly` marks what the form works out itself;
`usual` holds the limits beyond which an answer is to be confirmed, for days in years back and ahead.
"""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema

from forms.fields import Choice, Pattern, Rows, Several, Term, Text, Whole
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


#: Describes the questions inside another: in place, or by reference.
Inside = Callable[[Schema], Described]


def describe(
    sections: Mapping[str, type[Schema]] = SECTIONS, applicant: str = "company"
) -> Described:
    """Return the whole form: every question with type, words, limits and choices.

    `sections` are those as `applicant` is asked them; a form that does not name its applicant is a company's.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "企业开办申请表",
        "type": "object",
        "properties": {
            **{name: _section(schema) for name, schema in sections.items()},
            "applicant": {"type": "string", "const": applicant},
            "confirm": {"type": "array", "items": {"type": "string"}, "maxItems": 200},
        },
        "additionalProperties": False,
    }


def _section(schema: type[Schema]) -> Described:
    return {"title": str(getattr(schema, "title", "")), **_object(schema())}


def described(schema: Schema, inside: Inside) -> Described:
    """Return the questions of one schema; `inside` describes those within its groups and rows."""
    asked = questions(schema)
    return {
        "type": "object",
        "properties": {key: _question(field, inside) for key, field in asked.items()},
        "required": [key for key, field in asked.items() if field.required],
        "additionalProperties": False,
    }


def _object(schema: Schema) -> Described:
    return described(schema, _object)


def _question(field: AnyField, inside: Inside) -> Described:
    words = {key: value for key, value in field.metadata.items() if value not in ("", False)}
    said: Described = {"title": words.pop("label", "")}
    if "example" in words:
        said["examples"] = [words.pop("example")]
    if words.pop("derived", False):
        said["readOnly"] = True
    when = getattr(field, "when", None)
    if when is not None:
        said["when"] = {"key": when.key, "answers": sorted(when.answers)}
    usual = getattr(field, "usual", None)
    if usual is not None:
        said["usual"] = list(usual)
    return said | words | _shape(field, inside)


def _shape(field: AnyField, inside: Inside) -> Described:
    for kind, shape in _SHAPES.items():
        if isinstance(field, kind):
            return shape(field)
    inner = inner_schema(field)
    if inner is None:
        return dict(_BY_KIND.get(getattr(field, "kind", "text"), _BY_KIND["text"]))
    if isinstance(field, Rows):
        return {"type": "array", "items": inside(inner), **_counted(field)}
    return inside(inner)


def _counted(field: Rows | Several) -> Described:
    return {"minItems": field.fewest, "maxItems": field.most}


def _several(field: Several) -> Described:
    items = _shape(field.inner, _object)
    return {"type": "array", "items": items, **_counted(field), "uniqueItems": True}


def _term(field: Term) -> Described:
    return {"type": "string", "anyOf": [_BY_KIND["date"], {"const": field.for_good}]}


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


_SHAPES: dict[type[Any], Callable[[Any], Described]] = {
    Several: _several,
    Choice: _choice,
    Term: _term,
    Whole: _whole,
    Pattern: _pattern,
    Text: _text,
}
"""In this order: a pattern is also a text."""
