"""How a department's messages are read for people, and how it says wrong things on purpose."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from flask import Response

from adapters.hall.store import Exchange
from adapters.wire import reading

#: What stands in a recording for papers and pictures, which show people.
PAPER: Final = b"%PDF-1.7\n%not kept\n%%EOF\n"
PAPERS: Final = (b"%PDF-", b"\x89PNG", b"\xff\xd8", b"PK\x03\x04")
#: A spoken fault: takes the stub, the answer so far (empty before the work) and returns another.
Spoil = Callable[[Any, Response], Response]
#: What is made of a text.
Change = Callable[[str], str]
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
    #: Fields with the number of a person's document, whatever kind of document it is.
    documents: ClassVar[re.Pattern[str]] = re.compile(r"(?i)(cert?.?(no|num)|zjhm)$")
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

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Return a recorded exchange with every text in it changed, signed and enciphered again with the stub's keys.

        The texts keep their width in bytes. This one does for JSON and plain text that nobody vouches for.
        """
        del stub
        return replace(
            exchange,
            line=rewritten_line(exchange.line, change),
            asked=rewritten_body(exchange.asked, change),
            answered=rewritten_body(exchange.answered, change),
        )

    def adopt(self, stub: Any, exchange: Exchange) -> None:
        """Take over what a recorded answer drew by lot (a session key): requests build on it."""


def read(raw: bytes) -> Reading:
    """Read what may be JSON, or text in an encoding used here."""
    encoding, fields = reading.read(raw)
    return Reading(encoding=encoding, fields=fields)


def rewritten_line(line: str, change: Change) -> str:
    """Return method and path, with every step of the path and every value of the query changed."""
    method, _, target = line.partition(" ")
    path, mark, query = target.partition("?")
    steps = "/".join(_requoted(step, change, quote) for step in path.split("/"))
    pairs = (pair.partition("=") for pair in query.split("&"))
    values = "&".join(f"{n}{sign}{_requoted(v, change, quote_plus)}" for n, sign, v in pairs)
    return f"{method} {steps}{mark}{values}"


def rewritten_body(raw: bytes, change: Change) -> bytes:
    """Return a body with every text in it changed: JSON, text in an encoding used here, or bytes, which become others."""
    text, encoding = reading.as_text(raw)
    if encoding == "binary" or raw.startswith(PAPERS):
        return PAPER if raw else raw
    try:
        value = json.loads(text)
    except ValueError:
        return change(text).encode(encoding)
    return json.dumps(rewritten_value(value, change), ensure_ascii=False).encode(encoding)


def rewritten_value(value: Any, change: Change) -> Any:
    """Return a JSON value with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [rewritten_value(each, change) for each in value]
    if isinstance(value, dict):
        return {name: rewritten_value(each, change) for name, each in value.items()}
    return value


def _requoted(text: str, change: Change, quoted: Callable[[str], str]) -> str:
    plain = unquote_plus(text) if quoted is quote_plus else unquote(text)
    changed = change(plain)
    return text if changed == plain else quoted(changed)


def base64_text(text: str, encoding: str) -> str:
    """Return what the base64 says, or the text itself."""
    try:
        return base64.b64decode(text, validate=True).decode(encoding)
    except (binascii.Error, UnicodeDecodeError):
        return text


def answer(body: bytes, kind: str, status: int = 200) -> Response:
    """Return an answer of these bytes."""
    return Response(body, status, content_type=kind)
