"""What of a form that was handed in goes into another one."""

import pytest

from forms.fields import Consent
from forms.opening import check
from forms.refill import refilled
from forms.sample import SAMPLE_DAY, handmade, names, sample
from forms.sections import SECTIONS
from forms.structure.paths import inner_schema, questions, schema_of

SAMPLES = {"usual": sample(), **{name: handmade(name) for name in names()}}


def fields_of(schema, answers):
    """Every question that is answered, with its field."""
    for key, field in questions(schema).items():
        if key not in answers:
            continue
        inner, value = inner_schema(field), answers[key]
        yield key, field
        for row in (value if isinstance(value, list) else [value]) if inner else []:
            yield from fields_of(inner, row)


@pytest.mark.parametrize("name", SAMPLES)
def test_with_its_promises_given_anew_it_is_the_form_it_was(name):
    form = check(SAMPLES[name], today=SAMPLE_DAY).form
    again = refilled(form)
    assert check({**again, "consents": form["consents"]}, today=SAMPLE_DAY).form == form


@pytest.mark.parametrize("name", SAMPLES)
def test_nothing_worked_out_and_nothing_promised_is_taken_over(name):
    again = refilled(check(SAMPLES[name], today=SAMPLE_DAY).form)
    assert "consents" not in again
    found = [
        each
        for section, part in again.items()
        for each in fields_of(schema_of(SECTIONS[section]), part)
    ]
    assert len(found) > 50
    for key, field in found:
        assert not field.metadata["derived"], key
        assert not isinstance(field, Consent), key


def test_a_choice_the_other_type_does_not_offer_is_left_to_be_made():
    again = refilled(sample(), into={"applicant": "partnership"})
    assert "entity_type" not in again["company"]
    assert "form" not in again["company"]["name"]
    assert [each["mode"] for each in again["people"]["holders"]] == ["money", "money"]
    assert again["premises"] == sample()["premises"]
