"""Cells of a table as people and spreadsheets write them, read as answers of the form."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from forms.fields import Choice, Flag
from forms.reading.answers import Today, read
from forms.structure.paths import AnyField

Cell = str | int | float | Decimal | bool | date | None

#: Spreadsheets keep fifteen digits of a number; what came after them is lost for good.
_MOST_DIGITS = 15
_EXPONENT = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
#: How a CSV keeps a spreadsheet from taking a number for a quantity: ="138…", '138….
_GUARDED = re.compile(r"=\"(.*)\"|'(.*)", re.DOTALL)
_ANSWERS = {"是": True, "否": False, "有": True, "无": False, "√": True, "×": False}


class LostDigitsError(Exception):
    """A long number went through a spreadsheet's arithmetic."""


def written(cell: Cell) -> bool:
    """Say whether anything stands in the cell."""
    return cell is not None and str(cell).strip() != ""


def answer(field: AnyField, cell: Cell, today: Today) -> Any:
    """Return what the cell says as the form wants it; as it is where it says something else.

    Raises LostDigitsError.
    """
    if isinstance(cell, bool) and isinstance(field, Flag):
        return cell
    said = text_of(cell)
    for kind, reads in _READERS:
        if isinstance(field, kind):
            return reads(field, said)
    return read(field, said, today)


def text_of(cell: Cell) -> str:
    """Return what the cell says, without what guards it; raises LostDigitsError."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return _number(cell)
    said = str(cell).strip()
    guarded = _GUARDED.fullmatch(said)
    if guarded:
        return (guarded[1] or guarded[2] or "").strip()
    if _EXPONENT.fullmatch(said):
        raise LostDigitsError
    return said


def _number(cell: float) -> str:
    if abs(cell) >= 10**_MOST_DIGITS:
        raise LostDigitsError
    return f"{Decimal(repr(cell)).normalize():f}"


def _choice(field: Any, said: str) -> str:
    wanted = plain(said)
    return next((one.code for one in field.listed.items if plain(one.label) == wanted), said)


def _flag(_field: Any, said: str) -> Any:
    return _ANSWERS.get(said, said)


def plain(said: str) -> str:
    """Return words without spaces, widths apart."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", said))


_READERS: tuple[tuple[type[Any], Callable[[Any, str], Any]], ...] = (
    (Choice, _choice),
    (Flag, _flag),
)
