"""Which materials a case calls for."""

import pytest

from forms import sample
from forms.materials import MATERIALS, needed, to_bring
from forms.opening import check
from forms.sections import SECTIONS

ALL = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


@pytest.fixture
def form(today):
    return check(sample.sample(), today=today).form


def test_an_ordinary_opening_brings_two_documents(form):
    assert [m.key for m in to_bring(form, ALL)] == ["identity", "lease"]


def test_only_the_chosen_departments_ask(form):
    asked = [m.key for m in needed(form, {"housing_fund"})]
    assert asked == ["unit_fund", "roster", "identity_annex", "roster_annex"]


def test_conditions_follow_the_form(form):
    form["premises"] |= {"tenure": "own", "usage": "residential"}
    form["company"]["scope"]["items"].append({"code": "P102", "permit": "1"})
    form["staff"] = {"members": []}
    del form["people"]["proxy"], form["tax"]["invoice"]
    keys = {m.key for m in needed(form, ALL)}
    assert {"title_deed", "neighbours", "permit"} <= keys
    assert keys.isdisjoint(
        {"lease", "roster", "roster_annex", "power_of_attorney", "invoice_table"}
    )


def test_keys_are_unique_and_departments_known():
    assert len({m.key for m in MATERIALS}) == len(MATERIALS)
    assert {d for m in MATERIALS for d in m.departments} == set(ALL)
    assert set(ALL) - {"registration"} <= set(SECTIONS)


def test_more_than_six_documents_are_never_asked_for():
    assert sum(not m.produced for m in MATERIALS) <= 6


@pytest.mark.parametrize("kind", ["enterprise", "institution", "foreign_enterprise"])
def test_a_shareholder_that_is_no_person_brings_its_licence(form, kind):
    assert "holder_licence" not in {m.key for m in to_bring(form, ALL)}
    form["people"]["holders"][0]["kind"] = kind
    assert "holder_licence" in {m.key for m in to_bring(form, ALL)}
