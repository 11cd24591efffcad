"""For good, and for so many years, are chosen and not typed; with scripts and without."""

import pytest

from tests.web.form.test_reading import REP, answers

TERM = "company.term"
DAY = {f"{TERM}.{part}": value for part, value in (("year", "2046"), ("month", "3"), ("day", "1"))}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({TERM: "长期"}, "长期"),
        ({TERM: "years", f"{TERM}:years": "20"}, "2046-12-01"),
        ({TERM: "years", f"{TERM}:years": " ２０ 年"}, "2046-12-01"),
        ({TERM: "day", **DAY}, "2046-03-01"),
        ({TERM: "长期", f"{TERM}:years": "20", **DAY}, "长期"),
        # Chosen and not said: left as it is, so that it is asked for and not taken for 长期.
        ({TERM: "years"}, "年"),
        ({TERM: "day"}, "-"),
    ],
)
def test_what_was_chosen_counts(typed, meant):
    assert answers("holders", typed)[TERM] == meant


PAID_BY = "company.capital.paid_by"
LATER = {
    f"{PAID_BY}.{part}": value for part, value in (("year", "2030"), ("month", "3"), ("day", "1"))
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ({f"{PAID_BY}:years": "4"}, "2030-12-01"),
        ({f"{PAID_BY}:years": " ４ 年"}, "2030-12-01"),
        (LATER, "2030-03-01"),
        # Said twice, or no number: left as it is, and asked about.
        (LATER | {f"{PAID_BY}:years": "4"}, "2030-03-01 4年"),
        ({f"{PAID_BY}:years": "几"}, "几年"),
    ],
)
def test_capital_is_paid_by_a_day_or_in_so_many_years(typed, meant):
    assert answers("holders", typed)["company.capital"]["paid_by"] == meant


def test_a_document_is_chosen_to_be_for_good_and_not_with_a_last_day():
    last = {
        f"{REP}.{part}": value for part, value in (("year", "2036"), ("month", "5"), ("day", "1"))
    }
    tick = {f"{REP}:for-good": "yes"}
    found = [answers("officers", typed)["people.legal_rep"].get("cert", {}) for typed in (tick, last, tick | last)]  # fmt: skip
    assert [each.get("valid_until") for each in found] == [None, "2036-05-01", "2036-05-01 长期"]
