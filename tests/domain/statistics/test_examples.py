"""What is published of such offices, worked out again: by which base, and whether it can be true."""

from decimal import Decimal

import pytest

from kaiban.domain.statistics.comparisons import compare, differ, typical_time
from kaiban.domain.statistics.shares import Share, funnel, wholes_of
from kaiban.domain.statistics.spreads import Spread


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (46_738, 46_769, "99.93"),
        (683, 963, "70.92"),
        (628, 851, "73.80"),
        (448, 541, "82.81"),
        (1, 3, "33.33"),
        (1, 800, "0.13"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
    ],
)
def test_a_share_is_rounded_as_people_round(part, whole, percent):
    assert Share(part, whole).percent == Decimal(percent)


def test_a_share_of_nothing_is_no_number_and_no_part_is_larger_than_its_whole():
    assert Share(0, 0).percent is None
    assert Share(0, 0).interval is None
    for part, whole in ((2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="no part"):
            Share(part, whole)


def test_growth_of_a_rate_is_told_in_points():
    assert Share(448, 541).percent - Decimal("16.46") == Decimal("66.35")


def test_a_funnel_tells_each_step_and_the_whole_way():
    steps = funnel({"申报": 1865, "预审": 1607, "办结": 1531})
    assert [(step.percent, way.percent) for step, way in steps.values()] == [
        (Decimal("100.00"), Decimal("100.00")),
        (Decimal("86.17"), Decimal("86.17")),
        (Decimal("95.27"), Decimal("82.09")),
    ]
    with pytest.raises(ValueError, match="no part"):
        funnel({"申报": 1, "办结": 2})


def test_a_published_share_and_its_parts_can_contradict_each_other():
    bases = wholes_of(1134, Decimal(84))
    assert 1350 in bases
    assert 1378 not in bases
    for whole, is_so in (
        (bases[0], True),
        (bases[-1], True),
        (bases[0] - 1, False),
        (bases[-1] + 1, False),
    ):
        assert (Decimal("83.5") <= Decimal(113_400) / whole <= Decimal("84.5")) is is_so
    assert list(wholes_of(448, Decimal("82.81"))) == [541]
    with pytest.raises(ValueError, match="says nothing"):
        wholes_of(0, Decimal(0))


def test_the_mean_hides_what_median_and_nine_tenths_show():
    days = Spread.of([1, 1, 1, 6])
    assert (days.mean, days.median, days.percentile(90)) == (Decimal("2.25"), 1, 6)
    assert Spread.of([1, 2]).median == Decimal("1.5")
    assert (Spread({}).mean, Spread({}).median, Spread({}).percentile(90)) == (None, None, None)
    assert Spread.of(range(1, 11)).percentile(90) == 9
    assert list(Spread.of([0, 29, 30, 75]).steps(30)) == [(0, 30, 2), (30, 60, 1), (60, 90, 1)]


def test_a_mean_ratio_below_a_hundred_hides_a_broken_limit():
    used = {90: 86, 80: 70, 40: 42}
    ratios = [Decimal(100 * minutes) / limit for limit, minutes in used.items()]
    assert (sum(ratios) / 3).quantize(Decimal("0.1")) == Decimal("96.0")
    kept = Share(sum(minutes <= limit for limit, minutes in used.items()), 3)
    assert (kept.part, kept.percent) == (2, Decimal("66.67"))


def test_an_office_with_the_harder_cases_is_not_the_worse_one():
    found = compare(
        {
            "A": {"simple": Share(81, 87), "complex": Share(192, 263)},
            "B": {"simple": Share(234, 270), "complex": Share(55, 80)},
        }
    )
    assert found["B"].pooled.percent > found["A"].pooled.percent
    told = {office: each.standardised for office, each in found.items()}
    assert told == {"A": Decimal("83.25"), "B": Decimal("77.89")}


def test_offices_with_a_case_each_are_not_compared():
    assert typical_time(Spread.of([60]), Spread.of([200])) is None
    found = compare({"A": {"simple": Share(1, 1)}, "B": {"simple": Share(0, 1)}})
    assert [each.standardised for each in found.values()] == [None, None]
    assert not differ(Share(1, 1), Share(0, 1))


def test_a_difference_means_something_beyond_what_chance_explains():
    assert not differ(Share(8, 10), Share(9, 10))
    assert differ(Share(800, 1000), Share(900, 1000))
    low, high = Share(9, 10).interval  # Wilson: 0.5958 to 0.9821
    assert (low, high) == (Decimal("59.58"), Decimal("98.21"))


def test_what_is_still_open_counts_as_at_least():
    assert typical_time(Spread.of([10, 20, 30, 40, 50]), Spread.of([])) == (30, False)
    # Without the five that last, half would have needed 30.
    assert typical_time(Spread.of([10, 20, 30, 40, 50]), Spread.of([100] * 5)) == (50, False)
    assert typical_time(Spread.of([10, 20]), Spread.of([100] * 8)) == (100, True)
