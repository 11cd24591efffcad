"""The statutory age of retirement, against the tables annexed to the decision of 2024-09-13."""

from datetime import date

import pytest

from forms.values.retirement import is_past_retirement, retirement_months


@pytest.mark.parametrize(
    ("sex", "born", "years", "months"),
    [
        ("male", date(1964, 12, 31), 60, 0),
        ("male", date(1965, 1, 1), 60, 1),
        ("male", date(1965, 4, 30), 60, 1),
        ("male", date(1965, 5, 1), 60, 2),
        ("male", date(1976, 8, 31), 62, 11),
        ("male", date(1976, 9, 1), 63, 0),
        ("male", date(1990, 1, 1), 63, 0),
        ("female", date(1969, 12, 31), 55, 0),
        ("female", date(1970, 1, 1), 55, 1),
        ("female", date(1981, 8, 31), 57, 11),
        ("female", date(1981, 9, 1), 58, 0),
    ],
)
def test_the_age_is_that_of_the_annexed_tables(sex, born, years, months):
    assert divmod(retirement_months(born, sex), 12) == (years, months)


def test_the_age_is_completed_on_the_day_of_the_month_of_birth():
    born = date(1965, 1, 20)
    assert not is_past_retirement(born, "male", date(2025, 2, 19))
    assert is_past_retirement(born, "male", date(2025, 2, 20))
