"""Case numbers (办件编号): KB, region, day, a running number, and a digit that catches typing errors."""

import re

_SHAPE = re.compile(r"KB\d{20}", re.ASCII)
_LAST = 99_999


def case_number(region: str, day: str, serial: int) -> str:
    """``KB`` + region (6) + ``yyyymmdd`` + serial (5) + check digit; 22 characters.

    Raises ValueError for a serial that does not fit: a longer number nobody could look up.
    """
    if not 0 < serial <= _LAST:
        raise ValueError(f"no case number has the serial {serial}")
    digits = f"{region}{day}{serial:05d}"
    return f"KB{digits}{_check_digit(digits)}"


def is_case_number(text: str) -> bool:
    """Whether the text is a well-formed case number with the right check digit."""
    return bool(_SHAPE.fullmatch(text)) and _check_digit(text[2:-1]) == text[-1]


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
