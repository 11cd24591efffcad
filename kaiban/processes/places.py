"""So many places on this machine for heavy work, shared by processes that know nothing of each other.

    places = Places(folder, 1)
    with places.one(patience=15):
        ...

A place is a lock the kernel keeps: whoever dies gives it back.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

#: How often somebody in line looks for a place (seconds).
LOOK_EVERY: Final = 0.05


class NoPlace(Exception):  # noqa: N818 - named for what it tells
    """None became free in time, or there are none because their folder cannot be written."""


def spare_cores() -> int:
    """How many of the processors this process may use can be had for heavy work: all but one, and at least one."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


class Places:
    """At most ``count`` holders at once among all processes that name the same folder, which is made when needed."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self._count = folder, count

    @contextmanager
    def one(self, patience: float) -> Iterator[None]:
        """Hold a place; raises NoPlace if none is free within so many seconds."""
        place = self._waited(time.monotonic() + patience)
        try:
            yield
        finally:
            os.close(place)

    def _waited(self, end: float) -> int:
        while (place := self.free()) is None:
            if time.monotonic() >= end:
                raise NoPlace
            time.sleep(LOOK_EVERY)
        return place

    def free(self) -> int | None:
        """The descriptor that holds a place, until it is closed; None if all are taken. Raises NoPlace."""
        for number in range(self._count):
            place = self._opened(number)
            with suppress(BlockingIOError):
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return place
            os.close(place)
        return None

    def _opened(self, number: int) -> int:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NoPlace from error
