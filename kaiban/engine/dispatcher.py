"""Bring what is due at once to whoever has room for it.

What waits is woken by the engine's queue. What is due now is found by its own row: right after it was written, if the
alarm works, and within ``LOOK_EVERY`` if not. Several workers may find the same; the row lets one of them take it up.
"""

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, Protocol

from kaiban.engine.bulkheads import Places, ThreadBulkheads
from kaiban.ports import Engine, Job, Unavailable

#: Real seconds between two looks while nothing is heard.
LOOK_EVERY: Final = 1.0
#: Cases in hand at once, each with a thread of its own that mostly waits.
HANDS: Final = 64
#: So many jobs of each queue one look finds at most.
MOST: Final = 16
#: Real seconds for which what failed is left alone: it may fail again.
REST: Final = 5.0

#: What is due at once for the queues, so many of each.
Due = Callable[[Collection[str], int], list[Job]]


class WaitingOnly:
    """Leaves what is due at once to the dispatchers, and what waits to the engine (kaiban.ports.Engine)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def enqueue(self, connection: Any, job: Job, delay: timedelta = timedelta(0)) -> None:
        """Promise to run the job after a real delay; without one its own row is the promise."""
        if delay:
            self._engine.enqueue(connection, job, delay)

    def is_queued(self, job: Job) -> bool:
        """Whether the job is waiting for its turn, or has its turn just now."""
        return self._engine.is_queued(job)


class Alarm(Protocol):
    """Hears when somebody has written."""

    def wait(self, seconds: float) -> bool:
        """Return when somebody has written (True) or after so many seconds at most."""

    def close(self) -> None:
        """Hear nothing more."""


class Dispatcher:
    """Looks for jobs and has them run, each once at a time in this process; ``run`` says whether all went well.

    ``limits`` says how much may be done at once for each queue, ``places`` for which of them that is a limit of all workers.
    """

    def __init__(
        self,
        limits: Mapping[str, int],
        due: Due,
        run: Callable[[Job], bool],
        alarm: Alarm,
        places: Mapping[str, Places] | None = None,
    ) -> None:
        self.bulkheads = ThreadBulkheads(limits, self.ring, places)
        self._due = due
        self._run = run
        self._alarm = alarm
        self._hands = ThreadPoolExecutor(HANDS, "hand")
        self._in_hand: set[str] = set()
        self._runs: set[Future[None]] = set()
        self._resting: dict[str, float] = {}
        self._lock = threading.Lock()
        self._rung = threading.Event()
        self._stopping = threading.Event()
        self._threads = (
            threading.Thread(target=self._listen, name="alarm", daemon=True),
            threading.Thread(target=self._serve, name="dispatcher", daemon=True),
        )

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def ring(self) -> None:
        """Look at once: there is room again, or something new."""
        self._rung.set()

    def stop(self, grace_seconds: float) -> None:
        """Look no more, let what is under way end for that long, and begin nothing after it."""
        deadline = time.monotonic() + grace_seconds
        self._stopping.set()
        self.bulkheads.let_nobody_in()
        self._rung.set()
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        wait(self._runs, max(deadline - time.monotonic(), 0))
        self._hands.shutdown(wait=False)
        self._alarm.close()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._alarm.wait(LOOK_EVERY):
                    self._rung.set()
            except Unavailable:
                self._stopping.wait(LOOK_EVERY)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            self._rung.wait(LOOK_EVERY)
            self._rung.clear()
            with suppress(Unavailable):
                self._look()

    def _look(self) -> None:
        for job in self._due(self.bulkheads.open_queues(), MOST):
            if self._take(job.id):
                run = self._hands.submit(self._handle, job)
                self._runs.add(run)
                run.add_done_callback(self._runs.discard)

    def _take(self, name: str) -> bool:
        now = time.monotonic()
        with self._lock:
            self._resting = {each: until for each, until in self._resting.items() if until > now}
            busy = name in self._in_hand or name in self._resting or len(self._in_hand) >= HANDS
            # A look that was under way when the stop came may find again what has ended since.
            wanted = not (busy or self._stopping.is_set())
            if wanted:
                self._in_hand.add(name)
        return wanted

    def _handle(self, job: Job) -> None:
        well = False
        try:
            well = self._run(job)
        finally:
            with self._lock:
                self._in_hand.discard(job.id)
                if not well:
                    self._resting[job.id] = time.monotonic() + REST
            self._rung.set()
