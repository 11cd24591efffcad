from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.hours.cards import (
    CASE,
    CAUSE_TITLES,
    LEVEL_TITLES,
    Card,
    Cause,
    Level,
    Stretch,
    cards_of,
    reached_at,
)
from kaiban.domain.hours.clock import Promise
from tests.domain.halls import HALL, at, stretches

FIVE_HOURS = Promise(
    name="5h",
    title="5小时",
    working=timedelta(hours=5),
    link_limits={"registration": timedelta(hours=1), "tax": timedelta(hours=2)},
)


def test_the_promise_gives_its_cards_at_their_share_and_links_theirs_past_their_limit():
    assert list(cards_of(FIVE_HOURS, ["tax", "bank"])) == [
        Card(Level.NOTICE, CASE, Cause.PROMISE, 210),
        Card(Level.YELLOW, CASE, Cause.PROMISE, 270),
        Card(Level.RED, CASE, Cause.PROMISE, 300),
        Card(Level.YELLOW, "tax", Cause.LINK_LIMIT, 121),
    ], "exactly the limit is within it; a link without one earns nothing"


def test_shares_come_from_the_promise():
    strict = Promise("1d", "1个工作日", timedelta(hours=7), notice_at=0.5, yellow_at=0.75)
    assert [card.after_minutes for card in cards_of(strict, [])] == [210, 315, 420]


@given(st.integers(1, 5000), st.integers(1, 998))
def test_a_share_is_reached_at_the_first_whole_minute_that_covers_it(minutes, thousandths):
    promise = Promise(
        "p", "承诺", timedelta(minutes=minutes), thousandths / 1000, (thousandths + 1) / 1000
    )
    notice = next(iter(cards_of(promise, []))).after_minutes
    assert notice * 1000 >= minutes * thousandths > (notice - 1) * 1000


def test_a_clock_that_runs_on_reaches_its_minutes_over_the_weekend():
    # Friday 2026-03-06 16:30, one hour to closing time.
    runs = [Stretch(at("2026-03-06 16:30"))]
    found = [reached_at(runs, minutes, HALL) for minutes in (10, 60, 61)]
    assert found == [at("2026-03-06 16:40"), at("2026-03-06 17:30"), at("2026-03-09 09:01")]


def test_a_clock_that_stops_reaches_what_it_ran_and_no_more():
    runs = [
        Stretch(at("2026-03-06 09:00"), at("2026-03-06 09:30")),
        Stretch(at("2026-03-06 11:50"), at("2026-03-06 13:40")),
    ]
    found = [reached_at(runs, minutes, HALL) for minutes in (30, 31, 40, 50, 51)]
    assert found == [
        at("2026-03-06 09:30"), at("2026-03-06 11:51"), at("2026-03-06 12:00"), at("2026-03-06 13:40"), None,
    ]  # fmt: skip
    assert reached_at([], 1, HALL) is None


@given(stretches(20), st.integers(1, 900))
def test_what_is_reached_is_the_first_minute_with_so_much_working_time(stretch, minutes):
    start, end = stretch
    found = reached_at([Stretch(start, end)], minutes, HALL)
    ran = HALL.working(start, end) // timedelta(minutes=1)
    assert (found is None) == (ran < minutes)
    if found:
        assert HALL.working(start, found) == timedelta(minutes=minutes)
        before = found - timedelta(minutes=1)
        assert HALL.working(start, max(before, start)) < timedelta(minutes=minutes)


def test_a_card_cannot_be_changed_and_knows_what_it_is_the_same_as():
    red = Card(Level.RED, CASE, Cause.PROMISE, 300)
    with pytest.raises(FrozenInstanceError):
        red.level = Level.NOTICE
    assert red.key == Card(Level.RED, CASE, Cause.PROMISE, 330).key, "under another promise"
    assert red.key != Card(Level.RED, CASE, Cause.PROMISE, 300, "2").key


def test_every_level_and_cause_has_a_title_for_the_reader():
    assert set(LEVEL_TITLES) == set(Level)
    assert {cause for _, cause in CAUSE_TITLES} == set(Cause)
    assert all(card.reason for card in cards_of(FIVE_HOURS, ["tax"]))
