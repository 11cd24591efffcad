"""What a Result schema tells about a result: its fields by the key they have there, and what lies inside them."""

from typing import Any

from marshmallow import Schema, fields


def fields_by_key(schema: Schema | None) -> dict[str, fields.Field[Any]]:
    """The fields in declared order; empty without a schema."""
    if schema is None:
        return {}
    return {field.data_key or name: field for name, field in schema.fields.items()}


def schema_inside(field: fields.Field[Any] | None) -> Schema | None:
    """The schema of a nested field or of a list's items, if it has one."""
    if isinstance(field, fields.List):
        return schema_inside(field.inner)
    if isinstance(field, fields.Nested):
        inner: Schema = field.schema
        return inner
    return None
