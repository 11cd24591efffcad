"""Fill in a new form with the answers of one that was handed in."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from forms.fields import Consent
from forms.sections import SECTIONS
from forms.structure.paths import AnyField, inner_schema, questions, schema_of

Answers = dict[str, Any]


def refilled(
    form: Mapping[str, Any], sections: Mapping[str, type[Schema]] = SECTIONS
) -> Mapping[str, Any]:
    """Return the answers of a checked form, as people gave them.

    What the form works out is left out, and so are promises and consents: each is given for one form.
    """
    found = {
        name: _answers(schema_of(sections[name]), form[name]) for name in sections if name in form
    }
    return {name: answers for name, answers in found.items() if answers}


def _answers(schema: Schema, answered: Mapping[str, Any]) -> Answers:
    asked = questions(schema)
    kept = [key for key in asked if key in answered and _is_given(asked[key])]
    return {key: _answer(asked[key], answered[key]) for key in kept}


def _is_given(field: AnyField) -> bool:
    return not field.metadata.get("derived") and not isinstance(field, Consent)


def _answer(field: AnyField, value: Any) -> Any:
    inner = inner_schema(field)
    if inner is None or value is None:
        return value
    if isinstance(value, list):
        return [_answers(inner, row) for row in value]
    return _answers(inner, value)
