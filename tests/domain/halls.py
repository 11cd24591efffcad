"""The hall most tests use, instants in hall time, and stretches of time worth trying."""

from datetime import date, datetime, time, timedelta, timezone

from hypothesis import strategies as st

from kaiban.domain.hours.clock import HallHours, Season, Shift, StateCouncilDays

CHINA = timezone(timedelta(hours=8))
MORNING = Shift(time(9), time(12))
AFTERNOON = Shift(time(13, 30), time(17, 30))
HALL = HallHours((Season(date(2000, 1, 1), (MORNING, AFTERNOON)),), StateCouncilDays())

# Around make-up days, holidays, year ends (2027 is unknown) and an ordinary week.
TURNING_POINTS = [
    "2025-01-24", "2025-04-26", "2025-09-27", "2025-12-31", "2026-01-03", "2026-02-13", "2026-02-27",
    "2026-03-06", "2026-05-08", "2026-09-19", "2026-09-30", "2026-10-09", "2026-12-30",
]  # fmt: skip


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def instants():
    """Instants within the oracle's years, most of them near a turning point, with seconds."""
    near = st.builds(
        lambda day, seconds: at(day) + timedelta(seconds=seconds),
        st.sampled_from(TURNING_POINTS),
        st.integers(0, 4 * 86400),
    )
    anywhere = st.builds(
        lambda seconds: at("2025-01-02") + timedelta(seconds=seconds), st.integers(0, 690 * 86400)
    )
    return st.one_of(near, near, anywhere)


def stretches(longest_days):
    """Pairs of instants, the first not after the second."""
    lengths = st.one_of(st.integers(0, 86400), st.integers(0, longest_days * 86400))
    return st.builds(
        lambda start, seconds: (start, start + timedelta(seconds=seconds)), instants(), lengths
    )
