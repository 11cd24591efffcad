"""One rule says on which day a form is dropped and which reminder is due; days are the hall's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kaiban.domain.lapsing import DraftTerm, Reminder

#: 20:00 UTC is four in the morning of the next day in the hall.
SAVED = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
TERM = DraftTerm()
LAST = date(2026, 4, 4)


def at(days, hour=12):
    """Return that hour of the hall, so many days before the last one."""
    return datetime(2026, 4, 4, hour, tzinfo=UTC) - timedelta(days=days, hours=8)


def test_the_last_day_is_the_halls():
    assert TERM.ends_on(SAVED) == LAST
    assert TERM.ends_on(SAVED - timedelta(hours=4, seconds=1)) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (at(30), None), (at(8, 23), None), (at(7, 0), 7), (at(7), 7), (at(3), 7), (at(2, 23), 7),
        (at(1, 0), 1), (at(1), 1), (at(0, 0), 1), (at(0, 3), 1),
        (at(0, 4), None), (at(0, 5), None), (at(-1), None),
    ],
)  # fmt: skip
def test_the_latest_reminder_is_due_until_the_form_is_dropped(now, stage):
    """It is dropped at four: what was missed is told late, and of what is gone nothing is."""
    assert TERM.reminder(SAVED, now) == (stage and Reminder(LAST, stage))


def test_without_days_nobody_is_told():
    silent = DraftTerm(reminders=())
    assert silent.reminder(SAVED, at(1)) is None
    assert silent.may_be_due(at(1)) is None


@pytest.mark.parametrize("term", [TERM, DraftTerm(timedelta(days=5), reminders=(4, 2))])
def test_nothing_that_is_due_is_saved_outside_of_what_is_looked_at(term):
    for hours in range(35 * 24):
        now = SAVED + timedelta(hours=hours)
        since, until = term.may_be_due(now)
        assert since < SAVED < until or term.reminder(SAVED, now) is None
