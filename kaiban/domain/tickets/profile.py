"""What a city profile says of a hall's windows; ValueError names what is wrong and what is expected."""

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from kaiban.domain.hours.clock import Shift
from kaiban.domain.tickets.rules import Business, QueueRules, Window

#: Each number of a hall, with the least and the most it may be.
_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "slot_minutes": (5, 240), "days_ahead": (1, 60), "lead_minutes": (0, 10_080),
    "grace_minutes": (0, 240), "per_phone": (1, 20), "near": (1, 20),
}  # fmt: skip
_SPANS: Final = {"slot_minutes": "slot", "lead_minutes": "lead", "grace_minutes": "grace"}
_NAME = re.compile(r"[a-z0-9_]{1,20}")
_BUSINESS: Final = {"title", "letter", "link"}
_WINDOW: Final = {"title", "serves", "seats", "shifts"}


def read_queue(raw: Mapping[str, Any], where: str) -> QueueRules:
    """The rules a profile's table says; ``where`` is how the profile calls the table."""
    _known(raw, {"business", "windows", *_NUMBERS}, where)
    business = {
        name: _business(each, name, f"{where}.business.{name}")
        for name, each in _tables(raw, "business", where).items()
    }
    windows = {
        name: _window(each, name, f"{where}.windows.{name}")
        for name, each in _tables(raw, "windows", where).items()
    }
    numbers = dict(_number(raw, name, where) for name in _NUMBERS if name in raw)
    _check(business, windows, where)
    return QueueRules(business, windows, **numbers)


def _check(business: Mapping[str, Business], windows: Mapping[str, Window], where: str) -> None:
    letters = [each.letter for each in business.values()]
    if len(set(letters)) < len(letters):
        raise ValueError(f"{where}.business: every kind has a letter of its own")
    served = {name for window in windows.values() for name in window.serves}
    if strange := served - business.keys():
        raise ValueError(f"{where}.windows: no such business: {', '.join(sorted(strange))}")
    if idle := business.keys() - served:
        raise ValueError(f"{where}.business: no window serves {', '.join(sorted(idle))}")


def _business(raw: Mapping[str, Any], name: str, where: str) -> Business:
    _known(raw, _BUSINESS, where)
    letter = _text(raw, "letter", where)
    if not re.fullmatch(r"[A-Z]", letter):
        raise ValueError(f"{where}.letter: one letter from A to Z")
    return Business(name, _text(raw, "title", where), letter, str(raw.get("link", "")))


def _window(raw: Mapping[str, Any], name: str, where: str) -> Window:
    _known(raw, _WINDOW, where)
    serves = raw.get("serves")
    if not (isinstance(serves, list) and serves and all(isinstance(each, str) for each in serves)):
        raise ValueError(f"{where}.serves: a list of kinds of business")
    seats = _whole(raw.get("seats", 1), 0, 50, f"{where}.seats")
    return Window(name, _text(raw, "title", where), tuple(serves), seats, _shifts(raw, where))


def _shifts(raw: Mapping[str, Any], where: str) -> tuple[Shift, ...]:
    try:
        shifts = tuple(Shift.read(each) for each in raw.get("shifts", ()))
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f'{where}.shifts: times like "09:00-11:30": {error}') from error
    if any(earlier.closes > later.opens for earlier, later in pairwise(shifts)):
        raise ValueError(f"{where}.shifts: one after the other")
    return shifts


def _tables(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Mapping[str, Any]]:
    found = raw.get(name)
    if not (isinstance(found, Mapping) and found):
        raise ValueError(f"{where}.{name}: at least one table")
    for key, each in found.items():
        if not _NAME.fullmatch(key) or not isinstance(each, Mapping):
            raise ValueError(f"{where}.{name}.{key}: a table named in small letters and digits")
    return found


def _number(raw: Mapping[str, Any], name: str, where: str) -> tuple[str, Any]:
    number = _whole(raw[name], *_NUMBERS[name], f"{where}.{name}")
    span = _SPANS.get(name)
    return (span, timedelta(minutes=number)) if span else (name, number)


def _whole(value: Any, least: int, most: int, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{where}: a whole number from {least} to {most}")
    return value


def _text(raw: Mapping[str, Any], name: str, where: str) -> str:
    found = raw.get(name)
    if not isinstance(found, str) or not 0 < len(found.strip()) <= 40:  # noqa: PLR2004 - a line on a screen
        raise ValueError(f"{where}.{name}: words, at most 40 characters")
    return found.strip()


def _known(raw: Mapping[str, Any], names: set[str], where: str) -> None:
    if strange := raw.keys() - names:
        raise ValueError(f"{where}: no such entry: {', '.join(sorted(strange))}")
