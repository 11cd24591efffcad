"""What was typed, kept at the server for the next page: every form is answered with a redirect, also one with mistakes.

So a browser can go back and forth as on any other page, and never asks whether to send something again. It is
kept sealed in the session, the latest few, and seen by nobody else.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import g, make_response, redirect, request, session
from werkzeug.datastructures import MultiDict

from forms import jsontext

#: Under this name an address says which of them it shows.
NAME = "kept"
#: So many are kept for a browser: a few pages side by side, and the way back.
MOST = 4
#: Characters; what is larger (a pasted roster) is answered at once, without a redirect.
LARGEST = 40_000

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Kept:
    """What was typed into a form, what is to be said of it, and with which status."""

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    told: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def again(
    show: Callable[[], Any], status: int = 422, *, to: str = "", typed: Pairs | None = None,
    headers: Mapping[str, str] | None = None, **told: Any,
) -> Any:  # fmt: skip
    """Have the page at ``to`` (the one that was posted to) shown by ``show``, with what was typed and told."""
    pairs = _pairs(request.form.items(multi=True) if typed is None else typed)
    g.kept = Kept(MultiDict(pairs), told, status, headers or {})
    text = jsontext.write([pairs, told, status, headers or {}])
    if len(text) > LARGEST:
        return _with_status(show())
    name = secrets.token_urlsafe(6)
    others = [each for each in session.get(NAME, []) if each[0] != name]
    session[NAME] = [*others, [name, text]][-MOST:]
    return redirect(_address(to, name), 303)


def kept() -> Kept:
    """What the page is to show; nothing for one that was only asked for."""
    found: Kept | None = g.get("kept")
    return found if found is not None else Kept()


def typed() -> MultiDict[str, str]:
    """What was typed into the page's form, just now or before the redirect; empty where nothing was."""
    return request.form if request.method == "POST" and "kept" not in g else kept().typed


def told(name: str, usual: Any = None) -> Any:
    """What was said of it under that name."""
    return kept().told.get(name, usual)


def told_once(name: str) -> Any:
    """The same for this page alone: opened again, the address says no more than the page itself."""
    found = told(name)
    if found is not None:
        session[NAME] = [
            each for each in session.get(NAME, []) if each[0] != request.args.get(NAME)
        ]
    return found


def shown(view: Callable[[], Any]) -> Any:
    """What the view answers, with the status of what it shows."""
    if request.method == "GET" and NAME in request.args:
        g.kept = _found(request.args[NAME])
    return _with_status(view()) if kept().told or kept().typed else view()


def _with_status(answer: Any) -> Any:
    made = make_response(answer)
    if made.status_code == 200:  # noqa: PLR2004 - a page, and not the way to another
        made.status_code = kept().status
        made.headers.update(kept().headers)
    return made


def _found(name: str) -> Kept:
    text = next((text for each, text in session.get(NAME, []) if each == name), "")
    if not text:
        return Kept()  # gone: the page is shown as it stands
    pairs, told, status, headers = jsontext.read(text)
    return Kept(MultiDict([(n, v) for n, v in pairs]), told, int(status), headers)


def _pairs(typed: Pairs) -> list[tuple[str, str]]:
    return [(name, value) for name, value in typed if name != "csrf_token"]


def _address(to: str, name: str) -> str:
    """The address with the name in place of one it had."""
    parts = urlsplit(to or request.full_path)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in asked if pair[0] != NAME]
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}?{urlencode([*query, (NAME, name)])}{anchor}"
