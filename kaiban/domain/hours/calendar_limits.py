"""The days that can be reckoned with: whoever asks for a day beyond means as early, or as late, as there is."""

from datetime import date
from typing import Final

EARLIEST: Final = date(1970, 1, 1)
LATEST: Final = date(2999, 12, 31)


def within_calendar(day: date) -> date:
    """The day, or the nearest of which the instants, weeks and years around it exist in every time zone."""
    return min(max(day, EARLIEST), LATEST)
