"""One child process as its parent sees it."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import Pipe
from pathlib import Path
from typing import Any, Final

from kaiban.processes.limits import Limits

#: A child knows where programs, fonts and zones are, and none of our secrets.
_KNOWN: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Stopped(Exception):  # noqa: N818 - named for what it tells
    """The child ended in the middle of a job; ``reason`` is one of "cpu", "time", "died"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """A process that takes one job at a time (kaiban.processes.program), with these ``modules`` imported before the first.

    Start it from a thread that lives as long as this process: the child ends with it.
    """

    def __init__(self, limits: Limits, modules: tuple[str, ...] = ()) -> None:
        self._limits = limits
        self._jobs = 0
        self._overdue = False
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - the command line is our own
                [sys.executable, "-m", "kaiban.processes.program", str(theirs.fileno()), str(os.getpid())],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._connection = ours
        with suppress(OSError):  # it died at once: the first job will tell
            ours.send((limits, modules))

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def ready(self) -> bool:
        """Whether it may be given a job."""
        return self._process.poll() is None and not self._overdue and not self._is_worn

    @property
    def _is_worn(self) -> bool:
        return self._jobs >= self._limits.jobs or _resident(self.pid) > self._limits.kept

    def do(self, target: str, arguments: tuple[Any, ...]) -> bytes:
        """Its raw answer; raises Stopped, after which there is no child any more."""
        self._jobs += 1
        try:
            with self._timed():
                self._connection.send((target, arguments))
                return self._connection.recv_bytes(self._limits.answer)
        except (EOFError, OSError) as error:  # OSError also for more than an answer may be
            self.end()
            raise Stopped(self._reason()) from error

    def end(self) -> None:
        """End it now."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        timer = threading.Timer(self._limits.seconds, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self._overdue = True
        self._process.kill()

    def _reason(self) -> str:
        if self._overdue:
            return "time"
        return "cpu" if self._process.returncode == -signal.SIGXCPU else "died"


def _resident(pid: int) -> int:
    """The bytes the kernel keeps in memory for a child nobody has waited for yet; 0 if it has ended."""
    statm = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    return int(statm.split()[1]) * _PAGE


def _environment() -> dict[str, str]:
    known = {name: os.environ[name] for name in _KNOWN if name in os.environ}
    return {**known, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
