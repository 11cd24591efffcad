from datetime import date

import pytest

from kaiban.domain.notices.refusal import facts_of, redress_of, terms


@pytest.mark.parametrize(
    ("known", "review", "lawsuit"),
    [
        # Sixty days and six months, the day itself not counted; a month without that day ends sooner.
        (date(2026, 11, 22), date(2027, 1, 21), date(2027, 5, 22)),
        (date(2026, 8, 31), date(2026, 10, 30), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2027, 10, 30), date(2028, 2, 29)),
    ],
)
def test_the_last_days_of_review_and_lawsuit(known, review, lawsuit):
    assert (terms(known).review, terms(known).lawsuit) == (review, lawsuit)


@pytest.mark.parametrize(
    ("link", "code", "title", "basis"),
    [
        ("registration", "R09", "不予登记", "市场主体登记管理条例第二十条、实施细则第十九条"),
        ("registration", "R12", "不予受理", "市场主体登记管理条例实施细则第十八条"),
        ("tax", "T05", "不予办理", "以该单位的书面决定为准"),
    ],
)
def test_a_refusal_is_called_what_the_law_calls_it(link, code, title, basis):
    found = facts_of(link, code, date(2026, 11, 22))
    assert (found["title"], found["basis"]) == (title, basis)
    assert found["review_until"] == "2027-01-21"


def test_nobody_appeals_against_a_contract():
    assert not redress_of("bank").has_terms
    assert "review_until" not in facts_of("bank", "B01", date(2026, 11, 22))
