"""A few child processes that do jobs within limits, and a short line in front of them.

    pool = Pool(children=2, places=6)
    pages = pool.run("kaiban.documents.layout.pictures:count", pdf)

Nothing is started before the first job: a pool may be made before a fork, and costs nothing where it is not used. Where
somebody will wait for the first job, ``keep_ready`` has a child wait for it.
"""

import pickle
import threading
import time
import weakref
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from queue import SimpleQueue
from typing import Any, Final

import structlog

from kaiban.processes.answers import read
from kaiban.processes.child import Child, Stopped
from kaiban.processes.limits import Limits
from kaiban.processes.places import NoPlace, Places

log = structlog.get_logger()

#: So long somebody waits in line (seconds): with the longest job after it, less than a minute, when proxies give up.
PATIENCE: Final = 15.0


class PoolFull(Exception):  # noqa: N818 - named for what it tells
    """Too much to do at once here; nothing was done, and the same may be tried again in a while."""


class JobStopped(Exception):  # noqa: N818 - named for what it tells
    """The job did not end within its limits; ``reason`` is one of "memory", "cpu", "died"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class JobFailed(Exception):  # noqa: N818 - named for what it tells
    """The function raised an exception of that kind there; its text is not told, it may quote what somebody sent."""

    def __init__(self, kind: str, places: tuple[str, ...]) -> None:
        super().__init__(kind, *places)


class Pool:
    """Does jobs in at most ``children`` processes at once, each job within ``limits``.

    At most ``places`` callers are inside, working or in line, so that the threads left go on with other things. With
    ``machine`` a job also needs one of the places all processes of this machine share.
    ``classes`` (``module:name``) are what an answer may be made of besides plain values, ``modules`` what a child
    imports before its first job. Children end with this process, however it ends, and with the pool.
    """

    def __init__(
        self,
        children: int,
        places: int,
        limits: Limits | None = None,
        classes: Collection[str] = (),
        patience: float = PATIENCE,
        machine: Places | None = None,
        modules: Collection[str] = (),
    ) -> None:
        self._classes, self._patience = classes, patience
        self._places, self._inside, self._lock = max(children, places), 0, threading.Lock()
        self._turns = threading.BoundedSemaphore(children)
        self._machine = machine
        self._children = _Children(limits or Limits(), tuple(modules))
        weakref.finalize(self, self._children.end)

    @property
    def pids(self) -> list[int]:
        """The processes there are just now."""
        return self._children.pids

    @property
    def idle(self) -> int:
        """How many of them wait for a job."""
        return self._children.idle

    @property
    def inside(self) -> int:
        """How many callers are at work or in line just now."""
        return self._inside

    def keep_ready(self) -> None:
        """Never be without a child from now on: start one now, and another whenever the last one is gone after a job."""
        self._children.keep_one()

    def run(self, target: str, *arguments: Any) -> Any:
        """What the function ``module:function`` returns; raises PoolFull, JobStopped, JobFailed."""
        with self._turn(), self._children.lent() as child:
            said = self._said(child, target, arguments)
            if said[0] == "stopped":
                child.end()
        return _told(target, *said)

    def _said(self, child: Child, target: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        try:
            return read(child.do(target, arguments), self._classes)
        except Stopped as stopped:
            return ("stopped", stopped.reason)
        except pickle.UnpicklingError:
            return ("stopped", "died")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._enter()
        try:
            end = time.monotonic() + self._patience
            if not self._turns.acquire(timeout=self._patience):
                raise PoolFull
            try:
                with self._place(max(0.0, end - time.monotonic())):
                    yield
            except NoPlace as error:
                raise PoolFull from error
            finally:
                self._turns.release()
        finally:
            self._leave()

    def _place(self, patience: float) -> AbstractContextManager[None]:
        return self._machine.one(patience) if self._machine else nullcontext()

    def _enter(self) -> None:
        with self._lock:
            if self._inside >= self._places:
                raise PoolFull
            self._inside += 1

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1


def _told(target: str, how: str, what: Any, *more: Any) -> Any:
    if how == "done":
        return what
    log.warning("job_not_done", job=target, how=how, reason=what)
    if how == "failed":
        raise JobFailed(what, *more)
    # Its time by the clock was over, and that of a processor was not: it is the machine that is busy.
    raise PoolFull if what == "time" else JobStopped(what)


class _Children:
    """The processes of a pool; those that wait for a job, the latest used first."""

    def __init__(self, limits: Limits, modules: tuple[str, ...]) -> None:
        self._started_with = limits, modules
        self._lock = threading.Lock()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._starter: _Starter | None = None
        self._keeps_one = self._ended = False
        #: One that is to wait for whoever comes first.
        self._coming: Future[Child] | None = None

    @property
    def pids(self) -> list[int]:
        with self._lock:
            return [child.pid for child in self._all]

    @property
    def idle(self) -> int:
        with self._lock:
            return len(self._idle)

    @contextmanager
    def lent(self) -> Iterator[Child]:
        """A child for one job; ended if anything went wrong in between."""
        child = self._idle_one() or self._started()
        done = False
        try:
            yield child
            done = True
        finally:
            self._back(child, usable=done and child.ready)
            if self._keeps_one:
                self.keep_one()

    def keep_one(self) -> None:
        """See that there is always one, without waiting for it."""
        with self._lock:
            self._keeps_one = True
            if self._all or self._coming or self._ended:
                return
            coming = self._coming = self._wanted()
        coming.add_done_callback(self._stays)

    def _stays(self, coming: "Future[Child]") -> None:
        with self._lock:
            if self._coming is not coming:
                return  # somebody could not wait
            self._coming = None
        if not coming.exception():  # else the next job will try, and tell
            self._back(self._known(coming.result()), usable=True)

    def end(self) -> None:
        """End all of them, also one that is just being started."""
        with self._lock:
            self._ended = True
            children, self._idle, self._all = self._all, [], set()
        for child in children:
            child.end()
        if self._starter is not None:
            self._starter.end()

    def _idle_one(self) -> Child | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                child = self._idle.pop()
            if child.ready:
                return child
            self._back(child, usable=False)

    def _started(self) -> Child:
        with self._lock:
            wanted = self._coming or self._wanted()
            self._coming = None
        return self._known(wanted.result())

    def _wanted(self) -> "Future[Child]":
        self._starter = self._starter or _Starter(*self._started_with)
        return self._starter.wanted()

    def _known(self, child: Child) -> Child:
        with self._lock:
            self._all.add(child)
        return child

    def _back(self, child: Child, *, usable: bool) -> None:
        with self._lock:
            usable = usable and not self._ended
            self._idle += [child] if usable else []
            self._all -= set() if usable else {child}
        if not usable:
            child.end()


class _Starter:
    """A thread that starts children. They end with it, and other threads come and go with requests: this one stays.

    It is a daemon, which lives until the very end: while a process that was told to stop waits for its other threads,
    their children go on, and what they are in the middle of gets done.
    """

    def __init__(self, limits: Limits, modules: tuple[str, ...]) -> None:
        self._limits, self._modules = limits, modules
        self._wanted: SimpleQueue[Future[Child] | None] = SimpleQueue()
        threading.Thread(target=self._serve, name="children", daemon=True).start()

    def wanted(self) -> "Future[Child]":
        """A new child, as soon as there is one; OSError if there can be none."""
        wanted: Future[Child] = Future()
        self._wanted.put(wanted)
        return wanted

    def end(self) -> None:
        """Start no more."""
        self._wanted.put(None)

    def _serve(self) -> None:
        while (wanted := self._wanted.get()) is not None:
            try:
                child = Child(self._limits, self._modules)
            except Exception as error:  # noqa: BLE001 - whoever waits hears of it
                wanted.set_exception(error)
            else:
                wanted.set_result(child)
