"""Which materials a case calls for."""

import pytest

from forms import sample
from forms.materials import MATERIALS, needed, persons, to_bring
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


def test_whose_identity_is_asked_for_each_person_is_named_once(form):
    found = persons(form, ALL)
    assert len({one.document for one in found}) == len(found)
    assert {place for one in found for place in one.places} >= {
        "/people/legal_rep", "/people/holders/0", "/people/finance_officer", "/people/liaison",
    }  # fmt: skip
    alone = {place for one in persons(form, {"seal"}) for place in one.places}
    assert alone <= {"/people/legal_rep", "/people/proxy"}
    assert persons(form, {"housing_fund"}) == ()


def test_nobody_is_asked_who_is_no_person_or_not_there():
    person = {"name": "张三", "cert": {"type": "id_card", "no": "9901 0219900307299x"}}
    company = {"name": "甲公司", "cert": {"type": "credit_code", "no": "91"}, "kind": "enterprise"}
    nobody = {"name": "", "cert": {"type": "id_card", "no": ""}}
    people = {
        "holders": [company, {**person, "kind": "natural_person"}, nobody],
        "legal_rep": {"name": "张三", "cert": {"type": "id_card", "no": "99010219900307299X"}},
        "supervision": "none", "supervisors": [{**person, "name": "李四", "cert": {"type": "id_card", "no": "1"}}],
        "manager": None, "directors": "x",
    }  # fmt: skip
    (one,) = persons({"people": people}, ALL)
    assert (one.document, one.name) == ("id_card 99010219900307299X", "张三")
    assert one.places == ("/people/holders/1", "/people/legal_rep")
    assert persons({}, ALL) == ()
