"""Change what a department is to be sent: chosen and typed by one person, decided by another (双人复核)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from flask import redirect, render_template, request, url_for

from forms.derive import glimpse
from forms.structure.pages import Page
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.edit_request import EditRequest
from kaiban.domain.pointer import replaced, to_path, value_at, within
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.by_hand.approving import ask
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST, Order, may_resend
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.by_hand.place import refuse_stale, standing, the_link, version_of
from kaiban.web.desk.places import places_read
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.form.answers import Reading
from kaiban.web.form.places import control_of, id_of
from kaiban.web.form.question import Question
from kaiban.web.form.sheet import Sheet
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import told
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.responses.unseen import cleaned, to_clean
from kaiban.web.routes import CHANGES, Routes
from kaiban.web.service import asked_by, office

routes = Routes("edits")

RESEND = Staff(Act.RESEND)
#: So many answers are changed at once.
MOST: Final = 10


@routes.page("/desk/cases/<no>/departments/<link>/edit", RESEND)
def choose(link: str) -> Any:
    """Which answers are to be changed; then what they are to be."""
    case, found = the_case(), the_link(link)
    if not may_resend(found.current):
        return redirect(url_for("department.show", no=case.no, link=link), 303)
    sent = typed_in("edit")
    places = dict(places_read(case, [link]))
    chosen = _chosen(places, sent.getlist("at") or request.args.getlist("at"))
    return render_template(
        "desk/by_hand/edit.html",
        case=case, company=company(case), link=found, standing=standing(found),
        version=version_of(case, found), checklist=CHECKLIST, was_sent=found.current.sent is not None,
        places=list(places.items()), chosen=chosen, sent=sent,
        questions=[_question(case, each) for each in chosen], cleanable=True, **said(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/departments/<link>/edit", RESEND, "POST", writes=CHANGES)
def send_on(link: str) -> Any:
    """Keep it for a second person."""
    case, found, sent = the_case(), the_link(link), request.form
    chosen = _chosen(dict(places_read(case, [link])), sent.getlist("at"))
    changes = _changes(case, chosen)
    waiting = [each for each in office().edit_requests.of_case(case.no) if _is_mine(each, link)]
    if waiting and waiting[0].after == changes:  # pressed twice
        return _on(waiting[0])
    refuse_stale(found)
    to = url_for("edits.choose", no=case.no, link=link, at=chosen)
    if to_clean():
        return cleaned(lambda: choose(link), to, form="edit")
    order = Order(
        the_staff().login, frozenset(sent.getlist("checked")), sent.get("told_by", "").strip(),
        changes, why=sent.get("why", "").strip(),
    )  # fmt: skip
    asked = ask(office(), case.no, link, order)
    if isinstance(asked, EditRequest):
        return _on(asked)
    wrong = [replace(each, pointer=control_of(each.pointer)) for each in asked]
    answers = [each for each in wrong if any(within(each.pointer, one) for one in chosen)]
    return refused(
        lambda: choose(link), to, "edit", wrong, at={each: id_of(each.pointer) for each in answers},
        answers=to_keep(answers),
    )  # fmt: skip


def _on(asked: EditRequest) -> Any:
    to = url_for("approvals.show", no=asked.case_no, number=asked.id)
    return done(lambda: redirect(to), to, "已经送第二人复核；复核同意以后才会发送。")


def _is_mine(asked: EditRequest, link: str) -> bool:
    mine = (link, the_staff().login, "waiting")
    return (asked.link, asked.by, asked.state) == mine


def _chosen(places: Mapping[str, str], wanted: Sequence[str]) -> list[str]:
    return [each for each in dict.fromkeys(wanted) if each in places][:MOST]


def _changes(case: Case, chosen: Sequence[str]) -> dict[str, Any]:
    """What was typed there and is not what stands there."""
    reading = Reading(asked_by(case.form), case.form)
    found: dict[str, Any] = {}
    for pointer in chosen:
        path = to_path(pointer)
        answer = reading.page(Page("edit", "", "", "", (path,)), request.form)[path]
        if answer != value_at(case.form, path):
            found[pointer] = answer
    return found


def _question(case: Case, pointer: str) -> Question:
    path, sent = to_path(pointer), typed_in("edit")
    page, entry = Page("edit", "", "", "", (path,)), case.form
    if sent:
        answer = Reading(asked_by(case.form), case.form).page(page, sent)[path]
        entry = replaced(case.form, pointer, answer)
    errors = {each: say(text) for each, text in told("answers", [])}
    sheet = Sheet(asked_by(entry), entry, errors=errors, derived=glimpse(entry), stored=case.form)
    return sheet.questions(page)[0]
