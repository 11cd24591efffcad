"""A clock some way off."""

from datetime import datetime, timedelta

from adapters.base import WireClock
from adapters.hall.clock import RealClock


class Away(RealClock):
    """Another clock, so much later."""

    def __init__(self, clock: WireClock, later: timedelta) -> None:
        self._clock, self._later = clock, later

    def now(self) -> datetime:
        """Return the instant it tells."""
        return self._clock.now() + self._later
