"""Time in the hall: business time may run faster than real time, or only by hand."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class RealClock:
    """Real time, for what the protocols themselves measure: signature windows, time-stamps."""

    def now(self) -> datetime:
        """Return the instant, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - this is the stubs' clock


class HallClock:
    """Business time: starts at ``epoch`` and runs ``speed`` times as fast as real time.

    With ``manual`` it stands still until ``advance`` or ``start`` is called. ``epoch`` must be
    aware.
    """

    def __init__(self, epoch: datetime, speed: float = 1, *, manual: bool = False) -> None:
        if epoch.tzinfo is None or speed <= 0:
            raise ValueError("the hall clock needs an aware epoch and a positive speed")
        self._epoch = epoch.astimezone(UTC)
        self._speed = speed
        self._manual = manual
        self._started = time.monotonic()
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant of business, UTC."""
        with self._lock:
            if self._manual:
                return self._epoch
            elapsed = timedelta(seconds=time.monotonic() - self._started)
            return self._epoch + elapsed * self._speed

    def advance(self, span: timedelta) -> None:
        """Let business time pass; what has become due is done soon after. Not backwards."""
        if span < timedelta(0):
            raise ValueError("time does not run backwards")
        with self._lock:
            self._epoch += span
        for listener in self._listeners:
            listener()

    def start(self, passed: timedelta = timedelta(0)) -> None:
        """Let a clock that stood still run by itself from now on; that much real time has passed already."""
        with self._lock:
            self._manual = False
            self._started = time.monotonic() - passed.total_seconds()
        for listener in self._listeners:
            listener()

    def stop(self) -> None:
        """Let the clock stand still from now on."""
        now = self.now()
        with self._lock:
            self._epoch, self._manual = now, True

    def set_speed(self, speed: float) -> None:
        """Let the clock run that many times as fast as real time from now on."""
        if speed <= 0:
            raise ValueError("the hall clock needs a positive speed")
        now = self.now()
        with self._lock:
            self._epoch, self._started, self._speed = now, time.monotonic(), speed
        for listener in self._listeners:
            listener()

    def advance_to(self, instant: datetime) -> None:
        """Let business time pass until an instant; nothing happens if it is past."""
        self.advance(max(instant - self.now(), timedelta(0)))

    def real(self, business: timedelta) -> timedelta:
        """Return how long a span of business time lasts for machines."""
        return business / self._speed

    def business(self, real: timedelta) -> timedelta:
        """Return the opposite of ``real``."""
        return real * self._speed

    @property
    def speed(self) -> float:
        """Business seconds a real second, while it runs."""
        return self._speed

    @property
    def manual(self) -> bool:
        """Whether it only moves by hand."""
        return self._manual

    def listen(self, listener: Callable[[], None]) -> None:
        """Have the listener called after every ``advance``."""
        self._listeners.append(listener)
