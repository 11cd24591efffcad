"""Controls of a page read as people fill them in."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from forms.sample import SAMPLE_DAY
from forms.sections import SECTIONS
from forms.structure.pages import PAGES
from kaiban.web.form.answers import Reading

PAGE = {page.name: page for page in PAGES}
REP = "people.legal_rep.cert.valid_until"


def answers(page, typed):
    return Reading(SECTIONS, None, today=lambda: SAMPLE_DAY).page(PAGE[page], MultiDict(typed))


@pytest.mark.parametrize(
    ("boxes", "meant"),
    [
        (("2027", "1", "1"), "2027-01-01"),
        (("２０２７年", "1月", "1日"), "2027-01-01"),
        (("2027/1/1", "", ""), "2027-01-01"),
        (("", "2027年1月1日", ""), "2027-01-01"),
        (("5年", "", ""), "2031-12-01"),
        (("长期", "", ""), "长期"),
        (("2027", "13", ""), "2027-13"),
        (("", "", ""), None),
    ],
)
def test_a_day_may_stand_in_its_boxes_or_in_one_of_them(boxes, meant):
    typed = dict(zip(("year", "month", "day"), boxes, strict=True))
    page = answers("holders", {f"company.capital.paid_by.{k}": v for k, v in typed.items()})
    assert page["company.capital"].get("paid_by") == meant


def test_a_document_for_good_has_no_last_day():
    page = answers("officers", {f"{REP}.year": "长期"})
    assert "valid_until" not in page["people.legal_rep"].get("cert", {})


def test_sums_numbers_and_telephones_are_read_as_everywhere():
    page = answers("holders", {"company.capital.amount": "１００万", "company.term": "20年"})
    assert page["company.capital"]["amount"] == Decimal(100)
    assert page["company.term"] == "2046-12-01"
    assert answers("fund", {"housing_fund.unit_ratio": "8%"})["housing_fund"]["unit_ratio"] == 8
    licence = answers("licence", {"company.contact_phone": "(0731)88881234"})
    assert licence["company.contact_phone"] == "0731-88881234"


@pytest.mark.parametrize("typed", ["8000,50", "0,5", "１，０"])
def test_a_comma_that_groups_nothing_is_left_for_the_form_to_refuse(typed):
    page = answers("holders", {"company.capital.amount": typed})
    assert page["company.capital"]["amount"] == typed


def test_no_line_is_dropped_because_there_are_too_many():
    lines = [f"青禾{each}" for each in "甲乙丙丁戊己庚"]
    page = answers("name", {"company.name.alternatives": "\n".join(lines)})
    assert page["company.name"]["alternatives"] == lines
