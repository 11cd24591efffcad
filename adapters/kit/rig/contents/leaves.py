"""What is in a department's needs: its single answers, and where each of them is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from adapters.needs_paths import form_path

Numbered = Iterator[tuple[str, Any]]


@dataclass(frozen=True)
class Leaf:
    """One answer: where it is in the needs (``staff.0.name``), what is declared, its form path, its sample."""

    where: str
    declared: fields.Field[Any]
    path: str
    sample: Any

    @property
    def pattern(self) -> str:
        """Where it is, whichever of a list's items it belongs to."""
        return re.sub(r"\.\d+(?=\.|$)", ".*", self.where)

    @property
    def text(self) -> str:
        """The sample as text."""
        return str(self.sample)

    @property
    def width(self) -> int:
        """How many bytes their field holds; 0 if nothing is declared."""
        return int(self.declared.metadata.get("bytes") or 0)


def leaves(
    schema: Schema, values: Mapping[str, Any], at: str = "", top: Schema | None = None
) -> Iterator[Leaf]:
    """Yield every answer among raw needs that is a single value."""
    top = top or schema
    for name, declared in schema.fields.items():
        value = values.get(name)
        if value is None or value == "":
            continue
        inner = declared.inner if isinstance(declared, fields.List) else declared
        for where, each in _each(at + name, value):
            if isinstance(inner, fields.Nested) and isinstance(each, Mapping):
                yield from leaves(inner.schema, each, where + ".", top)
            elif not isinstance(inner, fields.Nested) and not isinstance(declared, fields.List):
                yield Leaf(where, declared, form_path(top, where), each)


def is_person(leaf: Leaf) -> bool:
    """Whether the leaf names a person."""
    return leaf.path.endswith("name") and not leaf.path.startswith(("company.", "materials"))


def put(needs: dict[str, Any], where: str, value: Any) -> None:
    """Write a value at ``staff.0.name``."""
    *above, last = where.split(".")
    place: Any = needs
    for name in above:
        place = place[int(name)] if name.isdigit() else place[name]
    place[last] = value


def get(needs: Mapping[str, Any], where: str) -> Any:
    """Return the value at ``staff.0.name``, or None."""
    place: Any = needs
    for name in where.split("."):
        if isinstance(place, list):
            place = place[int(name)] if int(name) < len(place) else None
        else:
            place = place.get(name) if isinstance(place, Mapping) else None
    return place


def _each(name: str, value: Any) -> Numbered:
    if isinstance(value, list | tuple):
        yield from ((f"{name}.{n}", each) for n, each in enumerate(value))
    else:
        yield name, value
