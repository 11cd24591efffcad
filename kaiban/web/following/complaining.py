"""Complain about the case (办不成事反映), by the link alone; what was said and answered only its owner reads, and says if it is enough."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.complaint import COMPLAINT_STATES, STEP_TITLES, Complaint, StepKind
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain, say_so
from kaiban.orchestrator.complaint_office import CHANGED
from kaiban.web.following.progress import the_case
from kaiban.web.presentation.complaint_words import TAGS, due_of
from kaiban.web.presentation.preferences import current
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import ADDS, CHANGES, LINK, OWNER, Routes, is_mine, the_filing
from kaiban.web.service import service

routes = Routes("complaining")


@routes.page("/t/<aid>/complaints", LINK)
def show() -> str:
    """What was complained of and how far that is, and a form for more."""
    case, mine = the_case(), is_mine(the_filing().id)
    wrong = told("wrong", [])
    return render_template(
        "following/complaints.html",
        filing=the_filing(), case=case, mine=mine,
        complaints=[_shown(each) for each in service().complaints.complaints.of_case(case.no)],
        days=service().office.city.complaints.answer_days, basis=service().office.city.complaints.basis,
        typed=typed(), wrong={pointer[1:]: say(text) for pointer, text in wrong if pointer},
        errors=errors_kept(),
    )  # fmt: skip


@routes.page("/t/<aid>/complaints", LINK, "POST", writes=ADDS)
def raise_one() -> Any:
    """Take it in; the same words once more, as by a second click, are the same complaint."""
    sent = request.form
    said = Grievance(sent.get("text", ""), sent.get("phone", ""), lang=current().lang)
    found = complain(service().complaints, the_case().no, said, request.remote_addr or "")
    if not isinstance(found, Complaint):
        return again(show, wrong=to_keep(found))
    return _back(the_case(), found.number)


@routes.page("/t/<aid>/complaints/<int:number>", OWNER, "POST", writes=CHANGES)
def answer(number: int) -> Any:
    """Satisfied, or not: then it is taken up again."""
    case, satisfied = the_case(), request.form.get("do") == "satisfied"
    found = say_so(
        service().complaints, case.no, number,
        satisfied=satisfied, text=request.form.get("text", ""), version=seen(),
    )  # fmt: skip
    if isinstance(found, Complaint):
        return _back(case, number)
    if CHANGED in found:
        raise _stale(case, number)
    to = url_for("complaining.show", aid=the_filing().id)
    wrong = [[f"/say-{number}" if each.pointer else "", each.message] for each in found]
    return again(show, to=to, wrong=wrong)


def _back(case: Case, number: int) -> Any:  # noqa: ARG001 - where one lands is the complaint's own place
    to = url_for("complaining.show", aid=the_filing().id, _anchor=f"complaint-{number}")
    return redirect(to, 303)


def _stale(case: Case, number: int) -> Stale:
    now = next(
        each for each in service().complaints.complaints.of_case(case.no) if each.number == number
    )
    title = STEP_TITLES[StepKind.SATISFIED if request.form.get("do") == "satisfied" else StepKind.DISSATISFIED]  # fmt: skip
    rows = [
        (say("办到哪一步"), say(title), say(COMPLAINT_STATES[now.state])),
        (say("想说的话"), request.form.get("text", ""), now.answer.text if now.answer else ""),
    ]
    return Stale(rows, url_for("complaining.show", aid=the_filing().id))


def _shown(found: Complaint) -> dict[str, Any]:
    return {
        "number": found.number, "version": found.version, "state": say(COMPLAINT_STATES[found.state]),
        "kind": TAGS[found.state], "at": clock(found.raised_at), "due": due_of(found), "text": found.text,
        "owner": name_of(found.owner), "answer": found.answer,
        "steps": [(clock(each.at), say(STEP_TITLES[each.kind])) for each in reversed(found.steps)],
        "can_agree": found.may(StepKind.SATISFIED), "can_object": found.may(StepKind.DISSATISFIED),
    }  # fmt: skip
