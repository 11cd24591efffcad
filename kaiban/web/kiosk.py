"""The kiosk profile (自助机): a machine of the hall that forgets whoever used it.

A cookie of the machine's browser turns it on at `/kiosk`, and whoever looks after the machine turns it off there: both
with the hall's key, which visitors have not got. That the cookie is there is enough: whoever forges it has a browser
that forgets. Filings stay with us: whoever was interrupted goes on with the resume code.
"""

from typing import Any

from flask import redirect, render_template, request, session, url_for

from kaiban.web.access import cookies
from kaiban.web.access.kiosk_device import PLAIN, PRINTING, is_kiosk
from kaiban.web.appointments.place import hall_here, put
from kaiban.web.responses.kept import again
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import NOTHING, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("kiosk")

#: Real seconds without a touch until the machine forgets; the page counts down before.
IDLE = 60
#: The same for a browser without scripts, which cannot tell reading from being left: a page's whole life.
IDLE_WITHOUT_SCRIPTS = 600
_TEN_YEARS = 10 * 365 * 24 * 3600
#: What one visitor chose is not the next one's choice.
_CHOSEN = (cookies.LANG, cookies.SIZE, cookies.CONTRAST)


@routes.page("/kiosk", PUBLIC)
def show() -> str:
    """How the machine is set up, for whoever looks after it."""
    return _render()


@routes.page("/kiosk", PUBLIC, "POST", writes=NOTHING)
def turn() -> Any:
    """Make this browser a kiosk, or one like any other again, for whoever knows the key."""
    wrong = service().kiosk_key.try_key(request.form.get("key", ""), request.remote_addr or "")
    if wrong:
        return again(show, typed=(), wrong=to_keep(wrong))  # the key is on no page again
    answer = _forgotten()
    if request.form.get("do") == "off":
        cookies.forget(answer, cookies.KIOSK)
        put(answer, "")
    else:
        fitted = PRINTING if "printer" in request.form else PLAIN
        cookies.keep(answer, cookies.KIOSK, fitted, _TEN_YEARS)
        put(answer, request.form.get("hall", ""))
    return answer


@routes.page("/kiosk/reset", PUBLIC, "POST", writes=NOTHING)
def reset() -> Any:
    """Forget whoever was here: pressed, or after a while without a touch."""
    return _forgotten()


@routes.page("/kiosk/left", PUBLIC)
def left() -> Any:
    """The same for a browser without scripts, whose page has lived long enough; on a kiosk only."""
    return _forgotten() if is_kiosk() else redirect("/", 303)


def _render() -> str:
    return render_template(
        "kiosk.html",
        idle=IDLE,
        fitted=service().kiosk_key.fitted,
        halls=[(name, hall.title) for name, hall in service().queue.halls.items()],
        here=hall_here(),
        errors=errors_kept(),
    )


def _forgotten() -> Any:
    session.clear()
    answer = redirect(url_for("numbers.show") if hall_here() else "/", 303)
    for name in _CHOSEN:
        cookies.forget(answer, name)
    # Nor does somebody of the staff stay signed in on it.
    if sid := cookies.read(cookies.STAFF):
        service().sessions.remove(sid)
        cookies.forget(answer, cookies.STAFF)
    return answer
