"""Forecasts against hand-made plans, and against what then really happens."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.hours.forecast import ENOUGH, Basis, Leg, forecast
from tests.domain.halls import HALL

NINE = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)  # a Wednesday, 09:00 in the hall
SUNDAY = datetime(2026, 3, 8, 4, 0, tzinfo=UTC)


def leg(link, minutes, *, step="main", requires=(), provides=(), spent=0, count=ENOUGH):
    past = tuple(minutes) if isinstance(minutes, list) else (minutes,) * count
    return Leg(link, step, tuple(requires), tuple(provides), past, 60, spent)


def minutes(found):
    """Working minutes until each end."""
    ends = (HALL.working(found.at, end) for end in (found.likely, found.late))
    return tuple(end // timedelta(minutes=1) for end in ends)


def after_registration(*others):
    return [leg("registration", 40, provides=["credit_code"]), *others]


def test_what_waits_begins_when_its_fact_is_known():
    legs = after_registration(leg("tax", 30, requires=["credit_code"]))
    assert minutes(forecast(legs, HALL, NINE)) == (70, 70)


def test_what_runs_side_by_side_takes_as_long_as_the_longest():
    legs = after_registration(
        leg("tax", 30, requires=["credit_code"]), leg("bank", 90, requires=["credit_code"])
    )
    assert minutes(forecast(legs, HALL, NINE)) == (130, 130)


def test_a_step_waits_for_the_one_before_it_and_for_its_fact():
    for pre, whole in ((10, 45), (60, 65)):
        legs = after_registration(
            leg("staff", pre, step="pre"),
            leg("staff", 5, step="confirm", requires=["credit_code"]),
        )
        assert minutes(forecast(legs, HALL, NINE)) == (whole, whole)


def test_a_fact_that_is_known_already_is_not_waited_for():
    assert minutes(forecast([leg("tax", 30, requires=["credit_code"])], HALL, NINE)) == (30, 30)


def test_without_enough_past_cases_the_promise_counts():
    for count in (0, ENOUGH - 1):
        found = forecast([leg("tax", 5, count=count)], HALL, NINE)
        assert minutes(found) == (60, 60)
        assert found.basis == (Basis("tax", 0),)
        assert found.basis[0].words == "按部门承诺"


def test_a_link_stands_on_the_least_of_its_steps():
    legs = [leg("staff", 5, step="pre", count=30), leg("staff", 5, step="confirm", count=12)]
    [basis] = forecast(legs, HALL, NINE).basis
    assert (basis.cases, basis.words) == (12, "按近 12 件同类办件")
    legs[0] = leg("staff", 5, step="pre", count=2)
    assert forecast(legs, HALL, NINE).basis == (Basis("staff", 0),)


def test_half_and_nine_in_ten_are_what_they_say():
    found = forecast([leg("tax", list(range(1, 101)))], HALL, NINE)
    likely, late = minutes(found)
    assert 42 <= likely <= 58
    assert 85 <= late <= 95


def test_what_has_taken_some_time_needs_only_the_rest():
    past = [10, 20, 30, 40, 50] * 2
    found = forecast([leg("tax", past, spent=35)], HALL, NINE)
    assert {*minutes(found)} <= {5, 15}
    assert minutes(forecast([leg("tax", 20, count=0, spent=50)], HALL, NINE)) == (10, 10)


def test_what_has_taken_longer_than_any_before_may_take_as_long_again():
    assert minutes(forecast([leg("tax", 20, spent=500)], HALL, NINE)) == (20, 20)
    assert minutes(forecast([leg("tax", 20, count=0, spent=500)], HALL, NINE)) == (1, 1)


def test_who_asks_on_a_sunday_is_told_monday():
    found = forecast(after_registration(), HALL, SUNDAY)
    assert found.opens_at == datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    assert found.likely == datetime(2026, 3, 9, 1, 40, tzinfo=UTC)
    assert forecast(after_registration(), HALL, NINE).opens_at is None


def test_a_year_whose_holidays_nobody_knows_is_provisional():
    late = datetime(2039, 3, 4, 1, 0, tzinfo=UTC)
    assert forecast(after_registration(), HALL, late).provisional
    assert not forecast(after_registration(), HALL, NINE).provisional


def test_the_same_question_gets_the_same_answer():
    legs = [leg("tax", list(range(1, 60))), leg("bank", list(range(20, 40)))]
    assert forecast(legs, HALL, NINE) == forecast(legs, HALL, NINE)


def test_where_nothing_is_left_to_do_there_is_no_forecast():
    assert forecast([], HALL, NINE) is None


@pytest.mark.parametrize("seed", range(3))
def test_cases_then_end_as_was_forecast(seed):
    """Thirty past cases of six links, then two hundred more of the same kind."""
    dice = random.Random(seed)
    medians = {"seal": 60, "tax": 30, "bank": 70, "social": 20, "fund": 25}

    def lasting(median):
        return max(round(dice.lognormvariate(0, 0.4) * median), 1)

    def past(median):
        return [lasting(median) for _ in range(30)]

    legs = [leg("registration", past(40), provides=["credit_code"])] + [
        leg(name, past(median), requires=["credit_code"]) for name, median in medians.items()
    ]
    likely, late = minutes(forecast(legs, HALL, NINE))
    ends = [lasting(40) + max(map(lasting, medians.values())) for _ in range(200)]
    assert 0.3 <= sum(end <= likely for end in ends) / 200 <= 0.7
    assert 0.8 <= sum(end <= late for end in ends) / 200 <= 0.98
