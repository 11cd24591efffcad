"""Bulkheads: each department has threads of its own, so that a slow one keeps no other waiting."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class ThreadBulkheads:
    """So many pieces of work at once for each queue (kaiban.ports.Bulkheads); ``freed`` hears when there is room again."""

    def __init__(self, limits: Mapping[str, int], freed: Callable[[], None]) -> None:
        self._rooms = {
            name: _Room(
                threading.BoundedSemaphore(limit), ThreadPoolExecutor(limit, f"to-{name}"), freed
            )
            for name, limit in limits.items()
        }
        self._closing = threading.Event()

    def enter(self, queue: str) -> "_Permit | None":
        """Room for a job of that queue, or None if all is taken."""
        room = self._rooms[queue]
        if not self.is_open or not room.free.acquire(blocking=False):
            return None
        return _Permit(room)

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
            room.executor.shutdown(wait=False)


class _Room:
    def __init__(
        self,
        free: threading.BoundedSemaphore,
        executor: ThreadPoolExecutor,
        freed: Callable[[], None],
    ) -> None:
        self.free = free
        self.executor = executor
        self._freed = freed

    def has_some(self) -> bool:
        if not self.free.acquire(blocking=False):
            return False
        self.free.release()
        return True

    def leave(self) -> None:
        self.free.release()
        self._freed()


class _Permit:
    """Room for one piece of work (kaiban.ports.Permit)."""

    def __init__(self, room: _Room) -> None:
        self._room = room

    def start(self, work: Callable[[], Any]) -> Future[Any]:
        """Do the work in a thread of the department; then there is room again."""
        return self._room.executor.submit(self._done, work)

    def leave(self) -> None:
        """Give the room back, nothing done."""
        self._room.leave()

    def _done(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        finally:
            self._room.leave()
