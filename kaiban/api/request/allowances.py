"""How many requests a token may make in a minute, and what is left of them: over all processes, counted a few at a time.

To write down each request would cost more than to answer it. A process counts a step of requests at once and gives them out by itself, so
what is left is told by the step, and a token that speaks to several processes may be stopped so much early. Where nothing can be counted, nobody is stopped.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.city import Rates
from kaiban.ports import Counted, RateLimit, RateLimits, Unavailable

WITHIN: Final = timedelta(minutes=1)
#: A minute's requests are counted in so many steps.
_STEPS: Final = 20
#: What the policy is called in the headers.
_NAME: Final = "token"


@dataclass(frozen=True)
class Allowance:
    """What a request was told: whether it may pass, how many may in a minute, how many are left, and for how many seconds."""

    passes: bool
    most: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The same in the headers of draft-ietf-httpapi-ratelimit-headers (8 and later)."""
        return {
            "RateLimit-Policy": f'"{_NAME}";q={self.most};w={int(WITHIN.total_seconds())}',
            "RateLimit": f'"{_NAME}";r={self.left};t={self.seconds}',
        }


@dataclass
class _Minute:
    """What of a minute was counted for everybody, and what of that is still here."""

    ends: datetime
    counted: int
    here: int


class Allowances:
    """The allowances of all tokens in one process; threads share it. ``now`` is real time."""

    def __init__(self, limits: RateLimits, rates: Rates, now: Callable[[], datetime]) -> None:
        self._limits, self._rates, self._now = limits, rates, now
        self._minutes: dict[str, _Minute] = {}
        self._locks: dict[str, threading.Lock] = {}

    def spend(self, token: str) -> Allowance:
        """Take one request of that token's."""
        most, now = self._rates.of_token(token), self._now()
        # Each token's own: to count may take as long as the database does, and nobody else has to wait for that.
        with self._locks.setdefault(token, threading.Lock()):
            minute = self._minutes.get(token)
            if minute is None or self._is_over(minute, now) or self._needs_more(minute, most):
                minute = self._minutes[token] = self._counted(token, most, now)
            passes = minute.here > 0
            minute.here -= passes
            left = minute.here + most - minute.counted
        return Allowance(
            passes, most, left, max(1, math.ceil((minute.ends - now).total_seconds()))
        )

    @staticmethod
    def _is_over(minute: _Minute, now: datetime) -> bool:
        # One that ends later than a minute from now began by a clock that was ahead.
        return not now < minute.ends <= now + 2 * WITHIN

    @staticmethod
    def _needs_more(minute: _Minute, most: int) -> bool:
        return minute.here == 0 and minute.counted < most

    def _counted(self, token: str, most: int, now: datetime) -> _Minute:
        step = max(1, most // _STEPS)
        try:
            found = self._limits.count(RateLimit("api:token", most, WITHIN), token, now, step)
        except Unavailable:
            found = Counted(step, now)
        before = found.number - step
        here = min(step, max(0, most - before))
        return _Minute(found.since + WITHIN, min(most, before + here), here)
