"""Come back on another device: resume code (续办码) and the code sent to the phone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from forms.tour import mask
from kaiban.domain.filing import Filing, read_phone
from kaiban.domain.notice import Defect
from kaiban.orchestrator.applicant.filing import keep
from kaiban.orchestrator.applicant.resuming import Claim
from kaiban.ports import ChangedElsewhere
from kaiban.web.kept import again, told, typed
from kaiban.web.routes import CHANGES, NOTHING, OWNER, PUBLIC, Routes, remember, the_filing
from kaiban.web.service import office, service
from kaiban.web.stale import Stale, fingerprint, seen
from kaiban.web.words import say

routes = Routes("returning")

#: What was typed before the session ended travels along under this prefix.
KEPT = "kept."
NO_NUMBER = "请填写 11 位手机号码。"


@routes.page("/resume", PUBLIC)
def ask() -> str:
    """Which filing, and whose phone; then the digits that were sent there."""
    return _render(told("step", "ask"), told("wrong", []))


@routes.page("/resume", PUBLIC, "POST", writes=NOTHING)
def go_on() -> Any:
    """First send a code, then take it and open the filing; nothing tells whether a code exists."""
    claim = _claim()
    if request.form.get("do") != "prove":
        wrong = service().resuming.ask(claim)
        return _again("ask", wrong) if wrong else _again("prove", [], 200)
    found = service().resuming.prove(claim, request.form.get("digits", ""))
    if not isinstance(found, Filing):
        return _again("prove", found)
    remember(found.id)
    return _opened(found)


@routes.page("/a/<aid>/phone", OWNER)
def phone() -> str:
    """The number to come back with."""
    return render_template(
        "applicant/phone.html",
        filing=the_filing(),
        phone=typed().get("phone", ""),
        version=_version(the_filing()),
        errors=[("#phone", say(NO_NUMBER))] if typed() else [],
    )


@routes.page("/a/<aid>/phone", OWNER, "POST", writes=CHANGES)
def keep_phone() -> Any:
    """Keep the number, if it is one."""
    filing, number = the_filing(), read_phone(request.form.get("phone", ""))
    if not number:
        return again(phone)
    if number != filing.phone and seen() != _version(filing):
        raise _stale(filing, number)
    _kept_phone(filing, number)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _version(filing: Filing) -> str:
    return fingerprint(filing.phone)


def _stale(filing: Filing, number: str) -> Stale:
    to = url_for("returning.phone", aid=filing.id)
    there = mask(filing.phone) if filing.phone else say("（没有填）")
    return Stale([(say("手机号码"), mask(number), there)], to, to, _version(filing))


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
    sent = request.form
    return Claim.read(sent.get("code", ""), sent.get("phone", ""), request.remote_addr or "")


def _again(step: str, wrong: Sequence[Defect], status: int = 422) -> Any:
    mistakes = [[each.pointer, each.message] for each in wrong]
    return again(ask, status, step=step, wrong=mistakes)


def _render(step: str, wrong: Sequence[Sequence[str]]) -> str:
    return render_template(
        "applicant/resume.html",
        step=step,
        code=typed().get("code", ""),
        phone=typed().get("phone", ""),
        typed=_kept(),
        back=typed().get("next", ""),
        errors=[(f"#{pointer[1:]}", say(message)) for pointer, message in wrong],
    )


def _kept() -> list[tuple[str, str]]:
    """What was typed on the page the session ended on, as hidden controls."""
    pairs = MultiDict(typed()).items(multi=True)
    return [(name, value) for name, value in pairs if name.startswith(KEPT)]


def _opened(filing: Filing) -> Any:
    """Back to where somebody was, with what was typed there, or else to the filing's first page."""
    page = _page_of(filing)
    if page and _kept():
        pairs = [(name.removeprefix(KEPT), value) for name, value in _kept()]
        return render_template("applicant/kept.html", to=page, typed=pairs)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _page_of(filing: Filing) -> str:
    """A page of this very filing, whatever address was sent along."""
    path = urlsplit(request.form.get("next", "")).path
    part = "t" if filing.case_no else "a"
    return path if path.startswith(f"/{part}/{filing.id}/") else ""
