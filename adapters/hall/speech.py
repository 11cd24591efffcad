"""How a department's messages are read for people, and how it says wrong things on purpose."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import Response

from adapters.hall.store import Exchange
from adapters.wire import reading

#: A spoken fault: takes the stub, the answer so far (empty before the work) and returns another.
Spoil = Callable[[Any, Response], Response]
#: A fault of a call: takes the stub and the call's headers and body.
SpoilCall = Callable[[Any, Mapping[str, str], bytes], tuple[Mapping[str, str], bytes]]


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


class Speech:
    """What the hall needs to know of one department's language; each part has a decent default."""

    #: Fields that identify a person, whatever stands in them.
    personal: ClassVar[re.Pattern[str]] = reading.PERSONAL
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

    def masked(self, message: Reading) -> dict[str, str]:
        """Return the fields of a message without what identifies people."""
        return {
            name: reading.masked(name, value, self.personal)
            for name, value in message.fields.items()
        }

    def login(self, stub: Any) -> Mapping[str, str]:
        """Return headers that a recording leaves out because they are secret."""
        del stub
        return {}

    def adopt(self, stub: Any, exchange: Exchange) -> None:
        """Take over what a recorded answer drew by lot (a session key): requests build on it."""


def read(raw: bytes) -> Reading:
    """Read what may be JSON, or text in an encoding used here."""
    encoding, fields = reading.read(raw)
    return Reading(encoding=encoding, fields=fields)


def base64_text(text: str, encoding: str) -> str:
    """Return what the base64 says, or the text itself."""
    try:
        return base64.b64decode(text, validate=True).decode(encoding)
    except (binascii.Error, UnicodeDecodeError):
        return text


def answer(body: bytes, kind: str, status: int = 200) -> Response:
    """Return an answer of these bytes."""
    return Response(body, status, content_type=kind)
