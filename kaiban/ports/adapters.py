"""What an adapter declares, hands over and answers, and how it says what must happen next.

An integrator needs this file and nothing else: Manifest, Prepared, the outcomes, and the exceptions.

AdapterError
 ├── Retryable       surely nothing happened: the same bytes again
 │    └── Unreachable   there is nobody at their address
 ├── Closed          the department does not work now: wait
 ├── Unknown         it may have happened: only ``query`` may follow
 │    ├── Silent        no answer came, or none that is theirs
 │    └── Foreign       the answer is about another application or company: never taken for ours
 ├── Unprocessable   they can do nothing with this one message, nor ever will: a person must look
 ├── Misconfigured   a key, certificate, address or permission is wrong: a person must look
 │    └── Denied        something at their door turned it away: us, or only this one message
 └── Forged          a callback that is not from the department
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal, Protocol, Self

from marshmallow import Schema

from kaiban.domain.cases.case import Document
from kaiban.domain.cases.plan import LinkSpec, StepSpec

# --- what an adapter declares -----------------------------------------------------------------

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


@dataclass(frozen=True)
class Ref:
    """How the department is asked about an application: our key, their number, and what else it takes."""

    key: str
    number: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """Names one application of one case for one step of one department, once and for all.

    ``revision`` counts correction rounds; ``corrects`` is the application a correction belongs
    to. Departments that want another shape derive it with ``digits``.
    """

    case: str
    department: str
    step: str
    revision: int = 1
    corrects: Ref | None = None

    @property
    def text(self) -> str:
        """The key in words, at most 64 ASCII characters."""
        return f"{self.case}-{self.department}-{self.step}-{self.revision}"

    def digits(self, length: int) -> str:
        """The key as a decimal number of that length, the same for ever."""
        number = int.from_bytes(hashlib.sha256(self.text.encode()).digest(), "big")
        return str(number % 10**length).zfill(length)


@dataclass(frozen=True)
class Prepared:
    """A message as it will be sent, written down before its first byte leaves.

    Every re-send uses the same ``body``. Nonces, time-stamps, signatures and sessions are added
    at send time and are not part of it. ``ref`` finds the application again even if no answer
    ever came. ``meta`` holds no secrets and no personal data. ``files`` are the SHA-256 (hex) of
    the materials the message names; each is handed over (``Adapter.enclose``) before the message.
    """

    key: str
    body: bytes
    ref: Ref
    content_type: str = "application/octet-stream"
    meta: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()


# --- outcomes: what the department answered ----------------------------------------------------


@dataclass(frozen=True)
class Pending:
    """They have it; ask again after ``poll_after`` of business time."""

    ref: Ref
    poll_after: timedelta = timedelta(minutes=1)
    in_review: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Done:
    """Granted. ``result`` satisfies the adapter's Result schema; documents are untouched originals."""

    ref: Ref
    result: Mapping[str, Any]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """Refused, finally, with the department's code and a reason a window clerk can read."""

    code: str
    reason: str


@dataclass(frozen=True)
class Correction:
    """One thing the department wants corrected; ``path`` is a form path (``company.name.full``)."""

    path: str
    code: str
    message: str


@dataclass(frozen=True)
class NeedsCorrection:
    """They want something corrected, or we know before sending that they would."""

    items: tuple[Correction, ...]
    ref: Ref | None = None


@dataclass(frozen=True)
class Partial:
    """Granted for some lines (persons), not for others; the items name the ones left."""

    ref: Ref
    items: tuple[Correction, ...]


@dataclass(frozen=True)
class NotFound:
    """They do not know the application (yet: see ``Manifest.settle``)."""


@dataclass(frozen=True)
class Cancelled:
    """They confirm that it is withdrawn."""


Outcome = Pending | Done | Rejected | NeedsCorrection | Partial | NotFound | Cancelled


class AdapterError(Exception):
    """What an adapter raises; the class says what the engine does next."""


class Retryable(AdapterError):  # noqa: N818 - named for what it tells
    """Surely nothing happened. ``after`` is how long they asked us to wait, if they did."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unreachable(Retryable):
    """There is nobody at their address: whatever we came for, it would be the same."""


class Closed(AdapterError):  # noqa: N818 - named for what it tells
    """They do not work now; ``until`` is a UTC instant of business time, if they told one."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class Unknown(AdapterError):  # noqa: N818 - named for what it tells
    """It may have happened."""


class Silent(Unknown):
    """No answer came, or none that is theirs: whatever we came for, it would be the same."""


class Foreign(Unknown):
    """What they answer is about another application or company, although our key was named.

    It is never taken for ours. Only a person can find out how ours stands.
    """


class Unprocessable(AdapterError):  # noqa: N818 - named for what it tells
    """Surely nothing came of this message, and the same bytes never will: it lies with this one application.

    What lies with the credentials or the connection is Misconfigured.
    """


class Misconfigured(AdapterError):  # noqa: N818 - named for what it tells
    """Trying again cannot help, whichever application it is: they do not let us in."""


class Denied(Misconfigured):
    """Whatever stands at their door turned this message away: we are not let in, or what is in it is disliked there.

    Only when others are turned away, too, it is known to be us.
    """


class Forged(AdapterError):  # noqa: N818 - named for what it tells
    """Not from the department, or altered, or replayed."""


# --- what is said on the line -------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One request and its answer, as they went over the line; ``line`` is method and path.

    ``status`` 0 means that no answer came. Headers are left out: secrets are there.
    """

    line: str
    asked: bytes
    status: int = 0
    answered: bytes = b""
    milliseconds: int = 0


#: The header every pretended department answers with, wherever it runs; its value is the stub's name.
STUB_MARK: Final = "X-Kaiban-Stub"

_LISTENER: ContextVar[list[Said] | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[list[Said]]:
    """Collect what this thread says to departments inside the block, in order."""
    heard: list[Said] = []
    token = _LISTENER.set(heard)
    try:
        yield heard
    finally:
        _LISTENER.reset(token)


def overheard(said: Said) -> None:
    """Tell whoever is listening, if anybody is; called where bytes leave and arrive."""
    listener = _LISTENER.get()
    if listener is not None:
        listener.append(said)


# --- callbacks and health ----------------------------------------------------------------------


@dataclass(frozen=True)
class RawCallback:
    """A department's call to us, as it came; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Hint:
    """Something may have happened to this application: look. Either field may be empty."""

    key: str = ""
    number: str = ""


@dataclass(frozen=True)
class Acknowledgement:
    """What the department wants to read as our thanks for a callback."""

    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Health:
    """Whether the department's system answers, and what it said."""

    ok: bool
    detail: str = ""


class Counter(Protocol):
    """Makes adapters for departments that are served by hand (人工窗口)."""

    def by_hand(self, kind: type["Adapter"]) -> type["Adapter"]:
        """The same department with the same needs and results, without its system."""

    def declared(self, department: str, told: Mapping[str, Any]) -> type["Adapter"]:
        """A department that only a city profile knows; raises Misconfigured."""


class Adapter(Protocol):
    """One department's system.

    An adapter never loops, sleeps, retries, starts threads, or reads the clock or the database.
    """

    manifest: ClassVar[Manifest]
    Settings: ClassVar[type[Schema]]
    Needs: ClassVar[type[Schema]]
    Result: ClassVar[type[Schema]]

    @classmethod
    def rehearsing(cls) -> Self:
        """One without settings, connections or clock, of which nothing but ``prepare`` is called."""

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Say it in their words; pure: no I/O, clock or random; the same needs, the same bytes.

        What has to be corrected does not depend on settings: a form is also checked without any.
        """

    def enclose(self, digest: str, content: bytes) -> None:
        """Hand over a material (``Prepared.files``) ahead of the message that names it.

        Known by its content, so the same file again changes nothing; whatever it raises, the
        message has not been sent. Unprocessable if the department takes no files.
        """

    def supply(self, ref: Ref, materials: Sequence[Mapping[str, str]]) -> None:
        """Add materials to an application they have; each has ``key``, ``name``, ``media_type``, ``digest``.

        Their files were handed over before (``enclose``). Known by what they hold, so the same again changes nothing:
        after any error it may be repeated. Unprocessable if they will never take them.
        """

    def submit(self, prepared: Prepared) -> Outcome:
        """One exchange that may commit. Anything but an AdapterError counts as Unknown."""

    def query(self, ref: Ref) -> Outcome:
        """Say how the application stands; safe to repeat; the truth."""

    def cancel(self, ref: Ref) -> Outcome:
        """Withdraw it; Rejected if they do not allow it any more."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Which applications the call is about; raises Forged."""

    def acknowledge(self) -> Acknowledgement:
        """What to answer to a callback."""

    def readable(self, raw: bytes) -> Mapping[str, str]:
        """A message of theirs or ours as people may read it: fields by name, nobody identified.

        Never raises; whatever is hidden by its field or its shape is hidden.
        """

    def refuse_stubs(self) -> None:
        """From now on, raise Misconfigured for whatever bears STUB_MARK; called once, in production."""

    def health(self) -> Health:
        """Whether it answers; writes nothing."""


@dataclass(frozen=True)
class NameOpinion:
    """What a register thinks of a company name, without reserving it.

    ``reasons`` forbid the name, in words with their rule; ``similar`` are names that only warn.
    """

    reasons: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()


class NameRegister(Protocol):
    """What an adapter offers beside its applications if its department keeps the names (名称自主申报)."""

    def check_name(self, full: str) -> NameOpinion:
        """What they think of the whole name; safe to repeat, commits nothing; raises AdapterError."""
