"""What a department's system can do, as its adapter declares it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from kaiban.domain.cases.plan import LinkSpec, StepSpec

Idempotency = Literal["key", "reject-duplicate", "none"]
Lookup = Literal["by-key", "by-ref", "by-natural-key", "none"]
Finish = Literal["sync", "poll", "callback", "batch", "person"]
Cancel = Literal["before-done", "always", "never"]
Names = Literal["company", "key"]


@dataclass(frozen=True)
class Manifest:
    """What a department's system can do and how it must be treated.

    ``department`` is the link's name in plan, API and package; ``title`` names the link and
    ``office`` the authority in Chinese. ``idempotency`` says what a second submission of the
    same key does, ``lookup`` how an application can be found again, ``settle`` how long "not
    found" is not yet to be trusted. ``finish`` says how an end is learnt: told at once, asked for,
    called back, fetched as a file, or brought by a ``person``. ``deadline`` is the total time of one
    exchange in seconds of real time; ``promise`` and ``limit`` are working time. ``names`` says by what an answer
    about an application can be told from another company's: "key" where their protocol names no company, so that
    everything hangs on a key never being given twice.
    """

    name: str
    department: str
    title: str
    office: str
    version: str
    protocol: str
    steps: tuple[StepSpec, ...]
    idempotency: Idempotency
    lookup: Lookup
    finish: tuple[Finish, ...]
    owner: str
    cancel: Cancel = "never"
    names: Names = "company"
    #: Whether it takes materials after the application (``Adapter.supply``).
    late_materials: bool = False
    settle: timedelta = timedelta(0)
    hours: str = ""
    promise: timedelta = timedelta(minutes=60)
    limit: timedelta = timedelta(hours=4)
    concurrency: int = 8
    deadline: float = 10.0
    max_bytes: int = 1_048_576
    encoding: str = "utf-8"
    api: int = 1

    @property
    def label(self) -> str:
        """Name and version, as a link remembers who sent its application."""
        return f"{self.name} {self.version}"

    @property
    def by_hand(self) -> bool:
        """Whether people carry paper there and back, and there is no system to ask."""
        return "person" in self.finish

    @property
    def spec(self) -> LinkSpec:
        """What the plan needs to know."""
        return LinkSpec(self.department, self.title, self.office, self.steps)
