"""One complaint: what was said, what was done, and what is to be done now."""

from functools import partial
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from kaiban.domain.complaint import (
    COMPLAINT_SOURCES,
    COMPLAINT_STATES,
    STEP_TITLES,
    Complaint,
    StepKind,
)
from kaiban.domain.messages.notification import MESSAGE_STATE_TITLES, masked
from kaiban.domain.roles import Act
from kaiban.orchestrator.complaint_office import CHANGED, phone_of
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.staff.looking import look_at
from kaiban.orchestrator.window.complaints.settling import Deed, owners_of, settle
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.complaints.listing import SEE
from kaiban.web.presentation.complaint_words import TAGS, due_of, rated_of
from kaiban.web.presentation.staff_names import name_of, with_account
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, told_once, typed
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, NOTHING, Routes
from kaiban.web.service import hall_today, office, service

routes = Routes("complaint")

#: What came of a call back: each is a step of its own.
REVISITS = {
    "satisfied": "满意", "dissatisfied": "不满意，要重新办理", "unreached": "没有联系上",
}  # fmt: skip
#: The control a message is about, where it is not called as the defect calls it.
ANCHORS = {("closed", "/text"): "#close-text"}


@routes.page("/desk/cases/<no>/complaints/<number>", SEE)
def show(number: str) -> str:
    """How it stands."""
    case, found, who = the_case(), _found(number), the_staff().position
    parties = found.parties(case.events)
    wrong, do = told("wrong", []), typed().get("do", "")
    errors = [(ANCHORS.get((do, p), f"#{p[1:]}" if p else ""), say(text)) for p, text in wrong]
    return render_template(
        "desk/complaints/one.html",
        case=case, company=company(case), one=row_of(found), complaint=found, version=found.version,
        phone=_phone(found), may_unmask=_is_masked(found) and who.may(Act.UNMASK, case.hall),
        steps=[_step(each) for each in reversed(found.steps)], told=_told(found),
        may=who.may(Act.ANSWER_COMPLAINTS, case.hall), mine=found.owner == who.login, lacks_contact=found.lacks_contact, contact_days=office().city.complaints.contact_days,
        can={kind.value: found.may(kind) for kind in StepKind},
        may_agree=who.may_close(parties, case.hall), party=who.login in parties,
        may_close=who.may(Act.CLOSE_COMPLAINTS, case.hall) and who.login not in parties,
        owners=[(login, with_account(name, login)) for login, name in owners_of(service().staff.accounts, case.hall)],
        revisits=[(value, say(title)) for value, title in REVISITS.items()], typed=typed(), do=do,
        errors=errors, wrong={href[1:]: text for href, text in errors if href},
    )  # fmt: skip


@routes.page(
    "/desk/cases/<no>/complaints/<number>", Staff(Act.ANSWER_COMPLAINTS), "POST", writes=CHANGES
)
def act(number: str) -> Any:
    """Do it."""
    case, found, deed = the_case(), _found(number), _deed()
    outcome = settle(service().complaints, service().staff.accounts, case.no, found.number, deed)
    if isinstance(outcome, Complaint):
        return redirect(url_for(".show", no=case.no, number=number), 303)
    if CHANGED in outcome:
        raise _stale(_found(number), deed)
    return again(partial(show, number), wrong=to_keep(outcome))


@routes.page(
    "/desk/cases/<no>/complaints/<number>/phone", Staff(Act.UNMASK), "POST", writes=NOTHING
)
def unmask(number: str) -> Any:
    """The phone to call back, in full, once; that it was shown is written down for its owner."""
    case, found = the_case(), _found(number)
    path, phone = phone_of(case, found)
    shown = (path,) if phone else ()
    look_at(office(), the_staff().position, case.no, Act.UNMASK, shown)
    to = url_for(".show", no=case.no, number=number)
    return again(partial(show, number), 200, to=to, typed=(), phone_of=found.number)


def row_of(found: Complaint) -> dict[str, Any]:
    """What is told of it on every page of staff."""
    return {
        "to": url_for("complaint.show", no=found.case_no, number=found.number), "number": found.number,
        "text": found.text, "source": say(COMPLAINT_SOURCES[found.source]), "at": clock(found.raised_at),
        "state": say(COMPLAINT_STATES[found.state]), "kind": TAGS[found.state], "due": due_of(found),
        "owner": name_of(found.owner), "about": name_of(found.about),
        "rated": rated_of(found),
        "overdue": found.is_overdue(hall_today()),
    }  # fmt: skip


def _found(number: str) -> Complaint:
    known = service().complaints.complaints.of_case(the_case().no)
    return next((each for each in known if str(each.number) == number), None) or abort(404)


def _deed() -> Deed:
    sent, who = request.form, the_staff().position
    do = sent.get("do", "")
    kind = sent.get("outcome", "") if do == "revisit" else {"mine": "assigned"}.get(do, do)
    if kind not in {each.value for each in StepKind}:
        # Nothing was chosen: told as what cannot be done.
        kind = StepKind.RAISED
    owner = who.login if do == "mine" else sent.get("owner", "")
    about = sent.get("about", "").strip().lower()
    return Deed(StepKind(kind), who, seen(), sent.get("text", ""), owner, about)


def _stale(now: Complaint, deed: Deed) -> Stale:
    rows = [
        (say("办到哪一步"), say(STEP_TITLES[deed.kind]), say(COMPLAINT_STATES[now.state])),
        (say("负责人"), name_of(deed.owner), name_of(now.owner)),
        (say("内容"), deed.text, _said(now.steps[-1])),
    ]
    return Stale(rows, url_for(".show", no=now.case_no, number=now.number))


def _phone(found: Complaint) -> str:
    _, phone = phone_of(the_case(), found)
    if not phone:
        return say("没有留电话")
    return masked(phone) if _is_masked(found) else phone


def _is_masked(found: Complaint) -> bool:
    """Whether there is a phone, of which more could be shown than is."""
    return bool(phone_of(the_case(), found)[1]) and told_once("phone_of") != found.number


def _said(step: Any) -> str:
    """What was written; of an assignment, to whom."""
    return name_of(step.text) if step.kind is StepKind.ASSIGNED else str(step.text)


def _step(step: Any) -> tuple[str, str]:
    said = _said(step)
    words = f"{say(STEP_TITLES[step.kind])} ・ {name_of(step.by)}"
    return clock(step.at), f"{words}：{said}" if said else words


def _told(found: Complaint) -> list[list[str]]:
    messages = service().complaints.complaints.messages(found.case_no, found.number)
    return [
        [clock(each.at), say(STEP_TITLES[StepKind(each.kind)]), masked(each.address), say(MESSAGE_STATE_TITLES[each.state])]
        for each in messages
    ]  # fmt: skip
