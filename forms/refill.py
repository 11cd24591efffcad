"""Fill in a new form with the answers of another one."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from forms.applicants import APPLICANT, asked
from forms.fields import Choice, Consent
from forms.sections import SECTIONS
from forms.structure.paths import AnyField, inner_schema, questions, schema_of

Answers = dict[str, Any]


def refilled(
    form: Mapping[str, Any],
    sections: Mapping[str, type[Schema]] = SECTIONS,
    into: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Return the answers of a form, as people gave them, as far as they are asked for `into`, the form that is begun; None: one of the same type.

    What the form works out is left out, and so are promises and consents: each is given for one form; and a choice that
    `into` does not offer, as the type of a company is none of a partnership's.
    """
    begun = form if into is None else into
    own = asked(begun, sections)
    found = {name: _answers(schema_of(own[name]), form[name]) for name in own if name in form}
    kept = {name: answers for name, answers in found.items() if answers}
    return {APPLICANT: begun[APPLICANT], **kept} if APPLICANT in begun else kept


def _answers(schema: Schema, answered: Any) -> Answers:
    if not isinstance(answered, Mapping):
        return {}
    found = questions(schema)
    kept = [key for key in found if key in answered and _is_given(found[key])]
    kept = [key for key in kept if _is_offered(found[key], answered[key])]
    return {key: _answer(found[key], answered[key]) for key in kept}


def _is_given(field: AnyField) -> bool:
    return not field.metadata.get("derived") and not isinstance(field, Consent)


def _is_offered(field: AnyField, value: Any) -> bool:
    if not (isinstance(field, Choice) and isinstance(value, str)):
        return True
    return field.normalise(value.strip()) in field.listed


def _answer(field: AnyField, value: Any) -> Any:
    inner = inner_schema(field)
    if inner is None or value is None:
        return value
    if isinstance(value, list):
        return [_answers(inner, row) for row in value]
    return _answers(inner, value)
