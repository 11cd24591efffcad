"""JSON as departments should speak it: UTF-8, one object, no name twice, no NaN.

Anything else is unreadable rather than guessed at: a lenient reader turns a damaged answer into
a wrong one.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn


class UnreadableJsonError(ValueError):
    """These bytes are not one strict JSON object; the message never quotes them."""


def write(message: Mapping[str, Any]) -> bytes:
    """Say the message in compact JSON, members in the order given; raises ValueError for NaN."""
    text = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def read(raw: bytes) -> dict[str, Any]:
    """Return the object these bytes say; raises UnreadableJsonError."""
    try:
        found = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise UnreadableJsonError(type(error).__name__) from None
    if not isinstance(found, dict):
        raise UnreadableJsonError("not an object")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise UnreadableJsonError("a name stands twice")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise UnreadableJsonError("NaN or Infinity")
