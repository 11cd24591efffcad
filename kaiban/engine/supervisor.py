"""The process tree of ``kaiban serve``: children that live as long as it does, and no longer."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from kaiban.processes.forking import fork, settle

log = structlog.get_logger()

_LOOK_EVERY: Final = 0.2
#: A child that lived this long is healthy: its next death begins the waiting anew.
_HEALTHY: Final = 60.0
_FIRST_WAIT: Final = 0.5
#: Short enough that after any death, however many came before, work goes on within 30 s.
_LONGEST_WAIT: Final = 10.0


#: What a child does, until it ends.
Work = Callable[[], None]


@dataclass(frozen=True)
class Role:
    """What to keep doing, in a process of that name in the log and in the system."""

    name: str
    work: Work


class Supervisor:
    """Keeps a process for each role until SIGTERM or SIGINT; call it from a process's only thread.

    The processes are forked from this one, which has loaded what they need and holds nothing they must not share
    (``kaiban.processes.forking``). One that ends is started again, after a wait that doubles with every early death (0.5 to
    10 s). A child is killed when the supervisor dies, however it dies, so that a supervisor
    started anew finds no stranger in its children's places (Linux: PR_SET_PDEATHSIG). Each
    child leads a process group of its own, whose other members are killed when it ends;
    ``grace_seconds`` is what it has to end by itself.
    """

    def __init__(self, roles: Sequence[Role], grace_seconds: float = 30.0) -> None:
        self._places = [_Place(role) for role in roles]
        self._grace_seconds = grace_seconds
        self._stopping = threading.Event()

    def run(self) -> Work | None:
        """Keep the children running; None when they have all ended after a signal.

        In each child it returns what that is to do: so a child ends as any command of ours does, by the way it came.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        settle()
        ours = os.getpid()
        try:
            while not self._stopping.is_set():
                if work := self._tend():
                    return work
                self._stopping.wait(_LOOK_EVERY)
        finally:
            if os.getpid() == ours:
                self._stop()
        return None

    def _tend(self) -> Work | None:
        """See to each place; what there is to do, in a child that was just made."""
        ended = _reaped()
        return next((work for place in self._places if (work := place.tend(ended))), None)

    def _stop(self) -> None:
        log.info("stopping", children=[place.role.name for place in self._places])
        for place in self._places:
            place.signal(signal.SIGTERM)
        deadline = time.monotonic() + self._grace_seconds
        while self._alive() and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY)
        for place in self._places:
            place.signal(signal.SIGKILL)
        while self._alive():
            time.sleep(_LOOK_EVERY)

    def _alive(self) -> bool:
        ended = _reaped()
        for place in self._places:
            place.note_end(ended)
        return any(place.pid for place in self._places)


class _Place:
    """Where one role is played, again and again; ``pid`` is 0 while nobody does."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self.pid = 0
        self._started = 0.0
        self._start_at = 0.0
        self._wait = _FIRST_WAIT

    def tend(self, ended: dict[int, int]) -> Work | None:
        """Note if it has ended, and start it if it is time to; in the new process: what it is to do."""
        self.note_end(ended)
        if self.pid or time.monotonic() < self._start_at:
            return None
        self._started = time.monotonic()
        self.pid = _forked(self.role.name)
        if not self.pid:
            return self.role.work
        log.info("child_started", child=self.role.name, pid=self.pid)
        return None

    def note_end(self, ended: dict[int, int]) -> None:
        """Note its end if it is among them, and when it may start again."""
        if self.pid not in ended:
            return
        # What it left behind would hold its port, or go on beside its successor.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        lived = time.monotonic() - self._started
        if lived >= _HEALTHY:
            self._wait = _FIRST_WAIT
        log.warning(
            "child_ended", child=self.role.name, code=ended[self.pid], lived=round(lived, 1)
        )
        self._start_at = time.monotonic() + self._wait
        self._wait = min(self._wait * 2, _LONGEST_WAIT)
        self.pid = 0

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives; SIGKILL reaches its own children, too."""
        if not self.pid:
            return
        if number is signal.SIGKILL:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)


def _forked(name: str) -> int:
    """Fork, with nothing said that would be said twice."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # the log's disk may be full
            stream.flush()
    return fork(name)


def _reaped() -> dict[int, int]:
    """Every child that has ended, with its exit code; orphans of theirs included."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(status)
