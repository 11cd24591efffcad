"""Bulkheads: each department has threads of its own, so that a slow one keeps no other waiting."""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Protocol

#: Real seconds until it is tried again to find a place where all were taken by others.
FULL_FOR: Final = 0.5

GiveBack = Callable[[], None]


class Places(Protocol):
    """Places with a department, for the workers of all machines together."""

    def take(self, name: str) -> GiveBack | None:
        """A place, and how to give it back; None if all are taken."""

    def close(self) -> None:
        """Give back all there is."""


class Unshared:
    """Places without end: for work that is limited in each process only."""

    def take(self, _name: str) -> GiveBack | None:
        """A place."""
        return lambda: None

    def close(self) -> None:
        """Nothing is kept."""


class ThreadBulkheads:
    """So many pieces of work at once for each queue (kaiban.ports.Bulkheads); ``freed`` hears when there is room again.

    ``places`` are taken, too, for queues whose limit is one of all workers together.
    """

    def __init__(
        self,
        limits: Mapping[str, int],
        freed: Callable[[], None],
        places: Mapping[str, Places] | None = None,
    ) -> None:
        shared = places or {}
        self._rooms = {
            name: _Room(name, limit, freed, shared.get(name, Unshared()))
            for name, limit in limits.items()
        }
        self._closing = threading.Event()

    def enter(self, queue: str) -> "_Permit | None":
        """Room for a job of that queue, or None if all is taken."""
        return self._rooms[queue].enter() if self.is_open else None

    def open_queues(self) -> list[str]:
        """The queues that have room just now."""
        return [name for name, room in self._rooms.items() if room.has_some()]

    @property
    def is_open(self) -> bool:
        """Whether anybody is let in at all."""
        return not self._closing.is_set()

    def let_nobody_in(self) -> None:
        """From now on there is no room; what is under way ends as it would."""
        self._closing.set()

    def close(self) -> None:
        """Let go of the threads, once nobody needs them."""
        for room in self._rooms.values():
            room.close()


class _Room:
    """The room for one queue: threads here, and a place among all workers."""

    def __init__(self, name: str, limit: int, freed: Callable[[], None], places: Places) -> None:
        self._name = name
        self._free = threading.BoundedSemaphore(limit)
        self._executor = ThreadPoolExecutor(limit, f"to-{name}")
        self._freed = freed
        self._places = places
        self._full_until = 0.0

    def enter(self) -> "_Permit | None":
        """Room for one piece of work, or None if all is taken, here or elsewhere."""
        if not self._free.acquire(blocking=False):
            return None
        give_back = None
        try:
            give_back = self._places.take(self._name)
        finally:
            if give_back is None:
                self._free.release()
        if give_back is None:
            self._full_until = time.monotonic() + FULL_FOR
            return None
        return _Permit(self, give_back)

    def has_some(self) -> bool:
        """Whether it is worth while to look for work; while others have all places it is not."""
        if time.monotonic() < self._full_until or not self._free.acquire(blocking=False):
            return False
        self._free.release()
        return True

    def start(self, work: Callable[[], Any]) -> Future[Any]:
        """Do it in a thread of the department."""
        return self._executor.submit(work)

    def leave(self, give_back: GiveBack) -> None:
        """There is room again, here and for all."""
        give_back()
        self._full_until = 0.0
        self._free.release()
        self._freed()

    def close(self) -> None:
        """Let go of the threads, and of the places."""
        self._executor.shutdown(wait=False)
        self._places.close()


class _Permit:
    """Room for one piece of work (kaiban.ports.Permit)."""

    def __init__(self, room: _Room, give_back: GiveBack) -> None:
        self._room = room
        self._give_back = give_back

    def start(self, work: Callable[[], Any]) -> Future[Any]:
        """Do the work in a thread of the department; then there is room again."""
        return self._room.start(lambda: self._done(work))

    def leave(self) -> None:
        """Give the room back, nothing done."""
        self._room.leave(self._give_back)

    def _done(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            self.leave()
