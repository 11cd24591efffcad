"""Whose browser asks: somebody's own, or a machine of the hall (自助机) that people use one after another."""

from flask import request

COOKIE = "kaiban_kiosk"
#: What the cookie says of a machine without a printer, and of one with.
PLAIN, PRINTING = "1", "prints"


def is_kiosk() -> bool:
    """Whether this request comes from a machine of the hall."""
    return COOKIE in request.cookies


def has_printer() -> bool:
    """Whether the machine of the hall has a printer."""
    return request.cookies.get(COOKIE) == PRINTING
