"""Withdraw the case (撤回): what would be taken back and what stays is said before anybody confirms."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.orchestrator.applicant.withdrawing import CHANGED, fates, withdraw
from kaiban.web.following.changes.taking_back import fates_of
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told
from kaiban.web.responses.stale import seen
from kaiban.web.routes import CHANGES, OWNER, Routes, the_filing
from kaiban.web.service import office

routes = Routes("withdrawing")

UNSURE = "请先勾选确认，再点“确认撤回”。"


@routes.page("/t/<aid>/withdraw", OWNER)
def show() -> Any:
    """Link by link what would become of it."""
    case = the_case()
    return _progress() if case.withdrawing and not case.ended else _render(case)


@routes.page("/t/<aid>/withdraw", OWNER, "POST", writes=CHANGES)
def confirm() -> Any:
    """Withdraw it; a second click finds it withdrawn and says how far that is."""
    case = the_case()
    if case.withdrawing:
        return _progress()
    if not case.ended and request.form.get("sure") != "yes":
        return again(show, wrong=[["#sure", say(UNSURE)]])
    found = withdraw(office(), case.no, told=seen().split("."))
    if isinstance(found, Case) or the_case().withdrawing:
        return _progress()
    status = 409 if CHANGED in found else 422
    return again(show, status, typed=(), wrong=[["", say(each.message)] for each in found])


def _progress() -> Any:
    return redirect(url_for("progress.show", aid=the_filing().id), 303)


def _render(case: Case) -> str:
    return render_template(
        "following/withdraw.html",
        filing=the_filing(),
        case=case,
        rows=[] if case.ended else fates_of(case),
        version=".".join(fates(office(), case)),
        errors=told("wrong", []),
    )
