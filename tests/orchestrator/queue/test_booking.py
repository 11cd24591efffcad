"""Book, look up, cancel: who gets a slot, who does not and is told why, and what everybody is told."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.ticket import Ticket, TicketState
from kaiban.domain.tickets.waits import REACH
from kaiban.orchestrator.applicant.aftercare import booking
from kaiban.orchestrator.applicant.aftercare.booking import (
    appointments,
    book,
    cancel,
    free,
    nearest,
)
from kaiban.orchestrator.window.tickets.arriving import OTHER_DAY, OVER, UNKNOWN, check_in
from kaiban.orchestrator.worker.upkeep.queue_upkeep import KEPT, sweep, upkeep
from tests.orchestrator.queue.hall import TEN, wish

OTHER = "13900000000"
DAY = timedelta(days=1)


def left(hall, business="opening"):
    found = free(hall.queue, "main", business, hall.queue.today())
    return {f"{each.slot.start.astimezone(HALL_TIME):%H:%M}": each.left for each in found}


def test_an_appointment_takes_a_place_and_gives_it_back(hall):
    assert left(hall)["10:00"] == 3
    ticket = book(hall.queue, wish())
    assert ticket.state is TicketState.BOOKED
    assert left(hall)["10:00"] == 2
    assert [each.id for each in appointments(hall.queue, "13800000000")] == [ticket.id]
    assert cancel(hall.queue, "13800000000", ticket.id).state is TicketState.CANCELLED
    assert left(hall)["10:00"] == 3
    assert cancel(hall.queue, "13800000000", ticket.id).state is TicketState.CANCELLED


def test_a_window_has_one_place_for_all_it_serves(hall):
    # Window 2 serves both kinds.
    assert isinstance(book(hall.queue, wish(business="bank")), Ticket)
    assert left(hall)["10:00"] == 2
    assert left(hall, "bank")["10:00"] == 0
    assert book(hall.queue, wish(OTHER, business="bank")) == [booking.FULL]


def test_what_was_cancelled_is_taken_by_another_and_does_not_come_back(hall):
    first = book(hall.queue, wish(business="bank"))
    cancel(hall.queue, "13800000000", first.id)
    second = book(hall.queue, wish(OTHER, business="bank"))
    assert second.reserved == "2"
    assert book(hall.queue, wish(business="bank")) == [booking.FULL]
    assert check_in(hall.queue, hall.machine, first.code) == [OVER]
    # To cancel once more what is over frees nobody else's place.
    cancel(hall.queue, "13800000000", first.id)
    assert left(hall, "bank")["10:00"] == 0


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=HALL_TIME)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-03-03 10:00", booking.PAST),
        ("2026-03-04 09:00", booking.PAST),  # now
        ("2026-03-07 10:00", booking.CLOSED),  # Saturday
        ("2026-04-06 10:00", booking.BEYOND),
        ("2026-03-04 12:30", booking.NO_SLOT),  # lunch
        ("2026-03-04 10:10", booking.NO_SLOT),
    ],
)
def test_a_slot_that_is_none_is_refused_with_its_reason(hall, start, why):
    assert book(hall.queue, wish(start=at(start))) == [why]


def test_a_holiday_is_closed_and_a_make_up_day_is_not(hall):
    hall.at(9, days=(date(2026, 2, 13) - date(2026, 3, 4)).days)
    assert isinstance(book(hall.queue, wish(start=at("2026-02-14 10:00"))), Ticket)
    assert book(hall.queue, wish(OTHER, start=at("2026-02-16 10:00"))) == [booking.CLOSED]


def test_somebody_who_finds_a_slot_full_is_offered_the_nearest_free_ones(hall):
    for n in range(1, 4):
        book(hall.queue, wish(f"138{n:08d}"))
    assert book(hall.queue, wish()) == [booking.FULL]
    found = [f"{each.start.astimezone(HALL_TIME):%H:%M}" for each in nearest(hall.queue, wish())]
    assert found == ["09:30", "10:30", "11:00"]


def test_a_phone_holds_no_more_than_its_share_and_a_cancelled_one_makes_room(hall):
    first = book(hall.queue, wish())
    book(hall.queue, wish(start=TEN + timedelta(minutes=30)))
    third = wish(start=TEN + timedelta(hours=1))
    assert book(hall.queue, third) == [booking.TOO_MANY]
    cancel(hall.queue, "13800000000", first.id)
    assert isinstance(book(hall.queue, third), Ticket)


def test_the_same_click_twice_is_one_appointment_even_when_the_share_is_used_up(hall):
    book(hall.queue, wish())
    second = book(hall.queue, wish(start=TEN + timedelta(minutes=30)))
    assert book(hall.queue, wish(start=TEN + timedelta(minutes=30))) == second
    assert len(hall.told()) == 2


def test_another_phone_learns_and_cancels_nothing(hall):
    ticket = book(hall.queue, wish())
    assert appointments(hall.queue, OTHER) == []
    assert cancel(hall.queue, OTHER, ticket.id) == cancel(hall.queue, OTHER, "0" * 32)
    assert left(hall)["10:00"] == 2


def test_what_is_booked_is_told_once_in_the_language_it_was_booked_in(hall):
    ticket = book(hall.queue, wish())
    english = book(hall.queue, wish(OTHER, lang="en"))
    told = dict(hall.told())
    assert told["13800000000"].startswith("【示范市开办企业】您已预约3月4日10:00-10:30在示范大厅")
    assert ticket.shown_code in told["13800000000"]
    assert told[OTHER].startswith("[示范市] Booked: 2026-03-04 10:00-10:30")
    assert english.shown_code in told[OTHER]


def test_everybody_with_an_appointment_tomorrow_is_reminded_once(hall):
    book(hall.queue, wish(start=TEN + DAY))
    book(hall.queue, wish(OTHER))
    hall.told()
    assert upkeep(hall.queue)["reminded"] == 1
    assert upkeep(hall.queue)["reminded"] == 0
    [(phone, text)] = hall.told()
    assert phone == "13800000000"
    assert "提醒：您预约了3月5日10:00-10:30" in text


def test_who_did_not_come_is_written_down_and_may_come_late_all_the_same(hall):
    ticket = book(hall.queue, wish())
    hall.at(10, 44)
    assert sweep(hall.queue) == 0
    hall.at(10, 46)
    assert sweep(hall.queue) == 1
    assert left(hall).get("10:00") is None
    late = check_in(hall.queue, hall.machine, ticket.code)
    assert (late.state, late.missed, late.number) == (TicketState.ARRIVED, 1, "A001")


def test_a_code_is_good_in_its_hall_on_its_day_and_gives_one_number(hall):
    ticket = book(hall.queue, wish(start=TEN + DAY))
    assert check_in(hall.queue, hall.machine, ticket.code) == [OTHER_DAY]
    hall.at(9, 50, days=1)
    elsewhere = replace(hall.machine, hall="other")
    assert check_in(hall.queue, elsewhere, ticket.code) == [UNKNOWN]
    here = check_in(hall.queue, hall.machine, ticket.shown_code.lower())
    assert (here.number, here.pickup) == ("A001", "0305-001")
    assert check_in(hall.queue, hall.machine, ticket.code) == here


def test_a_clock_that_steps_back_gives_no_number_and_no_place_twice(hall):
    hall.at(9, days=1)
    first = book(hall.queue, wish(start=TEN + DAY))
    one = check_in(hall.queue, hall.machine, first.code)
    hall.at(9)  # the day before
    second = book(hall.queue, wish(OTHER, start=TEN + DAY))
    assert isinstance(second, Ticket)
    hall.at(9, 30, days=1)
    two = check_in(hall.queue, hall.machine, second.code)
    assert (one.number, two.number) == ("A001", "A002")


def test_fewer_places_in_the_profile_take_nothing_from_whoever_has_one(hall):
    for n in range(1, 4):
        book(hall.queue, wish(f"138{n:08d}"))
    rules = hall.queue.rules("main")
    narrow = hall.with_rules(windows={"1": replace(rules.windows["1"], seats=1)})
    assert book(narrow, wish()) == [booking.FULL]
    assert len(appointments(narrow, "13800000001")) == 1


def test_whoever_reads_of_waiting_times_is_told_how_far_they_reach_back():
    assert f"只保存 {KEPT.days} 天" in REACH


def test_what_is_old_is_dropped_with_what_was_told_of_it(hall):
    book(hall.queue, wish())
    hall.clock.at += KEPT + DAY
    assert upkeep(hall.queue)["forgotten"] == 1
    assert hall.told() == []
