"""What a profile says of a hall's windows: slots by calendar and shifts, and wrong entries told by name."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import pytest

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.profile import read_queue
from kaiban.domain.tickets.slots import Offer, Place
from tests.domain.halls import HALL

GOOD = {
    "slot_minutes": 60,
    "business": {
        "opening": {"title": "企业开办", "letter": "A"},
        "bank": {"title": "银行", "letter": "B", "link": "bank"},
    },
    "windows": {
        "1": {"title": "1 号窗口", "serves": ["opening"], "seats": 2},
        "2": {"title": "2 号窗口", "serves": ["opening", "bank"], "shifts": ["10:00-11:30"]},
    },
}
WEDNESDAY = date(2026, 3, 4)
NINE = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


def offer(**changed):
    return Offer(HALL, read_queue({**GOOD, **changed}, "queue"))


def hours(slots):
    return [(f"{each.start.astimezone(HALL_TIME):%H:%M}", len(each.places)) for each in slots]


def test_slots_are_whole_pieces_of_the_halls_hours_at_windows_that_work_then():
    found = offer().slots("opening", WEDNESDAY)
    assert hours(found) == [
        ("09:00", 2), ("10:00", 3), ("11:00", 2), ("13:30", 2), ("14:30", 2), ("15:30", 2), ("16:30", 2),
    ]  # fmt: skip
    assert found[1].places == (Place("1", 1), Place("2", 1), Place("1", 2))
    assert hours(offer().slots("bank", WEDNESDAY)) == [("10:00", 1)]


def test_a_day_off_has_no_slots_and_a_make_up_day_has():
    assert offer().slots("opening", date(2026, 3, 7)) == []
    assert offer().slots("opening", date(2026, 2, 16)) == []
    assert len(offer().slots("opening", date(2026, 2, 14))) == 7


def test_days_that_can_be_booked_are_those_the_hall_works():
    found = offer(days_ahead=7).days(NINE)
    assert [each.day for each in found] == [4, 5, 6, 9, 10, 11]
    assert not offer().is_provisional(WEDNESDAY)
    assert offer().is_provisional(date(2027, 3, 4))


def test_a_slot_can_be_booked_until_so_long_before_it_begins():
    found = offer(lead_minutes=61).bookable("opening", WEDNESDAY, NINE)
    assert hours(found)[0] == ("11:00", 2)
    found = offer(lead_minutes=60).bookable("opening", WEDNESDAY, NINE)
    assert hours(found)[0] == ("10:00", 3)


def test_a_slot_is_found_by_its_beginning_alone():
    assert offer().find("opening", NINE).start == NINE
    assert offer().find("opening", NINE + timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("slot_minutes",), 0, "queue.slot_minutes: a whole number from 5 to 240"),
        (("slot_minutes",), True, "queue.slot_minutes: a whole number"),
        (("slot_minutes",), "30", "queue.slot_minutes: a whole number"),
        (("per_phone",), 0, "queue.per_phone: a whole number from 1 to 20"),
        (("slots",), 5, "queue: no such entry: slots"),
        (("business",), {}, "queue.business: at least one table"),
        (("windows",), None, "queue.windows: at least one table"),
        (("business", "Bank"), {"title": "x", "letter": "C"}, "small letters"),
        (("business", "bank", "letter"), "a", "queue.business.bank.letter: one letter"),
        (("business", "bank", "letter"), "A", "a letter of its own"),
        (("business", "bank", "title"), "", "queue.business.bank.title: words"),
        (("business", "fund"), {"title": "x", "letter": "F"}, "no window serves fund"),
        (("windows", "1", "serves"), [], "queue.windows.1.serves: a list"),
        (("windows", "1", "serves"), ["tax"], "no such business: tax"),
        (("windows", "1", "seats"), -1, "queue.windows.1.seats: a whole number from 0 to 50"),
        (("windows", "1", "shift"), ["9-12"], "queue.windows.1: no such entry: shift"),
        (("windows", "1", "shifts"), ["9-12"], "queue.windows.1.shifts: times like"),
        (("windows", "1", "shifts"), [9], "queue.windows.1.shifts: times like"),
        (("windows", "1", "shifts"), ["10:00-12:00", "09:00-11:00"], "one after the other"),
        (("windows", "1", "shifts"), ["12:00-09:00"], "queue.windows.1.shifts"),
    ],
)
def test_a_wrong_entry_is_told_by_name(path, value, said):
    raw = deepcopy(GOOD)
    place = raw
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=said):
        read_queue(raw, "queue")
