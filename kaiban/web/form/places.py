"""Names of places on a page: the pointer of the form, the name of a control, the id of an element."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from marshmallow import Schema

import forms.applicants
from forms.structure.paths import AnyField, inner_schema, questions, schema_of
from kaiban.domain.pointer import to_path
from kaiban.web.service import asked_by

#: Dots and digits around it are ours; whatever follows the colon is not part of the form.
OWN = ":"


def name_of(pointer: str) -> str:
    """`/people/holders/0/name` -> `people.holders.0.name`, as controls are named."""
    return pointer[1:].replace("/", ".")


def id_of(pointer: str) -> str:
    """`/people/holders/0/name` -> `people-holders-0-name`, as elements are called."""
    return pointer[1:].replace("/", "-")


def field_at(sections: Mapping[str, type[Schema]], path: str) -> AnyField:
    """The field of a dotted path below a section, rows skipped over; KeyError if there is none."""
    head, *rest = [part for part in path.split(".") if not part.isdecimal()] or [""]
    schema: Schema | None = schema_of(sections[head])
    field: AnyField | None = None
    for part in rest:
        if schema is None:
            raise KeyError(path)
        field = questions(schema)[part]
        schema = inner_schema(field)
    if field is None:
        raise KeyError(path)
    return field


def asked_of_any(path: str) -> AnyField:
    """The question at a dotted path, as the first type of applicant that is asked it; KeyError if none is."""
    for key in forms.applicants.applicants():
        with suppress(KeyError):
            return field_at(asked_by({forms.applicants.APPLICANT: key}), path)
    raise KeyError(path)


def control_of(pointer: str) -> str:
    """The question a mistake is told at: one of several values of an answer (a line, a tick) has no control of its own."""
    above, _, number = pointer.rpartition("/")
    if not (above and number.isdecimal()):
        return pointer
    try:
        field = asked_of_any(to_path(above))
    except KeyError:
        return pointer
    return above if inner_schema(field) is None else pointer


def child(answers: Any, key: str | int) -> Any:
    """What was answered there; None where nothing was, or something of another shape."""
    if isinstance(answers, Mapping):
        return answers.get(key)
    if isinstance(answers, list) and isinstance(key, int) and key < len(answers):
        return answers[key]
    return None
