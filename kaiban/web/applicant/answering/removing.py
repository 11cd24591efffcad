"""Before a row of a list goes, the page asks: the press that was meant for its neighbour would take all of it.

The question stands in the row, on the page itself, so it needs no script, and what was typed elsewhere stays.
"""

from collections.abc import Mapping
from typing import Any

from flask import request

from kaiban.web.applicant.answering.keeping import row_place, rows_at

#: Words of the buttons: one asks where something would be lost, one is the answer yes, one leaves the row.
ASK, REMOVE, REMOVED, KEEP = "ask", "remove", "removed", "keep"

#: What controls of a new row say before anybody has typed: a sum paid in starts at nothing.
UNTOUCHED = ("", "0")


def pressed(usual: str = "save") -> tuple[str, str]:
    """The button's word and what it is about; 删除 of a row that holds anything is a question first."""
    verb, _, argument = request.form.get("do", usual).partition(":")
    if verb == REMOVE and _holds_anything(argument):
        return ASK, argument
    return (REMOVE if verb == REMOVED else verb), argument


def by_now(entry: Mapping[str, Any], argument: str) -> str:
    """The row under the number it has by now; "" for one that has been changed or taken out."""
    place, _, version = argument.partition("@")
    path, _, number = place.rpartition(".")
    if not version:
        return argument
    at = row_place(rows_at(entry, path), int(number), version) if number.isdecimal() else None
    return "" if at is None else f"{path}.{at}@{version}"


def asked_first(entry: dict[str, Any], argument: str) -> dict[str, Any] | None:
    """The entry as it was typed; None if the row that is to go has been changed since."""
    return entry if by_now(entry, argument) else None


def _holds_anything(argument: str) -> bool:
    """Whether anything was answered in the row; one with a page of its own (it carries a version) was saved there."""
    place, _, version = argument.partition("@")
    return bool(version) or any(
        value.strip() not in UNTOUCHED
        for name, value in request.form.items(multi=True)
        if _is_answer(name, place)
    )


def _is_answer(name: str, place: str) -> bool:
    return name.startswith(f"{place}.") and ":" not in name
