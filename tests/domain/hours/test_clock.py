from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from kaiban.domain.hours.clock import (
    END_OF_DAY,
    EveryDay,
    HallHours,
    Promise,
    Season,
    Shift,
    Span,
    StateCouncilDays,
    midnight,
)
from kaiban.domain.hours.holidays import is_holiday_by_law
from tests.domain import minute_oracle
from tests.domain.halls import AFTERNOON, HALL, MORNING, at, instants, stretches

SINCE = date(2000, 1, 1)
ROUND_THE_CLOCK = HallHours((Season(SINCE, (Shift(time(0), END_OF_DAY),)),), EveryDay())


def hours(text):
    hour, minute = text.split(":")
    return timedelta(hours=int(hour), minutes=int(minute))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-02-13 15:00", "2026-02-24 10:00", "10:30", id="spring festival"),
        pytest.param("2026-09-30 16:00", "2026-10-08 10:00", "2:30", id="national day"),
        pytest.param("2026-01-04 09:00", "2026-01-04 17:30", "7:00", id="make-up sunday"),
        pytest.param("2026-03-06 11:30", "2026-03-06 14:00", "1:00", id="lunch"),
        pytest.param("2026-03-06 17:00", "2026-03-09 09:30", "1:00", id="weekend"),
        pytest.param("2026-03-07 10:00", "2026-03-07 12:00", "0:00", id="saturday"),
        pytest.param("2026-10-10 09:00", "2026-10-12 09:00", "7:00", id="make-up saturday"),
    ],
)
def test_working_time_of_2026_is_as_the_notice_of_the_state_council_says(start, end, expected):
    assert HALL.working(at(start), at(end)) == hours(expected)


@given(stretches(longest_days=360))  # the oracle ends with the year after the last beginning
def test_working_time_is_what_counting_minute_by_minute_gives(stretch):
    assert HALL.working(*stretch) == counted(*stretch)


BROKEN_HALLS = {
    "no lunch": HallHours((Season(SINCE, (Shift(time(9), time(17, 30)),)),), StateCouncilDays()),
    "no make-up days": HallHours(
        HALL.seasons,
        StateCouncilDays(
            dict.fromkeys(map(date.fromisoformat, minute_oracle.MAKE_UP_DAYS), False)
        ),
    ),
    "no holidays": HallHours(
        HALL.seasons,
        StateCouncilDays(dict.fromkeys(map(date.fromisoformat, minute_oracle.DAYS_OFF), True)),
    ),
    "open a minute too long": HallHours(
        (Season(SINCE, (MORNING, Shift(time(13, 30), time(17, 31)))),), StateCouncilDays()
    ),
}


@pytest.mark.parametrize("broken", BROKEN_HALLS.values(), ids=BROKEN_HALLS.keys())
def test_the_minute_count_catches_a_broken_calendar(broken):
    def differs(stretch):
        return broken.working(*stretch) != counted(*stretch)

    assert differs(find(stretches(longest_days=20), differs, settings=CAUGHT_WITHIN))


def test_the_minute_count_has_nothing_against_the_right_calendar():
    with pytest.raises(NoSuchExample):
        find(
            stretches(longest_days=20),
            lambda stretch: HALL.working(*stretch) != counted(*stretch),
            settings=CAUGHT_WITHIN,
        )


CAUGHT_WITHIN = settings(
    max_examples=500,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # any counterexample will do, a small one costs seconds
)


def counted(start, end):
    first, last = minute_oracle.minute_number(start), minute_oracle.minute_number(end)
    return timedelta(minutes=sum(minute_oracle.open_minutes()[first:last]))


@given(stretches(longest_days=30))
def test_open_spans_are_in_order_and_add_up_within_the_stretch(stretch):
    spans = list(HALL.open_spans(*stretch))
    assert all(span.start < span.end for span in spans)
    assert all(earlier.end <= later.start for earlier, later in pairwise(spans))
    assert all(stretch[0] - timedelta(minutes=1) < span.start for span in spans)
    assert all(span.end <= stretch[1] for span in spans)
    assert sum((span.length for span in spans), timedelta()) == HALL.working(*stretch)


@given(instants())
def test_the_hall_is_open_in_the_minutes_the_count_has_open(instant):
    expected = minute_oracle.open_minutes()[minute_oracle.minute_number(instant)]
    assert HALL.is_open(instant) == bool(expected)


@given(instants())
def test_the_hall_opens_next_when_the_minutes_say_so(instant):
    opens = HALL.next_open(instant)
    assert HALL.is_open(opens)
    assert opens >= instant
    assert HALL.working(instant, opens) == timedelta()


@given(instants(), st.integers(0, 3000))
def test_adding_working_time_gives_the_first_instant_by_which_it_is_over(start, minutes):
    working = timedelta(minutes=minutes)
    over = HALL.add(start, working)
    assert HALL.working(start, over) == working
    if minutes:
        assert HALL.working(start, over - timedelta(minutes=1)) == working - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        ("2026-03-06 11:59:59", "2026-03-06 11:59:59"),
        ("2026-03-06 12:00:00", "2026-03-06 13:30:00"),
        ("2026-03-06 17:30:00", "2026-03-09 09:00:00"),
        ("2026-09-30 17:30:00", "2026-10-08 09:00:00"),
    ],
)
def test_at_closing_time_the_hall_is_shut_and_opens_with_its_next_shift(instant, opens):
    assert HALL.next_open(at(instant)) == at(opens)


def test_years_of_working_time_can_be_added():
    start = at("2016-01-04 09:00")
    over = HALL.add(start, hours("7:00") * 2000)
    assert HALL.working(start, over) == hours("7:00") * 2000


def test_five_hours_from_friday_afternoon_are_over_on_monday():
    assert HALL.add(at("2026-03-06 15:00"), hours("5:00")) == at("2026-03-09 11:30")


def test_time_used_up_at_closing_time_ends_at_closing_time():
    assert HALL.add(at("2026-03-06 16:30"), hours("1:00")) == at("2026-03-06 17:30")


@pytest.mark.parametrize("working", [timedelta(minutes=-1), timedelta(seconds=90)])
def test_only_whole_minutes_can_be_added(working):
    with pytest.raises(ValueError, match="whole number of minutes"):
        HALL.add(at("2026-03-06 15:00"), working)


def test_seconds_are_cut_off_at_both_ends():
    start, end = at("2026-03-06 10:00:59"), at("2026-03-06 10:01:01")
    assert HALL.working(start, end) == timedelta(minutes=1)
    assert HALL.working(end, end + timedelta(seconds=58)) == timedelta()


def test_the_same_minute_in_the_wrong_order_is_an_empty_stretch():
    start = at("2026-03-06 10:00:59")
    assert HALL.working(start, start - timedelta(seconds=59)) == timedelta()


def test_a_stretch_that_ends_before_it_starts_is_refused():
    start = at("2026-03-06 10:00")
    with pytest.raises(ValueError, match="ends before it starts"):
        HALL.working(start, start - timedelta(minutes=1))


def test_instants_without_a_zone_are_refused():
    naive = datetime(2026, 3, 6, 10)  # noqa: DTZ001  the missing zone is what is tried
    for call in (HALL.is_open, HALL.next_open, lambda moment: HALL.working(moment, moment)):
        with pytest.raises(ValueError, match="time zone"):
            call(naive)


def test_results_are_utc_whatever_zone_is_asked_in():
    (span,) = HALL.open_spans(at("2026-03-06 11:00"), at("2026-03-06 13:00"))
    assert span == Span(at("2026-03-06 11:00"), at("2026-03-06 12:00"))
    answers = [
        span.start,
        span.end,
        HALL.next_open(span.start),
        HALL.add(span.start, hours("1:00")),
    ]
    assert {answer.tzinfo for answer in answers} == {UTC}


def test_hall_time_knows_no_summer_time_though_tzdata_has_it_in_1988():
    assert HALL.is_open(datetime(1988, 7, 4, 1, 0, tzinfo=UTC))
    assert not HALL.is_open(datetime(1988, 7, 4, 0, 59, tzinfo=UTC))


@pytest.mark.parametrize("year", range(2004, 2027))
def test_days_agree_with_the_published_table(year):
    days = StateCouncilDays()
    every_day = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    assert days.is_known(year)
    assert [days.is_working(day) for day in every_day] == [
        chinese_calendar.is_workday(day) for day in every_day
    ]


def test_a_year_nobody_has_announced_follows_monday_to_friday():
    days = StateCouncilDays()
    assert not days.is_known(2031)
    assert days.is_working(date(2031, 10, 8))  # a Wednesday
    assert not days.is_working(date(2031, 10, 4))


@pytest.mark.parametrize("year", [2027, 2031, 2101])
@pytest.mark.parametrize("day", [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)])
def test_days_fixed_by_law_are_closed_without_a_notice(year, day):
    assert not StateCouncilDays().is_working(date(year, *day))
    assert not StateCouncilDays(loaded_years={year}).is_working(date(year, *day))


def test_the_tomb_sweeping_day_is_closed_where_the_library_reckons_it():
    days = StateCouncilDays()
    assert not days.is_working(date(2027, 4, 5))  # a Monday
    assert days.is_working(date(2027, 4, 6))
    assert days.is_working(date(2101, 4, 5))  # a Tuesday; nobody reckons it


#: 初一, 端午, 中秋.
BY_THE_MOON = {
    2027: ("02-06", "06-09", "09-15"), 2028: ("01-26", "05-28", "10-03"), 2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"), 2031: ("01-23", "06-24", "10-01"), 2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"), 2034: ("02-19", "06-20", "09-27"), 2035: ("02-08", "06-10", "09-16"),
}  # fmt: skip


@pytest.mark.parametrize("year", BY_THE_MOON)
def test_days_the_law_puts_on_a_lunar_date_are_closed_before_the_notice_is_known(year):
    days = StateCouncilDays()
    first, *others = (date.fromisoformat(f"{year}-{day}") for day in BY_THE_MOON[year])
    closed = [*(first + timedelta(days=number) for number in (-1, 0, 1, 2)), *others]
    assert [day for day in closed if days.is_working(day)] == []
    assert not days.is_known(year), "the notice will add to them"
    around = [first - timedelta(days=2), first + timedelta(days=3)]
    assert [days.is_working(day) for day in around] == [day.isoweekday() <= 5 for day in around]


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_the_law_fixes_is_closed_by_the_notices_that_are_known(year):
    every_day = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    by_law = [day for day in every_day if is_holiday_by_law(day)]
    assert len(by_law) == 13, "art. 2 counts thirteen"
    assert not any(map(StateCouncilDays().is_working, by_law))


def test_five_hours_do_not_run_through_the_spring_festival_of_a_year_nobody_has_announced():
    assert HALL.add(at("2028-01-24 16:00"), hours("05:00")) == at("2028-01-31 14:00")


def test_a_citys_own_working_day_wins_even_over_the_law():
    assert StateCouncilDays({date(2031, 10, 1): True}).is_working(date(2031, 10, 1))


def test_five_hours_from_the_last_afternoon_of_a_year_do_not_end_on_new_years_day():
    assert HALL.add(at("2026-12-31 16:00"), hours("05:00")) == at("2027-01-04 14:00")


def test_a_city_may_load_a_year_before_the_library_knows_it():
    days = StateCouncilDays({date(2031, 10, 1): False, date(2031, 10, 4): True}, {2031})
    assert days.is_known(2031)
    assert not days.is_working(date(2031, 10, 1))
    assert days.is_working(date(2031, 10, 4))


def test_a_local_closure_overrides_the_table_without_making_a_year_known():
    days = StateCouncilDays({date(2026, 3, 6): False, date(2031, 3, 6): False})
    assert not days.is_working(date(2026, 3, 6))
    assert not days.is_known(2031)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-30 16:00", "2026-11-30 17:00", False),
        ("2026-11-30 16:00", "2026-12-01 00:00", False),
        ("2026-11-30 16:00", "2026-12-01 00:01", True),
        ("2026-12-01 09:00", "2026-12-01 17:00", True),
        ("2027-01-01 00:00", "2027-01-01 00:00", True),
        ("2003-12-31 23:59", "2004-01-05 09:00", True),
        ("2025-12-31 16:00", "2026-01-04 09:00", False),
    ],
)
def test_hours_are_provisional_as_soon_as_they_touch_a_day_a_notice_may_still_change(
    start, end, expected
):
    assert HALL.is_provisional(at(start), at(end)) is expected


def test_a_hall_that_never_closes_counts_every_minute():
    start, end = at("2026-02-15 23:58"), at("2027-02-16 00:03")
    assert ROUND_THE_CLOCK.working(start, end) == end - start
    assert ROUND_THE_CLOCK.add(start, hours("48:07")) == start + hours("48:07")
    assert not ROUND_THE_CLOCK.is_provisional(start, end)


class CountingDays:
    def __init__(self):
        self.asked = 0

    def is_working(self, day):
        self.asked += 1
        return day.isoweekday() < 6

    def is_known(self, _year):
        return True


def test_ten_years_are_counted_by_days_not_by_minutes():
    days = CountingDays()
    hall = HallHours(HALL.seasons, days)
    # 522 weeks: 3654 days, 2610 of them working.
    assert hall.working(at("2016-01-04 00:00"), at("2026-01-05 00:00")) == hours("7:00") * 2610
    assert days.asked <= 3655


SEASONS = HallHours(
    (
        Season(date(2026, 3, 2), (MORNING, AFTERNOON), {5: (MORNING,), 6: ()}),
        Season(date(2026, 6, 1), (MORNING, Shift(time(14, 30), time(18)))),
    ),
    StateCouncilDays(),
)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        pytest.param("2026-02-26 14:00", True, id="before the first season"),
        pytest.param("2026-03-06 11:59", True, id="friday morning"),
        pytest.param("2026-03-06 15:00", False, id="friday afternoon is kept shut"),
        pytest.param("2026-05-09 10:00", False, id="make-up saturday is kept shut"),
        pytest.param("2026-05-29 14:00", False, id="last friday of the season"),
        pytest.param("2026-06-01 14:00", False, id="summer lunch is longer"),
        pytest.param("2026-06-05 17:59", True, id="summer friday is like any day"),
        pytest.param("2026-06-05 18:00", False, id="closing time is closed"),
    ],
)
def test_seasons_and_weekdays_decide_the_hours(instant, expected):
    assert SEASONS.is_open(at(instant)) is expected


def test_a_weekday_entry_does_not_open_the_hall_on_a_day_off():
    hall = HallHours((Season(SINCE, (AFTERNOON,), {6: (MORNING,)}),), StateCouncilDays())
    assert not hall.is_open(at("2026-03-07 10:00"))
    assert hall.is_open(at("2026-10-10 10:00"))


def test_a_working_day_is_worth_the_hours_of_its_season():
    assert SEASONS.hall_day(date(2026, 5, 29)) == hours("7:00")
    assert SEASONS.hall_day(date(2026, 6, 1)) == hours("6:30")


def test_a_hall_that_never_opens_is_told_so_instead_of_searching_for_ever():
    shut = HallHours((Season(SINCE, (MORNING,), dict.fromkeys(range(1, 8), ())),), EveryDay())
    assert shut.working(at("2016-01-01 00:00"), at("2026-01-01 00:00")) == timedelta()
    for search in (shut.next_open, lambda start: shut.add(start, hours("1:00"))):
        with pytest.raises(ValueError, match="stays shut for a year"):
            search(at("2026-01-01 00:00"))


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: Shift(time(12), time(9)), id="closes before it opens"),
        pytest.param(lambda: Shift(time(9), time(9)), id="never open"),
        pytest.param(lambda: Shift(time(9, 0, 1), time(12)), id="seconds"),
        pytest.param(lambda: Shift(time(9, tzinfo=UTC), time(12, tzinfo=UTC)), id="zone"),
        pytest.param(lambda: Shift(time(22), time(0)), id="0:00 is not 24:00"),
        pytest.param(lambda: Season(SINCE, ()), id="no shifts"),
        pytest.param(lambda: Season(SINCE, (AFTERNOON, MORNING)), id="out of order"),
        pytest.param(lambda: Season(SINCE, (MORNING, MORNING)), id="overlap"),
        pytest.param(lambda: Season(SINCE, (MORNING,), {0: ()}), id="no such weekday"),
        pytest.param(lambda: HallHours((), EveryDay()), id="no season"),
        pytest.param(lambda: HallHours(HALL.seasons * 2, EveryDay()), id="season twice"),
        pytest.param(lambda: Promise("x", "无", timedelta()), id="nothing promised"),
        pytest.param(lambda: Promise("x", "秒", timedelta(seconds=30)), id="half a minute"),
        pytest.param(lambda: Promise("x", "反", hours("5:00"), 0.9, 0.7), id="yellow first"),
        pytest.param(
            lambda: Promise("x", "负", hours("5:00"), link_limits={"tax": -hours("1:00")}),
            id="negative limit",
        ),
    ],
)
def test_hours_that_cannot_be_meant_are_refused(build):
    with pytest.raises(ValueError):
        build()


def test_a_half_day_has_its_own_hours_and_a_day_off_may_be_worked():
    half, extra, shut = date(2026, 3, 4), date(2026, 3, 7), date(2026, 3, 5)
    hours = replace(HALL, own={half: (MORNING,), extra: (AFTERNOON,), shut: ()})
    day = [hours.working(midnight(each), midnight(each) + timedelta(days=1)) for each in (half, extra, shut)]  # fmt: skip
    assert day == [timedelta(hours=3), timedelta(hours=4), timedelta(0)]
    assert [hours.works_on(each) for each in (half, extra, shut)] == [True, True, False]
    assert hours.working_day_after(at("2026-03-04 09:00"), 2) == extra


def test_a_day_with_hours_of_its_own_is_settled_before_any_notice():
    hours = replace(HALL, own={date(2026, 12, 30): (MORNING,)})
    assert hours.is_settled(date(2026, 12, 30))
    assert not hours.is_settled(date(2026, 12, 29))


def test_shifts_of_single_days_are_in_order():
    with pytest.raises(ValueError, match="2026-03-04"):
        replace(HALL, own={date(2026, 3, 4): (AFTERNOON, MORNING)})


@pytest.mark.parametrize("text", ["09:00-12:00", "13:30-17:30", "00:00-24:00"])
def test_a_shift_is_written_as_it_is_read(text):
    assert str(Shift.read(text)) == text
