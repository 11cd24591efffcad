"""Every paper that prints the seat prints its region exactly once."""

from datetime import UTC, datetime

import pytest

from forms.opening import check
from forms.sample import SAMPLE_DAY, sample
from forms.values.addresses import completed
from kaiban.documents.package.packages import SAMPLE
from kaiban.documents.papers.answers import Answers
from kaiban.documents.papers.making import Papers
from tests.documents.paper import text_of

ALL = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")
AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
STREET = "琼枝路 77 号 6 栋"
#: What an applicant types, and what a form holds that was accepted before regions were cut off.
TYPED = (STREET, f"云启区{STREET}", f"湖南省示范市云启区{STREET}")
PRINTED = "示范市云启区琼枝路77号6栋"
#: Of the produced papers, those that say where the company sits.
TELLING = {
    "application",
    "articles",
    "premises_promise",
    "seal_filing",
    "tax_confirmation",
    "account_application",
    "unit_insurance",
    "unit_fund",
}


@pytest.fixture(scope="module")
def papers():
    return Papers(SAMPLE)


def seated(detail):
    """A checked form whose seat is kept as given."""
    form = check(sample(), today=SAMPLE_DAY).form
    premises = {**form["premises"], "region_code": "990103", "detail": detail}
    return {**form, "premises": premises}


@pytest.mark.parametrize("typed", TYPED, ids=["plain", "district", "pasted"])
def test_every_paper_that_tells_the_seat_tells_its_region_once(papers, typed):
    form = seated(typed)
    texts = {one.key: text_of(one.pdf) for one in papers.make(form, ALL, AT)}
    told = {key: text for key, text in texts.items() if "琼枝路" in text}
    assert told.keys() == TELLING
    for key, text in told.items():
        assert text.count("琼枝路") == text.count(PRINTED), key
        assert f"示范市{PRINTED}" not in text, key
        assert f"云启区{PRINTED}" not in text, key
        assert f"湖南省{PRINTED}" not in text, key


def test_papers_and_departments_are_told_the_same_address():
    form = check(sample(), today=SAMPLE_DAY).form
    told = completed(form)
    address = Answers(told).text("premises.full")
    assert address.startswith("示范市")
    assert address.count("示范市") == 1
