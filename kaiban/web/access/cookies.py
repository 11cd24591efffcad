"""Every cookie of ours: its name, how it is kept, how it is forgotten.

Where people reach us by https a name begins with ``__Host-``: browsers then take the cookie from us alone, encrypted,
and no neighbour under the same domain can set one for us.
"""

from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

SESSION: Final = "kaiban"
STAFF: Final = "kaiban_staff"
DEVICE: Final = "kaiban_device"
KIOSK: Final = "kaiban_kiosk"
PLACE: Final = "kaiban_place"
LANG: Final = "kaiban_lang"
SIZE: Final = "kaiban_size"
CONTRAST: Final = "kaiban_contrast"
KEYS: Final = "kaiban_keys"


def called(name: str, *, secure: bool) -> str:
    """What browsers know the cookie by."""
    return f"__Host-{name}" if secure else name


def read(name: str) -> str | None:
    """The cookie's value; None without one."""
    return request.cookies.get(called(name, secure=_secure()))


def keep(answer: Response, name: str, value: str, seconds: int) -> None:
    """Have the browser keep it so long; no script can read it."""
    secure = _secure()
    answer.set_cookie(
        called(name, secure=secure), value, max_age=seconds, secure=secure, httponly=True, samesite="Lax"
    )  # fmt: skip


def forget(answer: Response, name: str) -> None:
    """Have the browser forget it, also as it was called before there was a prefix."""
    secure = _secure()
    for each in {name, called(name, secure=secure)}:
        answer.delete_cookie(each, secure=secure, httponly=True, samesite="Lax")


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
