"""A page that is older than what it would change: both are shown, nothing is lost, and a press keeps one of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from forms import jsontext
from kaiban.web.responses.kept import Pairs, again, kept

#: The control that carries what a page was read from.
VERSION = "version"
#: What a form says that was sent once more over what others have saved.
MINE = "mine"

#: What it is about, what was typed here, what is saved now.
Rows = Sequence[Sequence[str]]


@dataclass
class Stale(Exception):  # noqa: N818 - named for what it tells
    """What was sent was made from something that has changed since.

    ``rows`` has both (what is the same on both sides is left out), ``back`` is where what is saved is shown. ``to`` is where what was typed can be sent over
    it, made from ``version``; "" where that is not possible any more. ``typed``: if its controls have other names by now.
    """

    rows: Rows
    back: str
    to: str = ""
    version: str = ""
    typed: Pairs | None = None


def fingerprint(value: Any) -> str:
    """What tells one state of something from another."""
    return hashlib.sha256(jsontext.write(value).encode()).hexdigest()[:16]


def seen() -> str:
    """The version the page that was sent was made from."""
    return request.form.get(VERSION, "")


def is_mine() -> bool:
    """Whether both were looked at and this one was to stay."""
    return MINE in request.form


def both(error: Stale) -> Any:
    """Have both shown."""
    sent = request.form.items(multi=True) if error.typed is None else error.typed
    pairs = [(name, value) for name, value in sent if name not in (VERSION, MINE)]
    rows = [list(row) for row in error.rows if (row[1] or "").strip() != (row[2] or "").strip()]
    return again(
        show, 409, to=error.back, typed=pairs,
        stale={"rows": rows, "to": error.to, "version": error.version, "back": error.back},
    )  # fmt: skip


def is_stale() -> bool:
    """Whether the page asked for is one that shows both."""
    return request.method == "GET" and "stale" in kept().told


def show() -> str:
    """Both, side by side."""
    pairs = list(kept().typed.items(multi=True))
    do = [value for name, value in pairs if name == "do"]
    return render_template(
        "stale.html",
        **kept().told["stale"],
        typed=[pair for pair in pairs if pair[0] != "do"],
        do=do[-1] if do else "save",
    )
