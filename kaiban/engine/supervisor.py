"""The process tree of ``kaiban serve``: children that live as long as it does, and no longer."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from kaiban.processes.parent_death import die_with

log = structlog.get_logger()

_LOOK_EVERY: Final = 0.2
#: A child that lived this long is healthy: its next death begins the waiting anew.
_HEALTHY: Final = 60.0
_FIRST_WAIT: Final = 0.5
#: Short enough that after any death, however many came before, work goes on within 30 s.
_LONGEST_WAIT: Final = 10.0


@dataclass(frozen=True)
class Command:
    """What to keep running, and its name in the log; ``handed`` are file descriptors it inherits."""

    name: str
    argv: Sequence[str]
    handed: tuple[int, ...] = ()


class Supervisor:
    """Keeps processes running until SIGTERM or SIGINT; call it from a process's only thread.

    A child that ends is started again, after a wait that doubles with every early death (0.5 to
    10 s). A child is killed when the supervisor dies, however it dies, so that a supervisor
    started anew finds no stranger in its children's places (Linux: PR_SET_PDEATHSIG). Each
    child leads a process group of its own, whose other members are killed when it ends;
    ``grace_seconds`` is what it has to end by itself.
    """

    def __init__(self, commands: Sequence[Command], grace_seconds: float = 30.0) -> None:
        self._places = [_Place(command) for command in commands]
        self._grace_seconds = grace_seconds
        self._stopping = threading.Event()

    def run(self) -> None:
        """Keep the children running; return when they have all ended after a signal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        try:
            while not self._stopping.is_set():
                self._tend()
                self._stopping.wait(_LOOK_EVERY)
        finally:
            self._stop()

    def _tend(self) -> None:
        ended = _reaped()
        for place in self._places:
            place.tend(ended)

    def _stop(self) -> None:
        log.info("stopping", children=[place.command.name for place in self._places])
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
        return any(place.process for place in self._places)


class _Place:
    """Where one command runs, again and again."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._start_at = 0.0
        self._wait = _FIRST_WAIT

    def tend(self, ended: dict[int, int]) -> None:
        """Note if it has ended, and start it if it is time to."""
        self.note_end(ended)
        if self.process is None and time.monotonic() >= self._start_at:
            self._start()

    def note_end(self, ended: dict[int, int]) -> None:
        """Note its end if it is among them, and when it may start again."""
        if self.process is None or self.process.pid not in ended:
            return
        code = self.process.returncode = ended[self.process.pid]
        # What it left behind would hold its port, or go on beside its successor.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        lived = time.monotonic() - self._started
        if lived >= _HEALTHY:
            self._wait = _FIRST_WAIT
        log.warning("child_ended", child=self.command.name, code=code, lived=round(lived, 1))
        self._start_at = time.monotonic() + self._wait
        self._wait = min(self._wait * 2, _LONGEST_WAIT)
        self.process = None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives; SIGKILL reaches its own children, too."""
        if self.process is None:
            return
        if number is signal.SIGKILL:
            os.killpg(self.process.pid, number)
        else:
            os.kill(self.process.pid, number)

    def _start(self) -> None:
        self._started = time.monotonic()
        # The process ends with us and is reaped by us: a context manager would wait for it.
        self.process = subprocess.Popen(  # noqa: S603 - the command line is our own
            self.command.argv,
            process_group=0,
            pass_fds=self.command.handed,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 - we are one thread
        )
        log.info("child_started", child=self.command.name, pid=self.process.pid)


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
