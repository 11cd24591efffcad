"""Forms as JSON text: amounts are read as Decimal and written as plain JSON numbers."""

import json
from decimal import Decimal
from typing import Any


def read(text: str | bytes) -> Any:
    """Parse JSON with numbers as int or Decimal.

    Raises ValueError for text that is not JSON, NaN and Infinity, a key given twice, absurdly
    deep nesting and numbers too long to be meant.
    """
    try:
        return json.loads(
            text,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise ValueError("JSON is nested too deeply") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def write(form: Any, *, indent: int | None = None) -> str:
    """Return `form` as JSON text; every amount of a checked form reads back exactly equal."""
    return json.dumps(form, ensure_ascii=False, default=_number, indent=indent)


def _number(value: object) -> float | int:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} has no place in a form")
