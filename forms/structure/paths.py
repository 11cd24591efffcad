"""Find the field a path or a pointer names."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from marshmallow import Schema, fields

from forms.fields import Group, Rows
from forms.sections import SECTIONS

AnyField = fields.Field[Any]
_LAST = 10**9


@cache
def schema_of(section: type[Schema]) -> Schema:
    """Return the one instance of a section: making one copies every question, and loading leaves no trace in it."""
    return section()


def inner_schema(field: AnyField | None) -> Schema | None:
    """Return the schema inside a group or rows, marshmallow's own Nested included."""
    if isinstance(field, Group | Rows):
        return field.schema
    if isinstance(field, fields.List):
        return inner_schema(field.inner)
    if isinstance(field, fields.Nested):
        return field.schema if isinstance(field.schema, Schema) else None
    return None


@lru_cache(maxsize=1024)  # far more schemas than a form has
def questions(schema: Schema) -> Mapping[str, AnyField]:
    """Return the fields of `schema` by the key used in JSON, in order of declaration."""
    return {field.data_key or name: field for name, field in schema.fields.items()}


class Place(NamedTuple):
    """A question of the form: its number among its neighbours, its label, its example, how it asks, and its field."""

    number: int
    label: str
    example: str
    asking: str = ""
    field: AnyField | None = None


class Catalogue:
    """Every section, group and question of the form by its path."""

    def __init__(self, sections: Mapping[str, type[Schema]] = SECTIONS) -> None:
        self.places: dict[tuple[str, ...], Place] = {}
        for number, (name, schema) in enumerate(sections.items()):
            self.places[name,] = Place(number, str(getattr(schema, "title", "")), "")
            self.places.update(_inside(schema_of(schema), (name,)))

    def at(self, pointer: str) -> Place | None:
        """Return the place a JSON pointer names, row numbers left out of account."""
        return self.places.get(tuple(p for p in pointer.split("/")[1:] if not p.isdecimal()))

    def rank(self, pointer: str) -> tuple[int, ...]:
        """Return a key that sorts pointers as people fill the form in."""
        ranks: list[int] = []
        path: tuple[str, ...] = ()
        for part in pointer.split("/")[1:]:
            if part.isdecimal():
                ranks.append(int(part))
                continue
            path = (*path, part)
            ranks.append(self.places[path].number if path in self.places else _LAST)
        return tuple(ranks)


def catalogue_of(sections: Mapping[str, type[Schema]]) -> Catalogue:
    """Return the catalogue of a form, made once."""
    return _catalogue(tuple(sections.items()))


@lru_cache(maxsize=16)  # a city has one form; tests have some
def _catalogue(sections: tuple[tuple[str, type[Schema]], ...]) -> Catalogue:
    return Catalogue(dict(sections))


def _inside(schema: Schema, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Place]]:
    for number, (key, field) in enumerate(questions(schema).items()):
        here = (*path, key)
        example = field.metadata.get("example", "")
        label, asking = str(field.metadata.get("label", "")), str(getattr(field, "asking", ""))
        yield here, Place(number, label, _printed(example), asking, field)
        inner = inner_schema(field)
        if inner is not None:
            yield from _inside(inner, here)


def _printed(example: Any) -> str:
    if isinstance(example, bool):
        return "是" if example else "否"
    return "、".join(map(str, example)) if isinstance(example, list) else str(example)


def path_exists(path: str, sections: Mapping[str, type[Schema]] = SECTIONS) -> bool:
    """Say whether a dotted path like `people.holders.cert.no` names something of the form."""
    return tuple(path.split(".")) in catalogue_of(sections).places
