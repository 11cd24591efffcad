"""Fields of a department's needs, and where in the form they are from."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields


def form_path(schema: Schema, field: str) -> str:
    """Return the form path of a needs field; ``staff.0.cert_no`` -> ``staff.members.0.cert.no``."""
    name, _, rest = field.partition(".")
    declared = schema.fields.get(name)
    if declared is None:
        return field
    path = str(declared.metadata.get("path", name))
    if not rest:
        return path
    inner = _inner_schema(declared)
    index, _, below = rest.partition(".") if isinstance(declared, fields.List) else ("", "", rest)
    path = f"{path}.{index}" if index else path
    return f"{path}.{form_path(inner, below)}" if inner and below else path


def texts(
    schema: Schema, values: Mapping[str, Any], at: str = ""
) -> Iterator[tuple[str, str, int | None]]:
    """Every text among the values: (needs field, text, width in bytes from metadata ``bytes``)."""
    for name, declared in schema.fields.items():
        width = declared.metadata.get("bytes")
        for where, value in _numbered(at + name, values.get(name)):
            inner = _inner_schema(declared)
            if inner and isinstance(value, Mapping):
                yield from texts(inner, value, where + ".")
            elif isinstance(value, str):
                yield where, value, width


def _inner_schema(declared: fields.Field[Any]) -> Schema | None:
    inner = declared.inner if isinstance(declared, fields.List) else declared
    return inner.schema if isinstance(inner, fields.Nested) else None


def _numbered(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list | tuple):
        yield from ((f"{name}.{n}", each) for n, each in enumerate(value))
    else:
        yield name, value
