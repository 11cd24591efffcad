from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.hours.cards import (
    LEVEL_TITLES,
    Card,
    Cause,
    Clearance,
    Level,
    coming_cards,
    due_cards,
)
from kaiban.domain.hours.clock import Promise
from tests.domain.halls import HALL, at

FIVE_HOURS = Promise(
    name="5h",
    title="5小时",
    working=timedelta(hours=5),
    link_limits={"registration": timedelta(hours=1), "tax": timedelta(hours=2)},
)
NOTICE = Card(Level.NOTICE, "case", Cause.PROMISE, 210)
YELLOW = Card(Level.YELLOW, "case", Cause.PROMISE, 270)
RED = Card(Level.RED, "case", Cause.PROMISE, 300)
SLOW_TAX = Card(Level.YELLOW, "tax", Cause.LINK_LIMIT, 121)


@pytest.mark.parametrize(
    ("elapsed", "expected"),
    [
        (0, []),
        (209, []),
        (210, [NOTICE]),
        (269, [NOTICE]),
        (270, [NOTICE, YELLOW]),
        (299, [NOTICE, YELLOW]),
        (300, [NOTICE, YELLOW, RED]),
        (100_000, [NOTICE, YELLOW, RED]),
    ],
)
def test_cards_fall_due_at_their_share_of_the_promise(elapsed, expected):
    assert due_cards(elapsed, {}, FIVE_HOURS) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"), [(120, []), (121, [SLOW_TAX]), (500, [SLOW_TAX])]
)
def test_a_link_past_its_own_limit_earns_yellow_although_the_case_is_in_time(minutes, expected):
    assert due_cards(150, {"tax": minutes, "registration": 60}, FIVE_HOURS) == expected


def test_a_link_without_a_limit_earns_no_card():
    assert due_cards(150, {"bank": 10_000}, FIVE_HOURS) == []


def test_shares_come_from_the_promise():
    strict = Promise("1d", "1个工作日", timedelta(hours=7), notice_at=0.5, yellow_at=0.75)
    assert [card.after_minutes for card in due_cards(420, {}, strict)] == [210, 315, 420]


@given(st.integers(1, 5000), st.integers(1, 998))
def test_a_share_is_reached_at_the_first_whole_minute_that_covers_it(minutes, thousandths):
    promise = Promise(
        "p", "承诺", timedelta(minutes=minutes), thousandths / 1000, (thousandths + 1) / 1000
    )
    notice = due_cards(minutes, {}, promise)[0].after_minutes
    assert notice * 1000 >= minutes * thousandths > (notice - 1) * 1000


def test_cards_to_come_carry_the_instant_they_fall_due():
    # Friday 2026-03-06 16:30, one hour to closing time; 200 of the 300 minutes are gone.
    coming = coming_cards(at("2026-03-06 16:30"), 200, {"tax": 100}, FIVE_HOURS, HALL)
    assert [(due.at, due.card) for due in coming] == [
        (at("2026-03-06 16:40"), NOTICE),
        (at("2026-03-06 16:51"), SLOW_TAX),
        (at("2026-03-09 09:10"), YELLOW),
        (at("2026-03-09 09:40"), RED),
    ]


@given(st.integers(0, 400), st.integers(0, 200))
def test_every_card_is_either_due_or_to_come(elapsed, tax):
    links = {"tax": tax}
    due = due_cards(elapsed, links, FIVE_HOURS)
    start = at("2026-03-06 09:00")
    coming = coming_cards(start, elapsed, links, FIVE_HOURS, HALL)
    assert {*due, *(card.card for card in coming)} == {NOTICE, YELLOW, RED, SLOW_TAX}
    assert len(due) + len(coming) == 4
    for card in coming:
        later = int(HALL.working(start, card.at) / timedelta(minutes=1))
        assert card.card not in due_cards(
            elapsed + later - 1, {"tax": tax + later - 1}, FIVE_HOURS
        )
        assert card.card in due_cards(elapsed + later, {"tax": tax + later}, FIVE_HOURS)


def test_a_card_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        RED.level = Level.NOTICE


def test_clearing_a_card_leaves_the_card_and_says_who_and_why():
    cleared = RED.cleared("supervisor-7", "部门系统停机, 已公告")
    assert RED.clearance is None
    assert cleared.clearance == Clearance("supervisor-7", "部门系统停机, 已公告")
    assert (cleared.level, cleared.after_minutes) == (Level.RED, 300)


@pytest.mark.parametrize(("by", "reason"), [("", "原因"), ("supervisor-7", " ")])
def test_a_card_is_not_cleared_without_who_and_why(by, reason):
    with pytest.raises(ValueError, match="who and why"):
        RED.cleared(by, reason)


def test_a_card_is_cleared_once():
    with pytest.raises(ValueError, match="already cleared"):
        RED.cleared("a", "b").cleared("c", "d")


def test_every_level_has_a_title_for_the_reader():
    assert set(LEVEL_TITLES) == set(Level)
