"""JSON that gives back exactly what it was given: Decimals stay Decimals, bytes stay bytes."""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

_BYTES = "$bytes"
#: Made once: `json.dumps` makes one for each value when it is asked for anything unusual.
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def dumps(value: Any) -> str:
    """JSON text of plain values, Decimals (as JSON numbers) and bytes.

    Raises TypeError or ValueError for anything JSON cannot say (other types, NaN, keys that are
    no strings).
    """
    if isinstance(value, str):
        return _encode(value)
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, bytes):
        return dumps({_BYTES: base64.b64encode(value).decode()})
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_name(key)}:{dumps(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dumps, value)) + "]"
    return _encode(value)


def loads(text: str | bytes) -> Any:
    """The value; every number with a point or an exponent is a Decimal."""
    return json.loads(text, parse_float=Decimal, object_hook=_with_bytes)


def _name(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("a name in JSON is a string")
    return _encode(key)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("JSON has no such number")
    text = str(value)
    # "100" would come back as an int; "100e0" is the same number with the same digits.
    return text if "." in text or "E" in text else text + "e0"


def _with_bytes(found: dict[str, Any]) -> Any:
    if found.keys() == {_BYTES}:
        return base64.b64decode(found[_BYTES])
    return found
