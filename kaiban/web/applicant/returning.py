"""Come back on another device: resume code (续办码) and the code sent to the phone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from kaiban.domain.filing import Filing, read_phone
from kaiban.domain.notice import Defect
from kaiban.orchestrator.applicant.filing import keep
from kaiban.orchestrator.applicant.resuming import Claim
from kaiban.ports import ChangedElsewhere
from kaiban.web.routes import OWNER, PUBLIC, Routes, remember, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("returning")

#: What was typed before the session ended travels along under this prefix.
KEPT = "kept."


@routes.page("/resume", PUBLIC)
def ask() -> str:
    """Which filing, and whose phone."""
    return _render("ask", [])


@routes.page("/resume", PUBLIC, "POST")
def go_on() -> Any:
    """First send a code, then take it and open the filing; nothing tells whether a code exists."""
    claim = _claim()
    if request.form.get("do") != "prove":
        wrong = service().resuming.ask(claim)
        return (_render("ask", wrong), 422) if wrong else _render("prove", [])
    found = service().resuming.prove(claim, request.form.get("digits", ""))
    if not isinstance(found, Filing):
        return _render("prove", found), 422
    remember(found.id)
    return _opened(found)


@routes.page("/a/<aid>/phone", OWNER)
def phone() -> str:
    """The number to come back with."""
    return render_template("applicant/phone.html", filing=the_filing(), errors=[])


@routes.page("/a/<aid>/phone", OWNER, "POST")
def keep_phone() -> Any:
    """Keep the number, if it is one."""
    filing, number = the_filing(), read_phone(request.form.get("phone", ""))
    if not number:
        errors = [("#phone", say("请填写 11 位手机号码。"))]
        return render_template("applicant/phone.html", filing=filing, errors=errors), 422
    _kept_phone(filing, number)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _kept_phone(filing: Filing, number: str) -> None:
    """A draft is saved with it; what has been submitted is closed but for its number."""
    if filing.case_no:
        service().filings.reach(filing.id, number)
        return
    try:
        keep(office(), service().filings, replace(filing, phone=number))
    except ChangedElsewhere as error:
        _kept_phone(error.current, number)


def _claim() -> Claim:
    typed = request.form
    return Claim.read(typed.get("code", ""), typed.get("phone", ""), request.remote_addr or "")


def _render(step: str, wrong: Sequence[Defect]) -> str:
    return render_template(
        "applicant/resume.html",
        step=step,
        code=request.form.get("code", ""),
        phone=request.form.get("phone", ""),
        typed=_kept(),
        back=request.form.get("next", ""),
        errors=[(f"#{each.pointer[1:]}", say(each.message)) for each in wrong],
    )


def _kept() -> list[tuple[str, str]]:
    """What was typed on the page the session ended on, as hidden controls."""
    pairs = MultiDict(request.form).items(multi=True)
    return [(name, value) for name, value in pairs if name.startswith(KEPT)]


def _opened(filing: Filing) -> Any:
    """Back to where somebody was, with what was typed there, or else to the filing's first page."""
    page = _page_of(filing)
    if page and _kept():
        typed = [(name.removeprefix(KEPT), value) for name, value in _kept()]
        return render_template("applicant/kept.html", to=page, typed=typed)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _page_of(filing: Filing) -> str:
    """A page of this very filing, whatever address was sent along."""
    path = urlsplit(request.form.get("next", "")).path
    part = "t" if filing.case_no else "a"
    return path if path.startswith(f"/{part}/{filing.id}/") else ""
