"""How a department's messages are read for people, and how it says wrong things on purpose."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import Response

from adapters.hall.store import Exchange

#: A spoken fault: takes the stub, the answer so far (empty before the work) and returns another.
Spoil = Callable[[Any, Response], Response]
#: A fault of a call: takes the stub and the call's headers and body.
SpoilCall = Callable[[Any, Mapping[str, str], bytes], tuple[Mapping[str, str], bytes]]

LONGEST = 20_000
#: What the masked view hides: identity numbers, mobile numbers, accounts, whatever field they are in.
NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{17}[0-9Xx]|1[3-9][0-9]{9}|[0-9]{15,19})(?![0-9A-Za-z])"
)
PERSONAL = re.compile(
    r"(?i)(cert.?(no|num)|mobile|phone|password|passwd|pwd|secret|session.?key|account|zjhm|sjhm|lxdh|dh$|xm$"
    r"|lr_name|owners.*name|(legal.?rep|investors|people|emplist|agent|person).*name|residence)"
)


@dataclass(frozen=True)
class Reading:
    """A message as a person reads it.

    ``case`` is the business key it is about; ``fields`` values by name, nested names with dots;
    ``covered`` the byte ranges of the body that the MAC or signature vouches for, ``vouched`` says
    what else goes into it.
    """

    operation: str = ""
    case: str = ""
    encoding: str = "utf-8"
    fields: Mapping[str, str] = field(default_factory=dict)
    covered: tuple[tuple[int, int], ...] = ()
    vouched: str = ""

    def masked(self) -> dict[str, str]:
        """Return the fields without what identifies people."""
        return {name: masked(name, value) for name, value in self.fields.items()}


class Speech:
    """What the hall needs to know of one department's language; each part has a decent default."""

    #: The spoken faults it can commit.
    spoils: ClassVar[Mapping[str, Spoil]] = {}
    #: The fields of an answer that say how it went: a recording is held against them.
    codes: ClassVar[re.Pattern[str]] = re.compile(
        r"(?i)(^|[./])(code|rc|state|reason|returncode|infcode|stas|rule|[0-9]+\.(H|DU|DP)\.3)$"
    )
    #: Faults of its calls that need its signature: "wrong-ref", "forge".
    spoils_call: ClassVar[Mapping[str, SpoilCall]] = {}

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return read(exchange.asked)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return read(exchange.answered)

    def login(self, stub: Any) -> Mapping[str, str]:
        """Return headers that a recording leaves out because they are secret."""
        del stub
        return {}

    def adopt(self, stub: Any, exchange: Exchange) -> None:
        """Take over what a recorded answer drew by lot (a session key): requests build on it."""


def read(raw: bytes) -> Reading:
    """Read what may be JSON, or text in an encoding used here."""
    text, encoding = as_text(raw)
    try:
        value = json.loads(text)
    except ValueError:
        return Reading(encoding=encoding, fields={"text": text[:LONGEST]} if text else {})
    return Reading(encoding=encoding, fields=dict(flat(value)))


def as_text(raw: bytes) -> tuple[str, str]:
    """Return text and its likely encoding; bytes that are no text as their number."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return f"{len(raw)} bytes", "binary"


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every value inside with its name: ``legalRep.cert.no``, ``seals.0.text``."""
    if isinstance(value, Mapping):
        inner: Any = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        yield name, _short(value)
        return
    for key, each in inner:
        yield from flat(each, f"{name}.{key}" if name else str(key))


def masked(name: str, value: str) -> str:
    """Return the value without what identifies a person."""
    if PERSONAL.search(name):
        return f"{value[:1]}***" if value else ""
    return NUMBERS.sub(lambda found: f"{found[0][:2]}***{found[0][-2:]}", value)


def base64_text(text: str, encoding: str) -> str:
    """Return what the base64 says, or the text itself."""
    try:
        return base64.b64decode(text, validate=True).decode(encoding)
    except (binascii.Error, UnicodeDecodeError):
        return text


def answer(body: bytes, kind: str, status: int = 200) -> Response:
    """Return an answer of these bytes."""
    return Response(body, status, content_type=kind)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= LONGEST else f"{text[:200]}… ({len(text)})"
