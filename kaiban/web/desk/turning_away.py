"""Whoever is turned away from a page of staff: where to go instead, and what becomes of what they had typed.

It is laid aside at the server, sealed, for the account whose session it was, and given back once the same person
has come in. Nobody else who sits down at that counter gets to see it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import redirect, render_template, request, session, url_for

from kaiban.web.access import sessions
from kaiban.web.access.admission import (
    ACT,
    CONFIRM,
    ENROL,
    KIOSK,
    LOCKED,
    PASSWORD,
    SIGN_IN,
    TurnedAway,
)
from kaiban.web.access.sessions import is_staff_path
from kaiban.web.responses.kept import Pairs, again, kept, told
from kaiban.web.service import service

#: Under this name it is laid aside: for whom, what, and where it was to go.
PARKED: Final = "parked"
#: Typed here are secrets: never laid aside, on no page again.
WITH_SECRETS: Final = frozenset(
    {"signing_in.come_in", "signing_in.prove_again", "own_account.choose", "own_account.bind"}
)


def turned_away(error: TurnedAway) -> Any:
    """The answer to somebody whom a page does not let in."""
    return _ANSWERS[error.why]()


def park(pairs: Pairs, to: str) -> None:
    """Lay aside what was typed, for whose session this is or, if it has just ended, was."""
    this = sessions.this()
    by = this.account or (service().staff.sessions.account_of(this.sid) if this.sid else "")
    found = [[name, value] for name, value in pairs if name != "csrf_token"]
    if by and found and ours(to):
        session[PARKED] = {"by": by, "to": to, "typed": found}


def take_parked(login: str) -> dict[str, Any]:
    """What was laid aside for that account, this once; nothing if it was somebody else's."""
    found: dict[str, Any] = session.pop(PARKED, {})
    return found if found.get("by") == login else {}


def give_back(parked: Mapping[str, Any], to: str) -> Any:
    """On to the page that was asked for; first what was typed on it, to be sent by a press."""
    if not parked:
        return redirect(to, 303)
    pairs = [(name, value) for name, value in parked["typed"]]
    return again(show_parked, 200, to=url_for("signing_in.go_on"), typed=pairs, back=parked["to"])


def show_parked() -> Any:
    """What was laid aside, and a button that sends it."""
    if not told("back"):
        return redirect(url_for("queue.show"), 303)
    pairs = list(kept().typed.items(multi=True))
    return render_template("desk/parked.html", to=told("back"), typed=pairs)


def ours(path: str) -> bool:
    """Whether an address leads to a page of staff."""
    return is_staff_path(path) and path.isprintable() and "\\" not in path


def asked_for(usual: str) -> str:
    """The page somebody wanted, as the address or the form has it; nothing but one of staff's."""
    found = request.values.get("next") or kept().typed.get("next", "")
    return found if ours(found) else usual


def _to(endpoint: str, *, comes_back: bool = True) -> Callable[[], Any]:
    def answer() -> Any:
        if request.method == "POST" and request.endpoint not in WITH_SECRETS:
            park(request.form.items(multi=True), request.full_path.removesuffix("?"))
        asked = request.method == "GET" and comes_back
        back = request.full_path.removesuffix("?") if asked else ""
        return redirect(url_for(endpoint, next=back if ours(back) else None), 303)

    return answer


def _refused(title: str, text: str) -> Callable[[], Any]:
    return lambda: (render_template("desk/refused.html", what=title, why=text), 403)


_ANSWERS: Final[Mapping[str, Callable[[], Any]]] = {
    SIGN_IN: _to("signing_in.show"),
    LOCKED: _to("signing_in.ask_again"),
    CONFIRM: _to("signing_in.ask_again"),
    PASSWORD: _to("own_account.password", comes_back=False),
    ENROL: _to("own_account.authenticator", comes_back=False),
    KIOSK: _refused(
        "自助机上不能登录", "工作人员账号只能在窗口的电脑上登录，不能在自助机上登录。"
    ),
    ACT: _refused("您的账号没有这项权限", "需要办理的，请联系大厅负责人。"),
}
