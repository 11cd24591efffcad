"""Whose browser asks: somebody's own, or a machine of the hall (自助机) that people use one after another."""

from flask import request

from kaiban.web.access import cookies

#: What the cookie says of a machine without a printer, and of one with.
PLAIN, PRINTING = "1", "prints"


def is_kiosk() -> bool:
    """Whether this request comes from a machine of the hall."""
    return _cookie() is not None


def has_printer() -> bool:
    """Whether the machine of the hall has a printer."""
    return _cookie() == PRINTING


def _cookie() -> str | None:
    """The machine's cookie; one from before names had a prefix counts, lest a machine stop forgetting."""
    found = cookies.read(cookies.KIOSK)
    return found if found is not None else request.cookies.get(cookies.KIOSK)
