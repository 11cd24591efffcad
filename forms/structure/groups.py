"""What belongs together, so that whoever may mend one answer of it may mend all of it: a row, a person."""

from collections.abc import Iterator, Mapping

from marshmallow import Schema

from forms.structure.paths import inner_schema, questions, schema_of


def group_of(path: str, sections: Mapping[str, type[Schema]]) -> str:
    """The outermost row or person a dotted path lies in; the path itself if it lies in none."""
    parts = path.split(".")
    for depth, is_whole in _levels(parts, sections):
        if is_whole:
            return ".".join(parts[:depth])
    return path


def _levels(parts: list[str], sections: Mapping[str, type[Schema]]) -> Iterator[tuple[int, bool]]:
    """Every place on the way, by how many parts lead to it, and whether it is a row or a person."""
    if parts[0] not in sections:
        return
    schema: Schema | None = schema_of(sections[parts[0]])
    for depth, part in enumerate(parts[1:], 2):
        if part.isdecimal():
            yield depth, True
            continue
        asked = questions(schema).get(part) if schema is not None else None
        schema = inner_schema(asked) if asked is not None else None
        inside = questions(schema) if schema is not None else {}
        is_list = parts[depth : depth + 1] and parts[depth].isdecimal()
        yield depth, bool({"name", "cert"} <= set(inside) and not is_list)
