"""What goes over the line: an application's key, the message as prepared, and what was said."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Final


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


@dataclass(frozen=True)
class Said:
    """One request and its answer, as they went over the line; ``line`` is method and path.

    ``status`` 0 means that no answer came. Headers are left out: secrets are there. What was said ``in_confidence``
    has secrets of ours in its bytes, too: nobody keeps them.
    """

    line: str
    asked: bytes
    status: int = 0
    answered: bytes = b""
    milliseconds: int = 0
    in_confidence: bool = False


#: The header every pretended department answers with, wherever it runs; its value is the stub's name.
STUB_MARK: Final = "X-Kaiban-Stub"

_LISTENER: ContextVar[list[Said] | None] = ContextVar("listener", default=None)
_IN_CONFIDENCE: ContextVar[bool] = ContextVar("in_confidence", default=False)


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
        listener.append(replace(said, in_confidence=True) if _IN_CONFIDENCE.get() else said)


@contextmanager
def in_confidence() -> Iterator[None]:
    """What is said inside the block holds secrets of ours, as a sign-in does; whoever listens is told so."""
    token = _IN_CONFIDENCE.set(True)
    try:
        yield
    finally:
        _IN_CONFIDENCE.reset(token)
