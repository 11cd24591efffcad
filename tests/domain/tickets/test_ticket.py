"""The table of what a ticket may become, its number, and the order people are called in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from kaiban.domain.tickets.ticket import (
    ALLOWED,
    HOLDING,
    STATE_TITLES,
    Ticket,
    TicketState,
    WrongMoveError,
    in_order,
    ticket_number,
)

TEN = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
GRACE = timedelta(minutes=15)
_S = TicketState
#: Every move there is, said once more: a move that is added to the table is added here, too.
MOVES = {
    ("booked", "arrived"), ("booked", "cancelled"), ("booked", "no_show"),
    ("arrived", "called"), ("arrived", "cancelled"),
    ("called", "serving"), ("called", "done"), ("called", "no_show"), ("called", "arrived"),
    ("serving", "done"), ("serving", "arrived"), ("no_show", "arrived"),
}  # fmt: skip


def ticket(state=_S.ARRIVED, **more):
    return Ticket("t", "main", "opening", state, TEN.date(), TEN, arrived_at=TEN, **more)


def test_every_state_has_its_moves_and_its_title():
    assert set(ALLOWED) == set(STATE_TITLES) == set(TicketState)


@pytest.mark.parametrize(("before", "after"), list(product(TicketState, TicketState)))
def test_a_ticket_becomes_what_the_table_says_and_nothing_else(before, after):
    if (before.value, after.value) in MOVES:
        assert ticket(before).become(after, by="alice") == replace(
            ticket(before), state=after, by="alice"
        )
    else:
        with pytest.raises(WrongMoveError):
            ticket(before).become(after)


def test_what_is_over_holds_no_place_and_never_moves_again_but_for_who_comes_late():
    over = set(TicketState) - HOLDING
    assert over == {_S.DONE, _S.NO_SHOW, _S.CANCELLED}
    assert {state for state in over if ALLOWED[state]} == {_S.NO_SHOW}


@pytest.mark.parametrize(
    ("serial", "number"), [(1, "A001"), (12, "A012"), (999, "A999"), (1000, "A1000")]
)
def test_a_number_is_a_letter_and_three_digits_or_more(serial, number):
    assert ticket_number("A", serial) == number


def test_there_is_no_number_zero():
    with pytest.raises(ValueError, match="serial 0"):
        ticket_number("A", 0)


def test_the_order_is_due_appointments_then_as_they_came_then_who_is_early():
    walk_in = ticket(turn=1)
    due = ticket(turn=5, starts_at=TEN)
    due_later = ticket(turn=4, starts_at=TEN + timedelta(minutes=1))
    late = replace(ticket(turn=2, starts_at=TEN), arrived_at=TEN + timedelta(minutes=16))
    in_time = replace(ticket(turn=6, starts_at=TEN), arrived_at=TEN + GRACE)
    missed = ticket(turn=7, starts_at=TEN, missed=1)
    early = ticket(turn=3, starts_at=TEN + timedelta(hours=1))
    everybody = [walk_in, due, due_later, late, in_time, missed, early]
    now = TEN + timedelta(minutes=20)
    found = sorted(everybody, key=lambda each: in_order(each, now, GRACE))
    assert found == [due, in_time, due_later, walk_in, late, missed, early]
