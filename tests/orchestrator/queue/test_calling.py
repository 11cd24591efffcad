"""Call, call again, begin, end, miss: in which order, by whom, and what the screen and the figures say of it."""

from datetime import timedelta

import pytest

from kaiban.domain.tickets.ticket import TicketState
from kaiban.orchestrator.applicant.aftercare.booking import TOO_LATE, book, cancel
from kaiban.orchestrator.window.tickets.arriving import SHUT, TOO_OFTEN, check_in, take_number
from kaiban.orchestrator.window.tickets.calling import (
    BUSY,
    NO_NUMBER,
    NO_WINDOW,
    NOBODY,
    NOT_NOW,
    SAME_BUSINESS,
    at_counter,
    board,
    call_again,
    call_next,
    figures,
    settle,
    transfer,
)
from tests.orchestrator.queue.hall import TEN, wish

PHONES = [f"138{n:08d}" for n in range(9)]


def take(hall, n, business="opening"):
    return take_number(hall.queue, hall.machine, business, f"{n:032x}")


def come(hall, ticket):
    return check_in(hall.queue, hall.machine, ticket.code)


def call(hall, window="1"):
    return call_next(hall.queue, "main", window, "alice")


def done(hall, number, act="done"):
    return settle(hall.queue, "main", number, act, "alice")


def order(hall, window="1"):
    """Call everybody there is; return their numbers."""
    found = []
    while not isinstance(ticket := call(hall, window), list):
        found.append(ticket.number)
        done(hall, ticket.number)
    return found


def test_appointments_come_first_once_their_time_has_come_then_everybody_as_they_came(hall):
    bookings = [book(hall.queue, wish(phone)) for phone in PHONES[:2]]
    bookings.append(book(hall.queue, wish(PHONES[2], start=TEN + timedelta(minutes=30))))
    hall.at(9, 50)
    walk_in = take(hall, 1)
    early = come(hall, bookings[2])
    hall.at(10, 20)
    late = come(hall, bookings[1])  # twenty minutes: as without an appointment
    hall.at(10, 5)
    in_time = come(hall, bookings[0])
    assert order(hall) == [each.number for each in (in_time, walk_in, late, early)]


def test_a_window_calls_what_it_serves_and_one_at_a_time(hall):
    take(hall, 1, "bank")
    assert call(hall, "1") == [NOBODY]
    ticket = call(hall, "2")
    assert (ticket.number, ticket.window, ticket.by) == ("B001", "2", "alice")
    take(hall, 2, "bank")
    assert call(hall, "2") == [BUSY]
    done(hall, "B001")
    assert call(hall, "2").number == "B002"
    assert call(hall, "9") == [NO_WINDOW]


def test_who_missed_the_call_waits_behind_the_others(hall):
    for n in range(3):
        take(hall, n)
    assert call(hall).number == "A001"
    assert done(hall, "A001", "missed").state is TicketState.NO_SHOW
    assert done(hall, "A001", "back").state is TicketState.ARRIVED
    assert order(hall) == ["A002", "A003", "A001"]


def test_who_was_called_by_mistake_keeps_their_turn(hall):
    for n in range(2):
        take(hall, n)
    call(hall)
    done(hall, "A001", "back")
    assert order(hall) == ["A001", "A002"]


def test_every_act_is_tried_on_every_state_and_a_second_press_changes_nothing(hall):
    take(hall, 1)
    assert done(hall, "A001") == [NOT_NOW]
    assert call_again(hall.queue, "main", "A001", "alice") == [NOT_NOW]
    assert done(hall, "Z999") == [NO_NUMBER]
    assert done(hall, "") == [NO_NUMBER]
    call(hall)
    assert call_again(hall.queue, "main", "a001", "bob").calls == 2
    assert done(hall, "A001", "serve").state is TicketState.SERVING
    ended = done(hall, "A001")
    assert done(hall, "A001") == ended
    assert done(hall, "A001", "back") == [NOT_NOW]


def test_the_same_press_at_the_machine_is_one_number_and_a_strange_id_none(hall):
    assert take(hall, 7) == take(hall, 7)
    assert take_number(hall.queue, hall.machine, "opening", "../x") == [TOO_OFTEN]


def test_nobody_gets_a_number_when_the_hall_opens_no_more_today(hall):
    hall.at(8)
    assert take(hall, 1).number == "A001"
    hall.at(17, 31)
    assert take(hall, 2) == [SHUT]
    hall.at(10, days=3)  # Saturday
    assert take(hall, 3) == [SHUT]


def test_a_called_appointment_cannot_be_cancelled_and_a_waiting_one_can(hall):
    bookings = [book(hall.queue, wish(phone)) for phone in PHONES[:2]]
    for each in bookings:
        come(hall, each)
    call(hall)
    assert cancel(hall.queue, PHONES[0], bookings[0].id) == [TOO_LATE]
    assert cancel(hall.queue, PHONES[1], bookings[1].id).state is TicketState.CANCELLED
    done(hall, "A001")
    assert call(hall) == [NOBODY]


def test_people_are_told_when_they_are_near_and_at_each_call(hall):
    for phone in PHONES[:3]:
        come(hall, book(hall.queue, wish(phone)))
    hall.told()
    call(hall)
    call_again(hall.queue, "main", "A001", "alice")
    told = [(phone[-1], text.partition("】")[2]) for phone, text in hall.told()]
    assert sorted(told) == [
        ("0", "请A001号到示范大厅的1 号窗口。"),
        ("0", "请A001号到示范大厅的1 号窗口。"),
        ("1", "您的号A002前面还有0位，请到示范大厅等候叫号。"),
        ("2", "您的号A003前面还有1位，请到示范大厅等候叫号。"),
    ]
    done(hall, "A001")
    call(hall)
    assert [text.partition("】")[2] for _, text in hall.told()] == [
        "请A002号到示范大厅的1 号窗口。"
    ]


def test_the_screen_shows_numbers_and_windows_and_nobody(hall):
    for n in range(3):
        take(hall, n)
    hall.at(9, 5)
    call(hall, "1")
    hall.at(9, 6)
    call(hall, "2")
    shown = board(hall.queue, "main")
    assert shown.calls == (("A002", "2 号窗口"), ("A001", "1 号窗口"))
    assert shown.waiting == {"企业开办": 1, "银行开户": 0}
    done(hall, "A001")
    assert board(hall.queue, "main").calls == (("A002", "2 号窗口"),)


def test_the_figures_of_a_day_can_be_reckoned_again(hall):
    booked = book(hall.queue, wish())
    hall.at(9, 40)
    come(hall, booked)  # early: counts from ten
    take(hall, 1)
    hall.at(10, 10)
    order(hall)
    hall.at(10, 30)
    take(hall, 2)
    found = figures(hall.queue, "main", hall.queue.today())
    assert (found.minutes, found.people, found.mean) == (10 + 30, 2, 20)
    assert (found.middle, found.longest, found.waiting) == (20, 30, 1)
    assert (found.booked, found.came, found.strange) == (1, 1, 0)


def test_a_clock_that_was_set_back_is_no_waiting_time(hall):
    hall.at(10)
    take(hall, 1)
    hall.at(9)
    call(hall)
    found = figures(hall.queue, "main", hall.queue.today())
    assert (found.people, found.strange, found.mean) == (0, 1, None)


@pytest.mark.parametrize("hour", [9, 16])
def test_nobody_is_lost_between_two_clocks(hall, hour):
    hall.at(11)
    take(hall, 1)
    hall.at(hour)
    assert order(hall) == ["A001"]


def test_who_is_sent_to_another_business_keeps_turn_and_number(hall):
    first, second = take(hall, 1), take(hall, 2, "bank")
    assert call(hall).id == first.id
    assert transfer(hall.queue, "main", first.number, "opening", "alice") == [SAME_BUSINESS]
    for _ in range(2):
        moved = transfer(hall.queue, "main", first.number, "bank", "alice")
        assert (moved.state, moved.business, moved.number, moved.turn) == (
            "arrived", "bank", first.number, first.turn,
        )  # fmt: skip
    assert call(hall) == [NOBODY], "window 1 does not serve it"
    assert [call(hall, "2").id, call(hall, "2")] == [first.id, [BUSY]]
    done(hall, first.number, "serve")
    assert transfer(hall.queue, "main", first.number, "opening", "alice").state == "arrived"
    assert call(hall, "2").id == first.id, "it came before the other, for either business"
    done(hall, first.number, "serve")
    done(hall, first.number)
    assert transfer(hall.queue, "main", first.number, "bank", "alice") == [NOT_NOW]
    assert transfer(hall.queue, "main", "Z999", "bank", "alice") == [NO_NUMBER]
    assert call(hall, "2").id == second.id


def test_a_second_press_calls_nobody_again(hall):
    ticket = take(hall, 1)
    call(hall)
    for _ in range(2):
        again = call_again(hall.queue, "main", ticket.number, "alice", 1)
        assert again.calls == 2


def test_a_window_sees_its_own_people_and_nothing_sealed(hall):
    ticket, other = take(hall, 1), take(hall, 2, "bank")
    booked = book(hall.queue, wish())
    call(hall)
    found = at_counter(hall.queue, "main", "1")
    assert (found.current.id, found.waiting) == (ticket.id, ())
    assert [each.id for each in found.booked] == [booked.id]
    assert found.booked[0].phone == ""
    assert [each.id for each in at_counter(hall.queue, "main", "2").waiting] == [other.id]
    done(hall, ticket.number, "missed")
    assert [each.id for each in at_counter(hall.queue, "main", "1").missed] == [ticket.id]
