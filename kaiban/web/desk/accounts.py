"""Accounts of others, for whoever manages a hall or the system."""

from typing import Any

from flask import abort, redirect, render_template, request, session, url_for

from kaiban.domain.roles import MANAGED, ROLE_TITLES, Act, Role
from kaiban.orchestrator.staff.managing import CHANGES, make, managed
from kaiban.ports import Account
from kaiban.web.access.admission import Staff, the_other, the_staff, the_superior
from kaiban.web.desk.halls import hall_title
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, Routes
from kaiban.web.service import service

routes = Routes("accounts")

LOOK = Staff(Act.MANAGE_ACCOUNTS)
#: Whatever gives or takes rights asks for the password first.
CHANGE = Staff(Act.MANAGE_ACCOUNTS, fresh=True)
#: A one-time password and whose it is, until it was shown.
GIVEN = "given"


@routes.page("/desk/accounts", LOOK)
def show() -> str:
    """Every account that is theirs to change."""
    found = managed(service().staff, the_superior())
    return render_template("desk/accounts.html", accounts=[_row(each) for each in found])


@routes.page("/desk/accounts/new", LOOK)
def new() -> str:
    """What is to be told of a new account."""
    roles = [
        (role.value, say(ROLE_TITLES[role])) for role in Role if role in MANAGED[the_staff().role]
    ]
    return render_template(
        "desk/new_account.html",
        typed=typed(),
        roles=roles,
        halls=_halls(),
        errors=errors_kept(),
    )


@routes.page("/desk/accounts/new", CHANGE, "POST", writes=ADDS)
def add() -> Any:
    """Make it, and show its one-time password once."""
    wanted = _wanted()
    made = make(service().staff, wanted, the_superior())
    if not isinstance(made, str):
        return again(new, wrong=to_keep(made))
    return _shown_once(wanted.login, made)


@routes.page("/desk/accounts/<login>", LOOK)
def look() -> str:
    """One account, and what can be done with it."""
    other = the_other()
    given = session.get(GIVEN, {})
    if given.get("login") == other.login:
        session.pop(GIVEN)
    return render_template(
        "desk/other_account.html", other=other, row=_row(other),
        password=given.get("password", "") if given.get("login") == other.login else "",
    )  # fmt: skip


@routes.page("/desk/accounts/<login>", CHANGE, "POST", writes=ADDS)
def change() -> Any:
    """Do it."""
    what = request.form.get("do", "")
    if what not in CHANGES:
        abort(400)
    other = the_other()
    password = CHANGES[what](service().staff, other, the_superior())
    if what == "remove":
        return redirect(url_for("accounts.show"), 303)
    return _shown_once(other.login, password)


def _wanted() -> Account:
    sent = {name: value.strip() for name, value in request.form.items()}
    role = sent.get("role", "")
    # What is no role is nobody's to give: refused with whatever else is wrong.
    chosen = Role(role) if role in list(Role) else Role.EMERGENCY
    return Account(
        sent.get("login", "").lower(),
        sent.get("name", ""),
        chosen,
        sent.get("hall", ""),
        sent.get("window", ""),
    )


def _shown_once(login: str, password: str) -> Any:
    if password:
        session[GIVEN] = {"login": login, "password": password}
    return redirect(url_for("accounts.look", login=login), 303)


def _row(account: Account) -> dict[str, str]:
    return {
        "login": account.login, "name": account.name, "role": say(ROLE_TITLES[account.role]),
        "hall": hall_title(account.hall), "window": account.window,
        "state": say(_state(account)), "seen": clock(account.signed_in_at) or say("还没有登录过"),
    }  # fmt: skip


def _state(account: Account) -> str:
    if account.disabled_at:
        return "已停用"
    if account.one_time_until:
        return "等待首次登录"
    return "在用" if account.enrolled else "等待绑定动态口令"


def _halls() -> list[tuple[str, str]]:
    mine = the_staff().position.within(Act.MANAGE_ACCOUNTS)
    return [(name, hall_title(name)) for name in service().staff.halls if mine in ("", name)]
