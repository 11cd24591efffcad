"""Find the field a path or a pointer names."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from forms.fields import Group, Rows
from forms.sections import SECTIONS

AnyField = fields.Field[Any]


def inner_schema(field: AnyField | None) -> Schema | None:
    """Return the schema inside a group or rows, marshmallow's own Nested included."""
    if isinstance(field, Group | Rows):
        return field.schema
    if isinstance(field, fields.List):
        return inner_schema(field.inner)
    if isinstance(field, fields.Nested):
        return field.schema if isinstance(field.schema, Schema) else None
    return None


def questions(schema: Schema | type[Schema]) -> dict[str, AnyField]:
    """Return the fields of `schema` by the key used in JSON, in order of declaration."""
    made = schema if isinstance(schema, Schema) else schema()
    return {field.data_key or name: field for name, field in made.fields.items()}


def path_exists(path: str, sections: Mapping[str, type[Schema]] = SECTIONS) -> bool:
    """Say whether a dotted path like `people.holders.cert.no` names something of the form."""
    return path in sections or _field(path.split("."), sections) is not None


def field_at(pointer: str, sections: Mapping[str, type[Schema]] = SECTIONS) -> AnyField | None:
    """Return the field a JSON pointer names, row numbers left out of account."""
    parts = [part for part in pointer.split("/")[1:] if not part.isdecimal()]
    return _field(parts, sections)


def _field(parts: list[str], sections: Mapping[str, type[Schema]]) -> AnyField | None:
    if not parts or parts[0] not in sections:
        return None
    schema: Schema | None = sections[parts[0]]()
    field: AnyField | None = None
    for part in parts[1:]:
        field = questions(schema).get(part) if schema else None
        if field is None:
            return None
        schema = inner_schema(field)
    return field
