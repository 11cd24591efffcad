"""Time, and the work that waits in it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol

#: The queue of what no department does.
PLATFORM: Final = "platform"


class Clock(Protocol):
    """The one door through which time enters."""

    def now(self) -> datetime:
        """The instant of business, UTC."""

    def real(self, business: timedelta) -> timedelta:
        """How long a span of business time lasts for machines (less on a demonstration clock)."""

    def business(self, real: timedelta) -> timedelta:
        """The opposite of ``real``."""


@dataclass(frozen=True)
class Job:
    """One short piece of work for the engine; its identity is all it carries."""

    kind: Literal["work", "issue"]
    case_no: str
    link: str = ""
    step: str = ""
    attempt: int = 0

    @property
    def id(self) -> str:
        """The same work has the same id, so a second enqueue is the first."""
        return ":".join((self.case_no, self.link, self.step, self.kind, str(self.attempt)))

    @property
    def queue(self) -> str:
        """Its bulkhead: the department's queue, or the platform's own."""
        return self.link or PLATFORM


class Engine(Protocol):
    """Runs jobs durably."""

    def enqueue(self, connection: Any, job: Job, delay: timedelta = timedelta(0)) -> None:
        """Promise to run the job after a real delay, if the transaction of ``connection`` commits."""

    def is_queued(self, job: Job) -> bool:
        """Whether the job is waiting for its turn, or has its turn just now: nobody has forgotten it yet.

        Asked outside of any transaction: the engine may look with a connection of its own.
        """


class Permit(Protocol):
    """Room for one piece of work beside the others for the same department."""

    def start(self, work: Callable[[], Any]) -> Future[Any]:
        """Do the work; the room is free again when it is done."""

    def leave(self) -> None:
        """Give the room back, nothing done."""


class Bulkheads(Protocol):
    """How much is done at once for each department, so that a slow one keeps no other waiting."""

    def enter(self, queue: str) -> Permit | None:
        """Room for a job of that queue, or None if all is taken."""
