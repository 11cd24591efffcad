"""Every type of applicant the whole way: one form, the links that apply to it, one package."""

import json

import pytest

from forms.applicants import USUAL, applicants
from kaiban.documents.package.verify import verify_file
from tests.forms.applicants.anybody import category

TYPES = [key for key in applicants() if key != USUAL]


@pytest.mark.parametrize("applicant", TYPES)
def test_an_applicant_is_opened_by_the_links_that_apply_to_it(city, applicant):
    city.prints = True
    excluded = applicants()[applicant].without
    no = city.submit(city.form(applicant=applicant))
    case = city.follow(no)
    assert case["status"] == "completed", case["links"]
    names = [link["name"] for link in case["links"]]
    assert set(names) == set(city.hall.names) - excluded.keys()
    assert set(city.states(no).values()) == {"done"}
    assert case["facts"]["credit_code"].startswith(category(applicant))
    archive = verify_file(city.package(no, "zip"))
    assert archive.ok, archive.findings
    told = json.loads(city.package(no, "json"))
    assert (told["complete"], told["gaps"]) == (True, [])


@pytest.mark.parametrize("applicant", TYPES)
def test_a_link_that_does_not_apply_is_refused_with_the_reason(city, applicant):
    for name, reason in applicants()[applicant].without.items():
        form = city.form(applicant=applicant) | {"links": ["registration", name]}
        answer = city.hand_in(form)
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["link"]) == ("/links", name)
        assert reason in error["message"]
