"""Come back on another device: resume code (续办码) and the code sent to the phone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from forms.structure.tour import mask
from kaiban.domain.filing import Filing, read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.filing import keep
from kaiban.orchestrator.applicant.returning import reaching
from kaiban.orchestrator.applicant.returning.resuming import Claim
from kaiban.ports import ChangedElsewhere
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.responses.stale import Stale, fingerprint, seen
from kaiban.web.responses.way_back import own_page
from kaiban.web.routes import CHANGES, NOTHING, OWNER, PUBLIC, Routes, remember, the_filing
from kaiban.web.service import office, service

routes = Routes("returning")

#: What was typed before the session ended travels along under this prefix.
KEPT = "kept."
NO_NUMBER = "请填写 11 位手机号码。"


@routes.page("/resume", PUBLIC)
def ask() -> str:
    """Which filing, and whose phone; then the digits that were sent there; then what was typed before."""
    if to := told("to_page"):
        return render_template("applicant/kept.html", to=to, typed=_typed_before())
    return _render(told("step", "ask"))


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
    """The number to come back with; then the digits that were sent there."""
    return render_template(
        "applicant/phone.html",
        filing=the_filing(),
        step=told("step", "leave"),
        phone=typed().get("phone", ""),
        version=_version(the_filing()),
        proves=reaching.can_prove(service().resuming),
        errors=errors_kept(),
    )


@routes.page("/a/<aid>/phone", OWNER, "POST", writes=CHANGES)
def keep_phone() -> Any:
    """Keep the number, if it is one and, where that can be known, theirs who leave it."""
    filing, number = the_filing(), read_phone(request.form.get("phone", ""))
    if not number:
        return again(phone, wrong=[["/phone", NO_NUMBER]])
    if number != filing.phone and seen() != _version(filing):
        raise _stale(filing, number)
    if reaching.can_prove(service().resuming) and (answer := _unproved(filing, number)):
        return answer
    _kept_phone(filing, number)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _unproved(filing: Filing, number: str) -> Any:
    """Where to go on as long as the number is not proved; None once it is."""
    way, here = service().resuming, request.remote_addr or ""
    if request.form.get("do") != "prove":
        wrong = reaching.ask(way, filing, number, here)
        return _phone_again("leave" if wrong else "prove", wrong)
    wrong = reaching.prove(way, filing, number, request.form.get("digits", ""), here)
    return _phone_again("prove", wrong) if wrong else None


def _phone_again(step: str, wrong: Sequence[Defect]) -> Any:
    return again(phone, 422 if wrong else 200, step=step, wrong=to_keep(wrong))


def _version(filing: Filing) -> str:
    return fingerprint(filing.phone)


def _stale(filing: Filing, number: str) -> Stale:
    to = url_for("returning.phone", aid=filing.id)
    there = mask(filing.phone) if filing.phone else say("（没有填）")
    return Stale([(say("手机号码"), mask(number), there)], to, to, _version(filing))


def _kept_phone(filing: Filing, number: str) -> None:
    """A draft is saved with it; what has been submitted is closed but for its number."""
    proved = number if reaching.can_prove(service().resuming) else ""
    if filing.case_no:
        service().filings.reach(filing.id, number)
        if proved:
            service().filings.proved(replace(filing, phone=number))
        return
    try:
        keep(office(), service().filings, replace(filing, phone=number, proved=proved))
    except ChangedElsewhere as error:
        _kept_phone(error.current, number)


def _claim() -> Claim:
    sent = request.form
    return Claim.read(sent.get("code", ""), sent.get("phone", ""), request.remote_addr or "")


def _again(step: str, wrong: Sequence[Defect], status: int = 422) -> Any:
    return again(ask, status, step=step, wrong=to_keep(wrong))


def _render(step: str) -> str:
    return render_template(
        "applicant/resume.html",
        step=step,
        code=typed().get("code", ""),
        phone=typed().get("phone", ""),
        typed=_kept(),
        back=typed().get("next", ""),
        errors=errors_kept(),
    )


def _kept() -> list[tuple[str, str]]:
    """What was typed on the page the session ended on, as hidden controls."""
    pairs = MultiDict(typed()).items(multi=True)
    return [(name, value) for name, value in pairs if name.startswith(KEPT)]


def _typed_before() -> list[tuple[str, str]]:
    return [(name.removeprefix(KEPT), value) for name, value in _kept()]


def _opened(filing: Filing) -> Any:
    """Back to where somebody was, with what was typed there, or else to the filing's first page."""
    page = _page_of(filing)
    if page and _kept():
        return again(ask, 200, typed=_kept(), to_page=page)
    where = "progress.show" if filing.case_no else "filling.tasks"
    return redirect(url_for(where, aid=filing.id), 303)


def _page_of(filing: Filing) -> str:
    """A page of this very filing, whatever address was sent along."""
    path, *_ = own_page(request.form.get("next", "")).partition("?")
    part = "t" if filing.case_no else "a"
    return path if path.startswith(f"/{part}/{filing.id}/") else ""
