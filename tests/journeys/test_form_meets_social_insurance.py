"""Whom the pretended office refuses by age, the form asks about before."""

from datetime import date, timedelta

import pytest

from adapters.social_insurance.stub_rules import Line
from forms.values.retirement import is_past_retirement


@pytest.mark.parametrize(("sex", "code"), [("male", "1"), ("female", "2")])
def test_both_hold_to_the_same_age_of_retirement(sex, code):
    day, birth = date(2026, 12, 1), date(1955, 1, 1)
    verdicts = set()
    while birth.year < 1985:
        line = Line(
            {"birth": birth.isoformat(), "sex": code}, "91X", day, {}, seen=False, corrected=False
        )
        verdicts.add(line.retired)
        assert line.retired == is_past_retirement(birth, sex, day), birth
        birth += timedelta(days=5)
    assert verdicts == {True, False}
