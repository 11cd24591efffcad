from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from kaiban.domain.hours.clock import EveryDay, HallHours, Season, Shift
from kaiban.domain.hours.ledger import Holding, account
from tests.domain import minute_oracle
from tests.domain.halls import HALL, TURNING_POINTS, at

PLAN = ("registration", "tax", "seal")
HOLDERS = (
    "applicant", "special", "window", "platform",
    "department:registration", "department:seal", "department:tax", "department:bank",
)  # fmt: skip


def held(holder, start, end=None):
    """A holding within Friday 2026-03-06, given by clock times."""
    day = "2026-03-06 "
    return Holding(at(day + start), None if end is None else at(day + end), holder)


def friday(start, end, *holdings):
    hours = account(at("2026-03-06 " + start), at("2026-03-06 " + end), holdings, HALL, PLAN)
    assert sum(hours.parts.values()) == hours.wall_minutes
    return {holder: minutes for holder, minutes in hours.parts.items() if minutes}


def test_a_minute_nobody_holds_is_the_platforms():
    assert friday("09:00", "09:10", held("department:tax", "09:02", "09:05")) == {
        "platform": 7,
        "department:tax": 3,
    }


def test_a_shut_hall_takes_the_minute_from_everybody():
    holdings = [held("applicant", "11:00"), held("department:tax", "11:00")]
    assert friday("11:50", "13:40", *holdings) == {"applicant": 20, "closed": 90}


def test_a_pause_stops_the_clock_although_departments_go_on():
    hours = account(
        at("2026-03-06 09:00"),
        at("2026-03-06 11:00"),
        [
            held("department:tax", "09:00", "11:00"),
            held("applicant", "09:10", "09:30"),
            held("special", "09:20", "10:00"),
        ],
        HALL,
    )
    assert hours.parts["applicant"] == 20
    assert hours.parts["special"] == 30
    assert (hours.wall_minutes, hours.paused_minutes, hours.working_minutes) == (120, 50, 70)


def test_a_pause_while_the_hall_is_shut_is_closed_time_not_paused_time():
    hours = account(
        at("2026-03-06 17:00"), at("2026-03-09 09:30"), [held("applicant", "17:20")], HALL
    )
    assert hours.wall_minutes == 64 * 60 + 30
    assert (hours.working_minutes, hours.paused_minutes) == (20, 40)
    assert hours.closed_minutes == hours.wall_minutes - 60


@pytest.mark.parametrize("holder", ["window", "platform", "department:tax"])
def test_nobody_but_the_applicant_and_special_procedures_stops_the_clock(holder):
    hours = account(at("2026-03-06 09:00"), at("2026-03-06 10:00"), [held(holder, "09:00")], HALL)
    assert (hours.working_minutes, hours.paused_minutes) == (60, 0)
    assert hours.parts[holder] == 60


def test_the_window_is_waited_for_before_any_department():
    holdings = [held("department:tax", "09:00"), held("window", "09:10", "09:30")]
    assert friday("09:00", "10:00", *holdings) == {"department:tax": 40, "window": 20}


def test_of_departments_at_work_the_first_in_the_plan_is_the_one_waited_for():
    holdings = [
        held("department:tax", "09:00", "09:40"),
        held("department:seal", "09:10", "10:00"),
        held("department:registration", "09:00", "09:20"),
    ]
    assert friday("09:00", "10:00", *holdings) == {
        "department:registration": 20,
        "department:tax": 20,
        "department:seal": 20,
    }


def test_when_a_department_ends_later_moves_no_minute():
    open_ended = [held("department:seal", "09:00", "09:50"), held("department:tax", "09:00")]
    ended = [open_ended[0], held("department:tax", "09:00", "09:30")]
    assert friday("09:00", "09:30", *open_ended) == friday("09:00", "09:30", *ended)


def test_departments_that_are_not_in_the_plan_come_last_and_by_name():
    names = ("seal", "tax", "registration", "zzz", "bank")
    holdings = [held(f"department:{name}", "09:00") for name in names]
    assert friday("09:00", "10:00", *holdings) == {"department:registration": 60}
    assert friday("09:00", "10:00", *holdings[:2]) == {"department:tax": 60}
    assert friday("09:00", "10:00", *holdings[3:]) == {"department:bank": 60}


def test_a_holding_within_one_minute_holds_nothing():
    assert friday("09:00", "09:10", held("window", "09:05:01", "09:05:59")) == {"platform": 10}


def test_fixed_holders_and_named_departments_are_always_listed():
    start = at("2026-03-06 09:00")
    hours = account(start, start, [held("department:tax", "09:00")], HALL)
    assert hours.parts == dict.fromkeys(
        ("applicant", "special", "window", "platform", "closed", "department:tax"), 0
    )


def test_hours_in_a_year_not_announced_are_provisional():
    start = at("2026-11-30 16:00")
    assert account(start, at("2027-01-04 10:00"), [], HALL).provisional
    assert not account(start, at("2026-11-30 17:00"), [], HALL).provisional


@pytest.mark.parametrize(
    "holder", ["", "department", "department:", "Applicant", "closed", "税务"]
)
def test_unknown_holders_are_refused(holder):
    with pytest.raises(ValueError, match="unknown holder"):
        held(holder, "09:00")


def test_a_holding_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        held("window", "09:10", "09:00")


def test_a_case_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        friday("10:00", "09:00")


def test_a_holding_without_a_time_zone_is_refused():
    start = at("2026-03-06 09:00")
    for bad in ((start.replace(tzinfo=None), None), (start, start.replace(tzinfo=None))):
        with pytest.raises(ValueError, match="time zone"):
            Holding(*bad, "window")


# Whole cases against the count of single minutes.

MINUTE = st.integers(-600, 6 * 1440)


@st.composite
def cases(draw):
    """A case of up to five days near a turning point, with holdings in, across and beyond it."""
    midnight = at(draw(st.sampled_from(TURNING_POINTS)))

    def moment(minute):
        return midnight + timedelta(minutes=minute, seconds=draw(st.integers(0, 59)))

    start = draw(st.integers(0, 1440))
    end = start + draw(st.integers(0, 5 * 1440))
    holdings = []
    for holder in draw(st.lists(st.sampled_from(HOLDERS), max_size=8)):
        first = draw(MINUTE)
        length = draw(st.none() | st.integers(1, 3 * 1440))
        last = None if length is None else moment(first + length)
        holdings.append(Holding(moment(first), last, holder))
    order = draw(st.permutations(PLAN))[: draw(st.integers(0, 3))]
    return moment(start), moment(end + 1), holdings, order


def counted(start, end, holdings, order):
    number = minute_oracle.minute_number
    grid = [
        (number(h.start), None if h.end is None else number(h.end), h.holder) for h in holdings
    ]
    parts = {}
    for minute in range(number(start), number(end)):
        owner = minute_oracle.owner_of_minute(minute, grid, order)
        parts[owner] = parts.get(owner, 0) + 1
    return parts


def differs(case, hall=HALL, change=lambda holding: holding):
    start, end, holdings, order = case
    hours = account(start, end, [change(holding) for holding in holdings], hall, order)
    minutes = {holder: minutes for holder, minutes in hours.parts.items() if minutes}
    return minutes != counted(start, end, holdings, order)


@settings(deadline=None)
@given(cases())
def test_every_minute_goes_to_whom_counting_minute_by_minute_gives_it(case):
    assert not differs(case)


@settings(deadline=None)
@given(cases())
def test_the_parts_sum_to_the_wall_clock_and_the_clocks_agree(case):
    start, end, holdings, order = case
    hours = account(start, end, holdings, HALL, order)
    wall = minute_oracle.minute_number(end) - minute_oracle.minute_number(start)
    assert sum(hours.parts.values()) == hours.wall_minutes == wall
    assert min(hours.parts.values()) >= 0
    assert hours.closed_minutes == hours.parts["closed"]
    assert hours.paused_minutes == hours.parts["applicant"] + hours.parts["special"]
    assert timedelta(minutes=hours.working_minutes + hours.paused_minutes) == HALL.working(
        start, end
    )


NO_LUNCH = HallHours((Season(date(2000, 1, 1), (Shift(time(9), time(17, 30)),)),), HALL.days)
NEVER_RESTS = HallHours(HALL.seasons, EveryDay())


def pause_forgotten(holding):
    return replace(holding, holder="platform") if holding.holder == "applicant" else holding


def open_ends_forgotten(holding):
    return replace(holding, end=holding.start) if holding.end is None else holding


def department_unnamed(holding):
    is_department = holding.holder.startswith("department:")
    return replace(holding, holder="department:tax") if is_department else holding


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"hall": NO_LUNCH}, id="no lunch"),
        pytest.param({"hall": NEVER_RESTS}, id="no days off"),
        pytest.param({"change": pause_forgotten}, id="pauses not taken out"),
        pytest.param({"change": open_ends_forgotten}, id="open ends taken for ended"),
        pytest.param({"change": department_unnamed}, id="one department pays for all"),
    ],
)
def test_the_minute_count_catches_a_broken_ledger(broken):
    caught = find(
        cases(),
        lambda case: differs(case, **broken),
        settings=settings(
            max_examples=500,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],  # any counterexample will do, a small one costs seconds
        ),
    )
    assert not differs(caught)
