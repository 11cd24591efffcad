"""个人独资企业: its rules by vectors."""

import pytest

from forms.applicants import APPLICANT
from forms.opening import check
from forms.sample import SAMPLE_DAY, sample


def checked(change=lambda form: None):
    form = sample(7, SAMPLE_DAY, "sole")
    change(form)
    return check(form, today=SAMPLE_DAY, wanted=set(form) - {APPLICANT})


def told(change):
    return [(each.pointer, each.code) for each in checked(change).defects]


@pytest.mark.parametrize("property_", ["own", "family"])
def test_the_investor_says_which_property_it_is(property_):
    assert told(lambda form: form["company"].update(property=property_)) == []


def test_it_is_asked_which_property_it_is():
    assert told(lambda form: form["company"].pop("property")) == [
        ("/company/property", "required")
    ]


def test_the_contribution_has_no_term_and_no_holders_to_add_up():
    assert told(lambda form: form["company"]["capital"].update(amount=3)) == []
    assert told(lambda form: form["company"]["capital"].update(paid_by="2031-01-01")) == [
        ("/company/capital/paid_by", "unknown")
    ]


@pytest.mark.parametrize(
    ("kind", "number"), [("passport", "E12345678"), ("taiwan_pass", "12345678")]
)
def test_an_investor_from_abroad_is_referred(kind, number):
    def from_abroad(form):
        head = form["people"]["legal_rep"]
        head["cert"], head["birth_date"] = {"type": kind, "no": number}, "1990-03-07"

    assert told(from_abroad) == [("/people/legal_rep/cert/type", "investor.abroad")]


def test_a_finance_officer_keeps_the_books_and_acts_for_the_taxes():
    form = checked().form
    assert form["company"]["entity_type"] == "4540"
    assert form["bank"]["depositor_kind"] == "unincorporated"
    assert form["people"]["tax_agent"]["name"] == form["people"]["finance_officer"]["name"]
