"""Timelines: counted as the hours ledger counts, played again as they were and otherwise."""

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.hours.ledger import CLOSED, Holding, account
from kaiban.domain.hours.other_hours import with_saturdays
from kaiban.domain.hours.timetable import Timetable, minute_of
from kaiban.domain.statistics.critical_path import critical_path
from kaiban.domain.statistics.hours_ledger import Hour, ledger
from kaiban.domain.statistics.timeline import Leg, Timeline
from kaiban.domain.statistics.what_if import Pace, replayed
from tests.domain.halls import HALL, at, stretches

SPAN = minute_of(at("2024-12-01")), minute_of(at("2028-06-01"))
HOURS, SATURDAYS = Timetable(HALL, *SPAN), Timetable(with_saturdays(HALL), *SPAN)
ORDER = ("registration", "tax", "bank")
HOLDERS = ("applicant", "special", "window", *(f"department:{name}" for name in ORDER))


def timeline(first, last, legs, promised=300):
    legs = tuple(
        sorted((Leg(*each) for each in legs), key=lambda leg: (leg.start, leg.end, leg.holder))
    )
    return Timeline("KB0001", "main", promised, first, last, ORDER, legs, tuple(HOURS.open_spans(first, last)))  # fmt: skip


@st.composite
def timelines(draw):
    """Some hours to some days, with whatever overlaps may come; and the same for the hours ledger."""
    start, end = draw(stretches(6))
    length = minute_of(end) - minute_of(start)
    legs = []
    for _ in range(draw(st.integers(0, 7))):
        first, last = sorted((draw(st.integers(0, length)), draw(st.integers(0, length))))
        legs.append((draw(st.sampled_from(HOLDERS)), first, last))
    base = start.replace(second=0)
    holdings = [
        Holding(base + timedelta(minutes=first), base + timedelta(minutes=last), holder)
        for holder, first, last in legs
    ]
    begin = minute_of(start)
    ours = [(holder, begin + first, begin + last) for holder, first, last in legs]
    return timeline(begin, minute_of(end), ours), account(start, end, holdings, HALL, ORDER)


@given(timelines())
def test_every_minute_is_whose_the_hours_ledger_says(both):
    found, expected = both
    holders = ledger([found]).holders()
    parts = {name: count for name, count in expected.parts.items() if count and name != CLOSED}
    assert holders == parts
    assert found.used(HOURS) == expected.working_minutes


@given(timelines())
def test_played_again_without_a_change_it_takes_what_it_took(both):
    found, _ = both
    assert replayed(found, HOURS, Pace()).used(HOURS) == found.used(HOURS)


@given(timelines(), st.sampled_from(HOLDERS[2:]))
def test_nobody_who_is_quicker_makes_it_longer(both, holder):
    found, _ = both
    quick = Pace({holder: Fraction(2, 3)})
    assert replayed(found, HOURS, quick).finished <= max(
        found.finished, replayed(found, HOURS, Pace()).finished
    )


@given(timelines())
def test_a_critical_path_is_a_chain_from_end_to_start(both):
    found, _ = both
    path = critical_path(found)
    assert all(earlier.end <= later.start for earlier, later in pairwise(path))
    # Nothing that ended later stands between two of them: each waited for the one before it.
    for before, leg in pairwise(path):
        assert not [one for one in found.legs if before.end < one.end <= leg.start and one.start < leg.start]  # fmt: skip


def monday(clock):
    return minute_of(at(f"2026-03-02T{clock}"))


def two_at_once():
    """Registration for an hour; then tax for two, bank for an hour and a half; then the window for half an hour."""
    return timeline(
        monday("09:00"), monday("15:00"),
        [("department:registration", monday("09:00"), monday("10:00")), ("department:tax", monday("10:00"), monday("12:00")),
         ("department:bank", monday("10:00"), monday("11:30")), ("window", monday("13:30"), monday("14:00"))],
    )  # fmt: skip


def test_what_ran_beside_something_longer_stands_on_no_path():
    holders = [leg.holder for leg in critical_path(two_at_once())]
    assert holders == ["department:registration", "department:tax", "window"]


def test_a_link_that_is_quicker_saves_only_until_another_is_the_slower_one():
    case = two_at_once()
    assert case.used(HOURS) == 270
    taken = {
        share: replayed(case, HOURS, Pace({"department:tax": share})).used(HOURS)
        for share in (Fraction(5, 6), Fraction(1, 2), Fraction(0))
    }
    # Twenty minutes less are saved whole; an hour less only until the bank's half past eleven.
    assert taken == {Fraction(5, 6): 250, Fraction(1, 2): 240, Fraction(0): 240}
    faster_bank = Pace({"department:bank": Fraction(1, 3)})
    assert replayed(case, HOURS, faster_bank).used(HOURS) == 270


def test_a_bank_that_works_on_saturdays_answers_before_the_hall_opens_again():
    friday, monday_ten = minute_of(at("2026-03-06T16:30")), minute_of(at("2026-03-09T10:00"))
    case = timeline(friday, monday_ten, [("department:bank", friday, monday_ten)])
    assert case.used(HOURS) == 120
    again = replayed(case, HOURS, Pace(hours={"department:bank": SATURDAYS}))
    assert again.finished == minute_of(at("2026-03-07T10:00"))
    # By the hall's clock only Friday's hour counts.
    assert again.used(HOURS) == 60


def test_the_hour_of_the_week_is_the_halls():
    case = timeline(
        monday("11:30"), monday("13:45"), [("window", monday("11:30"), monday("11:50"))]
    )
    found = ledger([case])
    assert found.hours() == {Hour(1, 11): 30, Hour(1, 13): 15}
    assert found.hours("window") == {Hour(1, 11): 20}
    assert found.holders() == {"window": 20, "platform": 25}
