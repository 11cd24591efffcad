"""Every type of applicant gets out of what each department asks for, and of a refusal, as companies do: by pages alone."""

from dataclasses import replace

import pytest

from forms.applicants import USUAL, applicants
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from tests.web.following.test_refusals import DEPARTMENTS
from tests.web.following.test_ways_out import hand_in, see_through

TYPES = [key for key in applicants() if key != USUAL]
DEMANDS = [
    (applicant, link, word)
    for applicant in TYPES
    for link, word in DEPARTMENTS.values()
    if link not in applicants()[applicant].without
]


def begun(city, filing, applicant, *links):
    """A filing of that type, for these links."""
    started = city.kaiban.filings.get(filing.filing_id)
    entry = city.kaiban.form.begun_for(applicant)
    city.kaiban.filings.save(replace(started, entry=entry, links=tuple(dict.fromkeys(links))))


@pytest.mark.parametrize(("applicant", "link", "word"), DEMANDS)
def test_what_a_department_asks_for_is_explained_or_mended(filing, city, applicant, link, word):
    begun(city, filing, applicant, "registration", link)
    hand_in(filing, city, city.form(f"测试补正{word}", applicant=applicant))
    case = see_through(filing, city)
    assert {item.link for notice in case.notices for item in notice.items} == {link}
    assert case.state is CaseState.COMPLETED
    assert case.form["applicant"] == applicant


@pytest.mark.parametrize("applicant", TYPES)
def test_after_a_refusal_it_is_applied_for_anew_as_the_same_type(filing, city, applicant):
    begun(city, filing, applicant, "registration")
    hand_in(filing, city, city.form("测试驳回登记", applicant=applicant))
    case = see_through(filing, city)
    assert case.link("registration").state is LinkState.REFUSED
    filing.open(f"/t/{filing.filing_id}")
    assert applicants()[applicant].head in filing.text
    filing.press("用填过的内容重新申请")
    assert city.kaiban.filings.get(filing.filing_id).entry["applicant"] == applicant
    hand_in(filing, city, city.form("出路新设", applicant=applicant))
    assert see_through(filing, city).state is CaseState.COMPLETED
