"""A timetable says what the hall's hours say."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.hours.other_hours import AROUND_THE_CLOCK, with_saturdays, without_break
from kaiban.domain.hours.timetable import Timetable, instant_of, minute_of
from tests.domain.halls import HALL, at, instants, stretches

YEARS = minute_of(at("2024-12-01")), minute_of(at("2027-12-01"))
KINDS = {
    "as it is": HALL, "saturdays": with_saturdays(HALL), "no break": without_break(HALL), "always": AROUND_THE_CLOCK,
}  # fmt: skip
TABLES = {name: Timetable(hall, *YEARS) for name, hall in KINDS.items()}


@given(st.sampled_from(sorted(KINDS)), stretches(40))
def test_it_counts_as_the_hall_does(kind, stretch):
    first, last = map(minute_of, stretch)
    working = KINDS[kind].working(*stretch) // timedelta(minutes=1)
    assert TABLES[kind].working(first, last) == working
    assert sum(end - start for start, end in TABLES[kind].open_spans(first, last)) == working


@given(st.sampled_from(sorted(KINDS)), instants(), st.integers(0, 3000))
def test_it_adds_as_the_hall_does(kind, start, minutes):
    expected = KINDS[kind].add(start, timedelta(minutes=minutes))
    found = TABLES[kind].add(minute_of(start), minutes)
    assert instant_of(found) == expected.replace(second=0)


def test_what_is_not_laid_out_is_no_guess():
    table = Timetable(HALL, minute_of(at("2026-03-02")), minute_of(at("2026-03-03")))
    with pytest.raises(ValueError):
        table.working(minute_of(at("2026-03-01")), minute_of(at("2026-03-02")))
    with pytest.raises(ValueError):
        table.add(minute_of(at("2026-03-02")), 24 * 60)


def test_saturdays_of_ordinary_weeks_are_worked_and_no_others():
    # 2026-03-07 is an ordinary Saturday, 2026-10-03 one of the National Day holidays, 2026-02-14 a make-up day.
    open_on = {
        day: with_saturdays(HALL).is_open(at(f"{day}T10:00"))
        for day in ("2026-03-07", "2026-10-03", "2026-02-14", "2026-03-08")
    }
    assert open_on == {"2026-03-07": True, "2026-10-03": False, "2026-02-14": True, "2026-03-08": False}  # fmt: skip
    assert not HALL.is_open(at("2026-03-07T10:00"))


def test_without_a_break_noon_counts():
    noon = at("2026-03-06T12:00"), at("2026-03-06T13:30")
    assert (HALL.working(*noon), without_break(HALL).working(*noon)) == (
        timedelta(),
        timedelta(minutes=90),
    )
