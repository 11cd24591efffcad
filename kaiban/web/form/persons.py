"""Persons on the pages: who was named so far, and whom a page offers so that nobody is typed twice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import Schema

from forms.structure.paths import inner_schema, questions, schema_of
from kaiban.web.form.places import child
from kaiban.web.form.question import Option, Question


def is_person(schema: Schema) -> bool:
    """Whether it asks who somebody is: name and document."""
    asked = questions(schema)
    return "name" in asked and "cert" in asked


def is_beside(pointer: str, other: str) -> bool:
    """Whether two persons are one, or rows of one list, where nobody stands twice."""
    above, _, key = pointer.rpartition("/")
    return pointer == other or (key.isdecimal() and other.rpartition("/")[0] == above)


def offered(questions: Iterable[Question], above: list[Option]) -> Iterator[Question]:
    """The questions, with whoever is asked for above them on the page to choose, too; nobody to choose, no choice."""
    for each in questions:
        if each.kind == "same":
            person = each.pointer.rpartition("/")[0]
            asked = (one for one in above if not is_beside(one.value, person))
            if options := (*each.options, *asked):
                yield replace(each, options=options)
            continue
        inside, rows = (tuple(offered(some, above)) for some in (each.inside, each.rows))
        yield replace(each, inside=inside, rows=rows)
        if _is_unnamed(each):
            number = f" {each.value}" if each.kind == "row" else ""
            above.append(Option(each.pointer, "", each.label + number))


def _is_unnamed(asked: Question) -> bool:
    """Whether it asks for a person whose number nobody has given yet: the others are known by now."""
    if not any(each.kind == "same" for each in asked.inside):
        return False
    cert = next((each for each in asked.inside if each.pointer == f"{asked.pointer}/cert"), None)
    number = [each.value for each in cert.inside if each.pointer.endswith("/no")] if cert else []
    return not any(number)


def known_persons(
    sections: Mapping[str, type[Schema]], entry: Mapping[str, Any]
) -> tuple[Option, ...]:
    """Everybody named so far, each once, by the pointer where they stand; the hint says as whom."""
    found: dict[str, Option] = {}
    for name, schema in sections.items():
        for pointer, label, person in _persons(
            schema_of(schema), f"/{name}", child(entry, name), ""
        ):
            who, number = child(person, "name"), child(child(person, "cert"), "no")
            if who and isinstance(who, str) and number and isinstance(number, str):
                found.setdefault(number, Option(pointer, who, label))
    return tuple(found.values())


def _persons(
    schema: Schema, pointer: str, answers: Any, label: str
) -> Iterator[tuple[str, str, Any]]:
    if label and is_person(schema):
        yield pointer, label, answers
    for key, asked in questions(schema).items():
        value, inner = child(answers, key), inner_schema(asked)
        title = str(asked.metadata.get("label", key))
        if inner is None or not value:
            continue
        if isinstance(value, list):
            for index, row in enumerate(value):
                yield from _persons(inner, f"{pointer}/{key}/{index}", row, f"{title} {index + 1}")
        else:
            yield from _persons(inner, f"{pointer}/{key}", value, title)
