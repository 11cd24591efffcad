"""Case numbers (办件编号): KB, region, day, a running number, the epoch, and a digit that catches typing errors."""

import re

_SHAPE = re.compile(r"KB\d{19}(?P<epoch>[1-9]\d{0,2})?\d", re.ASCII)
_LAST = 99_999
_LAST_EPOCH = 999


def case_number(region: str, day: str, serial: int, epoch: int = 0) -> str:
    """``KB`` + region (6) + ``yyyymmdd`` + serial (5) + epoch + check digit; 22 characters in epoch 0.

    The epoch (``docs/decisions/0015-a-restored-database-asks-first.md``) is left out as long as it is 0, so
    that a database never restored has the shortest numbers. Raises ValueError for a serial or an
    epoch that does not fit: a longer number nobody could look up.
    """
    if not 0 < serial <= _LAST:
        raise ValueError(f"no case number has the serial {serial}")
    if not 0 <= epoch <= _LAST_EPOCH:
        raise ValueError(f"no case number has the epoch {epoch}")
    digits = f"{region}{day}{serial:05d}{epoch or ''}"
    return f"KB{digits}{_check_digit(digits)}"


def is_case_number(text: str) -> bool:
    """Whether the text is a well-formed case number with the right check digit."""
    return bool(_SHAPE.fullmatch(text)) and _check_digit(text[2:-1]) == text[-1]


def epoch_of(no: str) -> int:
    """The epoch of the database in which the case was opened; 0 for a number of any other shape."""
    found = _SHAPE.fullmatch(no)
    return int(found["epoch"] or 0) if found else 0


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
