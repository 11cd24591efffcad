"""Come in, go out, and say once more that it is you."""

import secrets
from typing import Any

from flask import redirect, render_template, request, session, url_for

from kaiban.domain.roles import Role
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.orchestrator.staff.signing_in import Attempt, confirm, sign_in
from kaiban.ports import Account, Place
from kaiban.web.access import cookies, sessions
from kaiban.web.access.admission import (
    ELSEWHERE,
    ENROL,
    KIOSK,
    LOCKED,
    PASSWORD,
    Staff,
    TurnedAway,
    prove,
    signed_in,
    the_staff,
)
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.access.sessions import EMERGENCY_LIFETIME, STAFF_LIFETIME
from kaiban.web.desk.turning_away import asked_for, give_back, park, show_parked, take_parked
from kaiban.web.presentation import preferences
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.routes import NOTHING, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("signing_in")

#: A browser is known for so long after somebody came in with it.
_A_YEAR = 365 * 24 * 3600
#: Whatever may still be lacking, a session can be confirmed, locked and ended.
ANYBODY = Staff(despite=frozenset({LOCKED, PASSWORD, ENROL}))


@routes.page("/desk/sign-in", PUBLIC)
def show() -> Any:
    """Account, password and code, all on one page: nothing tells which of them was wrong."""
    if is_kiosk():
        raise TurnedAway(KIOSK)
    if signed_in() is not None:
        return redirect(asked_for(url_for("queue.show")), 303)
    wrong = [
        ("#login" if not pointer else f"#{pointer[1:]}", say(text))
        for pointer, text in told("wrong", [])
    ]
    return render_template(
        "desk/sign_in.html",
        login=typed().get("login", ""),
        next=asked_for(""),
        errors=wrong,
        openid=service().openid is not None,
    )


@routes.page("/desk/sign-in", PUBLIC, "POST", writes=NOTHING)
def come_in() -> Any:
    """Begin a session of that account, if everything is right."""
    if is_kiosk():
        raise TurnedAway(KIOSK)
    device = cookies.read(cookies.DEVICE) or secrets.token_urlsafe(24)
    found = sign_in(service().staff, _attempt(device))
    if not isinstance(found, Account):
        wrong = to_keep(found)
        kept = [(name, request.form.get(name, "")) for name in ("login", "next")]
        return again(show, typed=kept, wrong=wrong)
    answer = begin(found, asked_for(url_for("queue.show")))
    cookies.keep(answer, cookies.DEVICE, device, _A_YEAR)
    return answer


@routes.page("/desk/sign-out", ANYBODY, "POST", writes=NOTHING)
def go() -> Any:
    """End the session, here and at the server."""
    session.clear()
    return redirect(url_for("signing_in.show"), 303)


@routes.page("/desk/lock", ANYBODY, "POST", writes=NOTHING)
def lock() -> Any:
    """Let nothing be opened until the password is given: pressed, or after a while without a touch.

    What was typed on the page meanwhile comes along.
    """
    session[LOCKED] = True
    pairs = request.form.items(multi=True)
    park([(n.removeprefix("kept."), v) for n, v in pairs if n.startswith("kept.")], asked_for(""))
    here = asked_for("")
    return redirect(url_for("signing_in.ask_again", next=here or None), 303)


@routes.page("/desk/confirm", ANYBODY)
def ask_again() -> Any:
    """The password, once more."""
    return render_template(
        "desk/confirm.html",
        locked=LOCKED in session,
        elsewhere=ELSEWHERE in session,
        next=asked_for(""),
        errors=[("#password", say(text)) for text in told("wrong", [])],
    )


@routes.page("/desk/confirm", ANYBODY, "POST", writes=NOTHING)
def prove_again() -> Any:
    """Take it; too many wrong ones end the session."""
    account, this = the_staff(), sessions.this()
    right = confirm(service().staff, account, request.form.get("password", ""), this.started())
    if right:
        prove()
        sessions.renew()
        return give_back(take_parked(account.login), asked_for(url_for("queue.show")))
    report(SecurityEvent.CONFIRMATION_REFUSED, request.remote_addr or "", account=account.login)
    if right is None:
        ours = service().staff.sessions
        ours.end(account.login, service().wall(), name=ours.name_of(this.sid))
        return redirect(url_for("signing_in.show"), 303)
    kept = [("next", asked_for(""))]
    return again(ask_again, typed=kept, wrong=[WRONG])


@routes.page("/desk/go-on", Staff())
def go_on() -> Any:
    """What was typed before the session ended or was locked."""
    return show_parked()


@routes.page("/desk/prefs", PUBLIC, "POST", writes=NOTHING)
def prefer() -> Any:
    """Language, size and contrast, chosen on a page of staff."""
    return preferences.change()


def _attempt(device: str) -> Attempt:
    sent = request.form
    place = Place(device, request.remote_addr or "")
    return Attempt.read(
        sent.get("login", ""), sent.get("password", ""), sent.get("code", ""), place
    )


def begin(account: Account, to: str, *, elsewhere: bool = False) -> Any:
    """Begin a session of that account, and on to that page; ``elsewhere``: another system has proved who it is."""
    parked = take_parked(account.login)
    emergency = account.role is Role.EMERGENCY
    sessions.this().begin(account.login, EMERGENCY_LIFETIME if emergency else STAFF_LIFETIME)
    session["from"] = request.remote_addr or ""
    if elsewhere:
        session[ELSEWHERE] = True
    prove()
    return give_back(parked, to)


WRONG = "口令不正确，请重新输入；连续错 5 次后要重新登录。"
