"""The adapter: what every department's system is asked to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from marshmallow import Schema

from kaiban.ports.adapters.manifest import Manifest
from kaiban.ports.adapters.messages import Key, Prepared, Ref
from kaiban.ports.adapters.outcomes import NeedsCorrection, Outcome


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
