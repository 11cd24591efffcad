"""One's own account: a password of one's own, an authenticator, where one is signed in."""

from typing import Any

import segno
from flask import redirect, render_template, request, session, url_for
from markupsafe import Markup

from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import ROLE_TITLES
from kaiban.orchestrator.staff.own_account import NewPassword, choose_password, enrol, set_mail
from kaiban.orchestrator.staff.second_factor import address, new_secret, printed
from kaiban.ports import Place
from kaiban.web.access import cookies, sessions
from kaiban.web.access.admission import ENROL, PASSWORD, Staff, the_staff
from kaiban.web.desk.halls import hall_title
from kaiban.web.desk.turning_away import give_back, take_parked
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, NOTHING, Routes
from kaiban.web.service import service

routes = Routes("own_account")

#: The secret that is being shown, until a code proves that an authenticator has it.
OFFERED = "offered"
#: What is shown once: recovery codes just made.
CODES = "codes"


@routes.page("/desk/account", Staff())
def show() -> str:
    """Who one is here, and where one is signed in."""
    account = the_staff()
    return render_template(
        "desk/account.html",
        role=say(ROLE_TITLES[account.role]),
        hall=hall_title(account.hall),
        left=service().staff.accounts.recovery_codes_left(account.login),
        sessions=_sessions(),
        errors=errors_kept(),
        mail=typed().get("mail", account.mail),
    )


@routes.page("/desk/account/mail", Staff(), "POST", writes=ADDS)
def tell() -> Any:
    """Be told of cards and tasks there from now on."""
    wrong = set_mail(service().staff, the_staff(), request.form.get("mail", ""))
    to = url_for("own_account.show")
    return again(show, to=to, wrong=to_keep(wrong)) if wrong else redirect(to, 303)


@routes.page("/desk/account/sessions", Staff(), "POST", writes=ADDS)
def end() -> Any:
    """End one of one's sessions, or all but this one."""
    name = request.form.get("name", "")
    service().staff.sessions.end(
        the_staff().login, service().wall(), name=name, but="" if name else sessions.this().sid
    )
    return redirect(url_for("own_account.show"), 303)


@routes.page("/desk/password", Staff(despite=frozenset({PASSWORD, ENROL})))
def password() -> str:
    """A password of one's own, in place of the one before."""
    given = the_staff().one_time_until is not None
    return render_template("desk/password.html", given=given, errors=errors_kept())


@routes.page("/desk/password", Staff(despite=frozenset({PASSWORD, ENROL})), "POST", writes=NOTHING)
def choose() -> Any:
    """Take it, if it is a good one; every other session of the account ends."""
    sent = request.form
    chosen = NewPassword(sent.get("before", ""), sent.get("new", ""), sent.get("again", ""))
    here = sessions.this().sid
    wrong = choose_password(service().staff, the_staff(), chosen, _place(), here)
    if wrong:
        return _again(password, wrong)
    sessions.renew()
    enrolled = the_staff().enrolled
    return redirect(url_for("own_account.show" if enrolled else "own_account.authenticator"), 303)


@routes.page("/desk/authenticator", Staff(fresh=True, despite=frozenset({ENROL})))
def authenticator() -> str:
    """A secret for an authenticator, as a QR code and in letters."""
    secret = session.get(OFFERED) or new_secret()
    session[OFFERED] = secret
    uri = address(secret, the_staff().login, f"{say(service().staff.city)} {say('企业开办')}")
    drawn = segno.make(uri, error="m").svg_inline(border=2, omitsize=True)
    return render_template(
        "desk/authenticator.html",
        qr=Markup(drawn),  # noqa: S704 - drawn here, it holds nothing but squares
        letters=printed(secret),
        errors=errors_kept(),
    )


@routes.page(
    "/desk/authenticator", Staff(fresh=True, despite=frozenset({ENROL})), "POST", writes=NOTHING
)
def bind() -> Any:
    """Take it, if the code it shows is right; then the recovery codes are shown, this once."""
    secret = session.get(OFFERED, "")
    found = enrol(service().staff, the_staff(), secret, request.form.get("code", ""), _place())
    if found and isinstance(found[0], Defect):
        return _again(authenticator, [each for each in found if isinstance(each, Defect)])
    session.pop(OFFERED, None)
    session[CODES] = found
    sessions.renew()
    return redirect(url_for("own_account.recovery"), 303)


@routes.page("/desk/recovery", Staff())
def recovery() -> Any:
    """The recovery codes, until the page is left."""
    if CODES not in session:
        return redirect(url_for("own_account.show"), 303)
    return render_template("desk/recovery.html", codes=session[CODES])


@routes.page("/desk/recovery", Staff(), "POST", writes=NOTHING)
def noted() -> Any:
    """They were written down: they are shown no more."""
    session.pop(CODES, None)
    return give_back(take_parked(the_staff().login), url_for("queue.show"))


def _place() -> Place:
    return Place(cookies.read(cookies.DEVICE) or "", request.remote_addr or "")


def _sessions() -> list[dict[str, Any]]:
    ours, here = service().staff.sessions, sessions.this().sid
    found = ours.of_account(the_staff().login, service().wall())
    return [
        {
            "name": name, "here": name == ours.name_of(here), "began": clock(each.created_at),
            "used": clock(each.used_at), "from": each.values.get("from", ""),
        }
        for name, each in found
    ]  # fmt: skip


def _again(show_: Any, wrong: list[Defect]) -> Any:
    return again(show_, typed=(), wrong=to_keep(wrong))
