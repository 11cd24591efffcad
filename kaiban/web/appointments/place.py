"""In which hall a machine stands: said once by whoever has the hall's key, and signed, so that nobody else can."""

import hashlib
from typing import Final

from itsdangerous import BadSignature, Signer
from werkzeug.wrappers import Response

from kaiban.web.access import cookies
from kaiban.web.service import service

_TEN_YEARS: Final = 10 * 365 * 24 * 3600


def put(answer: Response, hall: str) -> None:
    """Let the machine that gets this answer give the numbers of a hall; of none if there is no such hall."""
    if hall in service().queue.halls:
        signed = _signer().sign(hall.encode()).decode()
        cookies.keep(answer, cookies.PLACE, signed, _TEN_YEARS)
    else:
        cookies.forget(answer, cookies.PLACE)


def hall_here() -> str:
    """The hall this machine stands in; "" where it gives no numbers. Nobody can say so without the hall's key."""
    try:
        hall = _signer().unsign(cookies.read(cookies.PLACE) or "").decode()
    except BadSignature:
        return ""
    return hall if hall in service().queue.halls else ""


def _signer() -> Signer:
    # With another key of the hall, machines are set up anew.
    key = hashlib.sha256(service().kiosk_key.key.encode()).hexdigest()
    return Signer(service().secret, salt=f"place {key}".encode())
