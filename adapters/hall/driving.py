"""What a department tells the conformance kit, so that its adapter can be driven against its stub.

Each department has one ``kit.py`` with one class ``Kit(Driving)``, and its sample needs as
``golden/needs.json``.
"""

import base64
import copy
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar

from adapters.hall.stub import Stub


@dataclass(frozen=True)
class Message:
    """Half of an HTTP exchange: the first line, headers with names in lower case, the body."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        """Path and query of a request."""
        return self.line.split(" ")[1]

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.line.split(" ")[1])


@dataclass(frozen=True)
class Round:
    """Needs that lead somewhere else than to Done, and the changes that mend them.

    ``path`` is the form path the department (or the adapter) must name, "" if it names none.
    """

    step: str
    change: Mapping[str, Any]
    then: Mapping[str, Any]
    path: str = ""


@dataclass(frozen=True)
class Recorded:
    """A recording of the real system (``docs/stub-hall.md``), and the folder of the keys it was made with."""

    name: str
    lines: tuple[str, ...]
    keys: Path | None


class Driving(ABC):
    """What the kit must know of a department.

    ``operations`` gives the stub's name of the operation that submits each step; ``commits_at``
    is which exchange of a submission commits, sessions not counted. ``codes`` are answers by what
    they mean: ``unlisted`` (a code the protocol does not list), ``busy``, ``duplicate``,
    ``config``; only those it has. ``secrets`` names the settings nobody may see. ``signed`` tells
    whether answers to submissions are signed, ``numbered`` whether they name the application,
    ``nonces`` whether a replayed callback can be told, ``sign_in`` which operation begins a session.
    """

    stub: ClassVar[type[Stub]]
    operations: ClassVar[Mapping[str, str]]
    commits_at: ClassVar[int] = 1
    seed: ClassVar[int] = 7
    codes: ClassVar[Mapping[str, str]] = {}
    secrets: ClassVar[tuple[str, ...]] = ()
    signed: ClassVar[bool] = False
    numbered: ClassVar[bool] = True
    xml: ClassVar[bool] = False
    nonces: ClassVar[bool] = False
    sign_in: ClassVar[str] = ""

    @abstractmethod
    def says(self, stub: Any, asked: Message, code: str) -> Message | None:
        """Return an answer to the request with that code and nothing else, signed as theirs are.

        None if answers to such a request carry no code.
        """

    def forged(self, answer: Message) -> Message:
        """Return the answer with a signature that is not theirs; asked for where ``signed`` says so."""
        raise NotImplementedError

    @abstractmethod
    def spoiled(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return a granting answer without something the protocol promises, signed as theirs are."""

    def hostile(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return the answer with a document type that declares entities (XML only)."""
        raise NotImplementedError

    def bomb(self, stub: Any, asked: Message, answer: Message) -> Message:
        """Return an answer whose packed content is far too large unpacked (XML only)."""
        raise NotImplementedError

    def originals(self, stub: Any) -> Sequence[bytes]:  # noqa: ARG002 - others need it
        """Return the originals the stub holds ready to be fetched apart from its answers; by default there are none."""
        return ()

    # --- sample needs -----------------------------------------------------------------------------

    @cached_property
    def samples(self) -> dict[str, Any]:
        """What ``golden/needs.json`` holds."""
        return dict(json.loads(self.golden().joinpath("needs.json").read_text(encoding="utf-8")))

    def golden(self) -> Traversable:
        """The department's folder of sample messages."""
        return room(type(self)).joinpath("golden")

    def recordings(self) -> list[Recorded]:
        """Return what lies in the department's folder ``recordings``; keys in ``recordings/keys``."""
        folder = Path(str(room(type(self)).joinpath("recordings")))
        keys = folder / "keys"
        return [
            Recorded(
                each.name,
                tuple(each.read_text(encoding="utf-8").splitlines()),
                keys if keys.is_dir() else None,
            )
            for each in sorted(folder.glob("*.jsonl"))
        ]

    def needs(self, step: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return needs that lead to Done, or changed ones; ``staff.0.name`` goes inside."""
        found = copy.deepcopy({**self.samples["needs"], **self.samples["steps"].get(step, {})})
        for path, value in (change or {}).items():
            *above, last = path.split(".")
            place: Any = found
            for name in above:
                place = place[int(name)] if name.isdigit() else place[name]
            place[last] = value
        return found

    def rounds(self, kind: str) -> list[Round]:
        """Return the samples of a kind: rejected, correction, several (complaints at once), rare, awkward, partial."""
        return [
            Round(each["step"], each["change"], each.get("then", {}), each.get("path", ""))
            for each in self.samples.get(kind, ())
        ]


def room(kind: type) -> Traversable:
    """Return the folder a class's module lies in, of a package or not."""
    package = kind.__module__.rpartition(".")[0]
    if package:
        return files(package)
    return Path(str(sys.modules[kind.__module__].__file__)).parent


def ok(body: bytes, headers: Mapping[str, str] | None = None) -> Message:
    """Return a plain HTTP answer."""
    return Message("HTTP/1.1 200 OK", headers or {}, body)


def of_nothing(signature: str) -> str:
    """A base64 signature with one bit turned: still readable, so only who checks it will refuse it."""
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    return base64.b64encode(raw).decode()
