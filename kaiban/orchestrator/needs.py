"""What an adapter reads: its own fields of the form, and not one more."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from kaiban.domain.pointer import value_at
from kaiban.ports import Adapter, Correction, Key, NeedsCorrection, Prepared


@cache
def _built(needs: type[Schema]) -> Schema:
    """The one instance of a schema: making one costs more than loading with it."""
    return needs()


@cache
def paths_read(needs: type[Schema], prefix: str = "") -> tuple[str, ...]:
    """Every form path the schema reads, lists being transparent (``people.holders.name``)."""
    found: list[str] = []
    for _, path, inner in _fields(_built(needs)):
        full = f"{prefix}{path}"
        found += paths_read(inner, full + ".") if inner else [full]
    return tuple(found)


@cache
def reads(needs: type[Schema], part: str) -> bool:
    """Whether the schema reads anything of that part (``materials``)."""
    return any(path.partition(".")[0] == part for path in paths_read(needs))


@cache
def sensitive_paths(needs: type[Schema], prefix: str = "") -> tuple[str, ...]:
    """Those of the paths that lead to what says something about a person."""
    found: list[str] = []
    for name, path, inner in _fields(_built(needs)):
        full = f"{prefix}{path}"
        if inner:
            found += sensitive_paths(inner, full + ".")
        elif _built(needs).load_fields[name].metadata.get("sensitive"):
            found.append(full)
    return tuple(found)


def extract(needs: type[Schema], form: Any) -> dict[str, Any]:
    """The adapter's own view of a form: absent values are left out."""
    view: dict[str, Any] = {}
    for name, path, inner in _fields(_built(needs)):
        value = value_at(form, path)
        if value is None:
            continue
        if inner is None:
            view[name] = value
        elif isinstance(value, list):
            view[name] = [extract(inner, item) for item in value]
        else:
            view[name] = extract(inner, value)
    return view


def digest(needs: type[Schema], form: Any) -> str:
    """A fingerprint of what the adapter reads: changes exactly when it would read something else."""
    text = json.dumps(extract(needs, form), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def prepare(adapter: Adapter, form: Any, key: Key) -> Prepared | NeedsCorrection:
    """Let the adapter say it in the department's words, or learn what has to be corrected first."""
    try:
        needs = _built(adapter.Needs).load(extract(adapter.Needs, form))
    except ValidationError as error:
        return NeedsCorrection(tuple(_corrections(_built(adapter.Needs), error.messages_dict)))
    return adapter.prepare(needs, key, key.step)


def _fields(schema: Schema) -> Iterator[tuple[str, str, type[Schema] | None]]:
    for name, field in schema.load_fields.items():
        yield name, field.metadata.get("path", name), _inner(field)


def _inner(field: fields.Field[Any]) -> type[Schema] | None:
    if isinstance(field, fields.List):
        return _inner(field.inner)
    return type(field.schema) if isinstance(field, fields.Nested) else None


def _corrections(
    schema: Schema, messages: Mapping[Any, Any], prefix: str = ""
) -> Iterator[Correction]:
    """The schema's error tree, told in form paths."""
    known = {name: (path, inner) for name, path, inner in _fields(schema)}
    for name, found in messages.items():
        path, inner = known.get(str(name), (str(name), None))
        if isinstance(found, Mapping) and inner:
            yield from _nested(inner, found, f"{prefix}{path}.")
        else:
            yield Correction(f"{prefix}{path}", "needs.invalid", _sentence(found))


def _nested(inner: type[Schema], found: Mapping[Any, Any], prefix: str) -> Iterator[Correction]:
    if not all(isinstance(key, int) for key in found):
        yield from _corrections(inner(), found, prefix)
        return
    for index, messages in found.items():
        if isinstance(messages, Mapping):
            yield from _corrections(inner(), messages, f"{prefix}{index}.")
        else:
            yield Correction(f"{prefix}{index}", "needs.invalid", _sentence(messages))


def _sentence(found: Any) -> str:
    texts = found if isinstance(found, list) else [found]
    return "部门不能接收此项内容，请修改：" + "；".join(str(text) for text in texts)
