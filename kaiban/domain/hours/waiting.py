"""What a clock that was wrong for a while leaves behind, and how that is told from an ordinary wait.

Rows keep instants. A clock that was an hour ahead leaves instants an hour ahead, and whoever compares
them with the right time waits for an hour. So nothing waits longer than it may: an instant beyond
every allowed wait is due now, a wait that has not begun yet was written down by a wrong clock and is
due now, and what is counted since an instant still to come is counted from now. Instants and spans
are of one clock; whoever asks brings both.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

#: No step waits longer for anything: the longest holidays and the days off around them. Whoever is
#: asked to wait longer looks once in between.
LONGEST: Final = timedelta(days=14)
#: So far apart two machines' clocks may be. What is dated further ahead was written by a wrong one: it must neither
#: open nor refuse anything until that instant comes.
CLOCK_SKEW: Final = timedelta(minutes=5)


def counted_from(since: datetime | None, now: datetime) -> datetime:
    """From when to count: the instant itself; now if there is none, or it is still to come."""
    return now if since is None else min(since, now)


def due_at(at: datetime | None, now: datetime, longest: timedelta) -> datetime | None:
    """When it is due: the instant itself; now if it lies further ahead than the longest allowed wait."""
    return now if at is not None and at > now + longest else at


def is_running(since: datetime, now: datetime, length: timedelta) -> bool:
    """Whether a claim of that length made then still holds; one far ahead was made by a wrong clock."""
    return abs(now - since) < length


@dataclass(frozen=True)
class Horizon:
    """Between which instants whatever is still to be done may lie.

    Due before ``late``: forgotten. A wait begun after ``begun``, a step due after ``step`` or a package
    after ``package``: written down by a clock that was ahead.
    """

    late: datetime
    begun: datetime
    step: datetime
    package: datetime

    @classmethod
    def at(cls, now: datetime, grace: timedelta, making: timedelta) -> "Horizon":
        """As seen now; ``grace`` is how late things may be and how far two machines' clocks may differ.

        ``making`` is the longest for which a package is left alone.
        """
        return cls(now - grace, now + grace, now + LONGEST, now + making + grace)

    def is_ahead(self, due: datetime | None, scheduled_at: datetime | None) -> bool:
        """Whether a clock that was ahead wrote down when the step is due."""
        if due is None:
            return False
        return due > self.step or (scheduled_at is not None and scheduled_at > self.begun)
