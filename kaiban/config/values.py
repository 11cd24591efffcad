"""Values of a city profile, checked one by one."""

from collections.abc import Collection, Mapping
from typing import Any


def whole_number(name: str, value: Any, least: int, most: int) -> int:
    """The value if it is such a number; ValueError names it and says what is expected."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name}: a whole number from {least} to {most}")
    return value


def days_ahead(name: str, value: Any, least: int, most: int) -> tuple[int, ...]:
    """The value if it is a list of days ahead, each once; ValueError names it and says what is expected."""
    each_once = isinstance(value, list) and len(set(map(repr, value))) == len(value)
    if not (each_once and all(type(each) is int and least <= each <= most for each in value)):
        raise ValueError(
            f"{name}: a list, perhaps empty, of different whole numbers of days from {least} to {most}"
        )
    return tuple(value)


def known_only(name: str, asked: Mapping[str, Any], known: Collection[str]) -> None:
    """ValueError naming every entry of that table which nobody knows."""
    if unknown := sorted(asked.keys() - set(known)):
        raise ValueError(f"{name}: no such setting: {', '.join(unknown)}")
