"""Office hours by Beijing time and the State Council's calendar."""

from datetime import UTC, date, datetime, time

import pytest

from adapters.hall.hours import ALWAYS, BEIJING, Days, Hours, is_working_day

OFFICE = Hours(time(8, 30), time(16, 30))
SHOP = Hours(time(8, 30), time(17, 30), Days.WITH_SATURDAYS)
DAILY = Hours(time(6, 0), time(22, 0), Days.ALL)


def beijing(*parts):
    return datetime(*parts, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("hours", "now", "works"),
    [
        (OFFICE, beijing(2026, 3, 4, 8, 29, 59), False),
        (OFFICE, beijing(2026, 3, 4, 8, 30), True),
        (OFFICE, beijing(2026, 3, 4, 16, 30), False),
        (OFFICE, datetime(2026, 3, 4, 0, 30, tzinfo=UTC), True),
        (OFFICE, beijing(2026, 3, 7, 10, 0), False),
        (OFFICE, beijing(2026, 2, 14, 10, 0), True),  # a Saturday people work
        (OFFICE, beijing(2026, 10, 1, 10, 0), False),
        (SHOP, beijing(2026, 3, 7, 10, 0), True),
        (SHOP, beijing(2026, 3, 8, 10, 0), False),
        (DAILY, beijing(2026, 10, 1, 21, 59), True),
        (ALWAYS, beijing(2026, 10, 1, 23, 59, 59), True),
    ],
)
def test_it_knows_when_it_works(hours, now, works):
    assert hours.open_at(now) is works


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (OFFICE, beijing(2026, 3, 4, 10, 0), beijing(2026, 3, 4, 10, 0)),
        (OFFICE, beijing(2026, 3, 4, 7, 0), beijing(2026, 3, 4, 8, 30)),
        (OFFICE, beijing(2026, 3, 6, 17, 0), beijing(2026, 3, 9, 8, 30)),
        (OFFICE, beijing(2026, 9, 30, 17, 0), beijing(2026, 10, 8, 8, 30)),
        (SHOP, beijing(2026, 3, 6, 18, 0), beijing(2026, 3, 7, 8, 30)),
        (DAILY, beijing(2026, 3, 7, 23, 0), beijing(2026, 3, 8, 6, 0)),
    ],
)
def test_it_knows_when_it_opens_next(hours, now, opens):
    assert hours.next_opening(now) == opens


def test_in_years_the_calendar_does_not_know_people_work_monday_to_friday():
    assert is_working_day(date(2099, 1, 5))
    assert not is_working_day(date(2099, 1, 4))
    assert not is_working_day(date(2099, 1, 1))  # a Thursday, but a holiday by law
