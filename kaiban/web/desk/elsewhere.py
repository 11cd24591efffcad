"""Sign in at the city's own provider, and come back from there."""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request, session, url_for

from kaiban.domain.roles import Role
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import Account
from kaiban.web.access.admission import KIOSK, TurnedAway, signed_in
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.access.openid import OpenIdError, OpenIdProvider
from kaiban.web.desk.signing_in import begin, show
from kaiban.web.desk.turning_away import asked_for
from kaiban.web.responses.kept import again
from kaiban.web.routes import PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("elsewhere")

#: What is remembered while somebody is at the provider.
BEGUN = "openid"
REFUSED = (
    "统一身份认证没有通过，或者您在这里还没有账号。请再试一次；仍然不行的，请联系大厅负责人。"
)


@routes.page("/desk/openid", PUBLIC)
def leave() -> Any:
    """Off to the provider; somebody who has signed in already proves it anew."""
    provider = _provider()
    try:
        url, begun = provider.begin(anew=signed_in() is not None)
    except OpenIdError as error:
        return _refused(error)
    session[BEGUN] = {**begun, "next": asked_for("")}
    return redirect(url, 303)


@routes.page("/desk/openid/back", PUBLIC)
def come_back() -> Any:
    """Back from the provider: a session for the account it named, if there is one."""
    provider = _provider()
    if "again" not in request.args:
        # A page of another site sent the browser here, so it left our strict cookie out; from our own page it does not.
        state, code = (request.args.get(name, "") for name in ("state", "code"))
        to = url_for("elsewhere.come_back", again=1, state=state, code=code)
        return render_template("desk/back.html", to=to)
    begun = session.pop(BEGUN, {})
    if not _is_ours(begun):
        return _refused(OpenIdError("state"))
    try:
        login = provider.finish(request.args.get("code", ""), begun).strip().lower()
    except OpenIdError as error:
        return _refused(error)
    account = service().staff.accounts.get(login)
    if account is None or not account.open or account.role is Role.EMERGENCY:
        return _refused(OpenIdError("account"))
    return _welcomed(account, begun["next"])


def _is_ours(begun: Mapping[str, str]) -> bool:
    """Whether this browser is coming back from where we sent it."""
    state = request.args.get("state", "")
    return bool(begun) and hmac.compare_digest(begun["state"].encode(), state.encode())


def _welcomed(account: Account, to: str) -> Any:
    staff = service().staff
    with staff.audit.recorded("signed_in", account=account.login, at="openid"):
        staff.accounts.signed_in(account.login, service().wall())
    report(SecurityEvent.SIGNED_IN, request.remote_addr or "", account=account.login, at="openid")
    return begin(account, to or url_for("queue.show"), elsewhere=True)


def _provider() -> OpenIdProvider:
    if is_kiosk():
        raise TurnedAway(KIOSK)
    provider = service().openid
    if provider is None:
        abort(404)
    return provider


def _refused(error: OpenIdError) -> Any:
    report(SecurityEvent.SIGN_IN_REFUSED, request.remote_addr or "", why=str(error))
    to = url_for("signing_in.show")
    return again(show, to=to, typed=[("next", asked_for(""))], wrong=[["", REFUSED]])
