"""JSON as departments should speak it: UTF-8, one object, no name twice, no NaN.

Anything else is unreadable rather than guessed at: a lenient reader turns a damaged answer into
a wrong one. Only what the protocol declares as free text may be damaged.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from adapters.wire.free_text import mended


class UnreadableJsonError(ValueError):
    """These bytes are not one strict JSON object; the message never quotes them."""


def write(message: Mapping[str, Any]) -> bytes:
    """Say the message in compact JSON, members in the order given; raises ValueError for NaN."""
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def read(raw: bytes, free: Collection[str] = ()) -> dict[str, Any]:
    """Return the object these bytes say; raises UnreadableJsonError.

    ``free`` are the names of members whose texts are for people (see ``adapters.wire.free_text``).
    """
    try:
        # Each byte that is no UTF-8 becomes a lone surrogate, and stays between its quotation marks.
        found = json.loads(
            raw.decode("utf-8", "surrogateescape"),
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
        )
    except (RecursionError, ValueError) as error:
        raise UnreadableJsonError(type(error).__name__) from None
    if not isinstance(found, dict):
        raise UnreadableJsonError("not an object")
    return {name: _read(value, name, free) for name, value in found.items()}


def _read(value: Any, name: str, free: Collection[str]) -> Any:
    """Return the value with its free texts mended; UnreadableJsonError if anything else is damaged."""
    if isinstance(value, dict):
        return {each: _read(inner, each, free) for each, inner in value.items()}
    if isinstance(value, list):
        return [_read(each, name, free) for each in value]
    if not isinstance(value, str) or not _unencodable(value):
        return value
    if name not in free:
        raise UnreadableJsonError("not UTF-8")
    return mended(value)


def _unencodable(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise UnreadableJsonError("a name stands twice")
    if any(map(_unencodable, members)):
        raise UnreadableJsonError("not UTF-8")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise UnreadableJsonError("NaN or Infinity")
