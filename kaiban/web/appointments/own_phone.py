"""The phone somebody has proved to be theirs, for as long as this browser's session knows it: no address names it."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from flask import request, session

from kaiban.domain.filing import read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.returning.phone_codes import Asker
from kaiban.web.access.sessions import renew
from kaiban.web.presentation.preferences import current
from kaiban.web.service import service

_PHONE: Final = "phone"
_NONCE: Final = "phone_nonce"
#: Real time; afterwards a new code is asked for.
LASTS: Final = timedelta(hours=1)


def proved() -> str:
    """The number; "" if none was proved, or not lately."""
    number, at = session.get(_PHONE) or ("", "")
    return number if number and abs(service().wall() - datetime.fromisoformat(at)) < LASTS else ""


def ask() -> list[Defect]:
    """Send a code to the number that was typed."""
    return service().phone_codes.ask(_asker())


def prove() -> list[Defect]:
    """Take the digits that were typed; nothing wrong: the number is theirs from now on."""
    wrong = service().phone_codes.prove(_asker(), request.form.get("digits", ""))
    if not wrong:
        session[_PHONE] = [_asker().phone, service().wall().isoformat()]
        renew()
    return wrong


def _asker() -> Asker:
    nonce = session.get(_NONCE)
    if nonce is None:
        nonce = session[_NONCE] = secrets.token_urlsafe(12)
    number = read_phone(request.form.get("phone", ""))
    return Asker(number, nonce, request.remote_addr or "", current().lang)
