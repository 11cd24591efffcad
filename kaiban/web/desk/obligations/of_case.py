"""What one case owes, has declared and has brought late: more time, no more asking, and the way to a department that takes none from us."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.commitment import CHECKS, GIVEN, Check
from kaiban.domain.papers.material import Holder
from kaiban.domain.papers.obligation import FORWARD_STATES, LAPSES, Forward, ForwardState, Lapse
from kaiban.domain.roles import Act
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.persons import persons_without
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.obligations.checking import checked
from kaiban.orchestrator.window.obligations.tending import (
    CHANGED,
    NOT_OWED,
    Relief,
    handed_over,
    relieve,
)
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.obligations.listing import SEE, left_of, material, office_of
from kaiban.web.materials.commitments import given_of
from kaiban.web.materials.files import taken_in
from kaiban.web.materials.material_list import day_of
from kaiban.web.materials.whose import TICK, ticked, ticks
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import ADDS, CHANGES, Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import office, service

routes = Routes("case_obligations")

TEND = Staff(Act.TEND_OBLIGATIONS)
#: A declaration found false takes links back, and no second person looks at it.
FINDING = Staff(Act.TEND_OBLIGATIONS, fresh=True)
#: What of the case's course is about what is owed.
COURSE = {
    "deferred": "承诺容缺补交", "deadline": "提醒申请人", "material": "收到补交材料", "lapsed": "逾期未补交",
    "extended": "延长期限", "waived": "不再要求", "forwarded": "转给部门", GIVEN: "作出告知承诺",
    Check.TRUE: "核查属实", Check.FALSE: "核查不实",
}  # fmt: skip
RELIEFS = {"extend": "延长期限", "waive": "不再要求补交"}


@routes.page("/desk/cases/<no>/obligations", SEE)
def show() -> str:
    """What is owed, what came late, and what was done about it."""
    case, wrong, sent = the_case(), told("wrong", []), typed()
    errors = [(f"#{p[1:]}-{sent.get('key', '')}" if p else "", say(text)) for p, text in wrong]
    return render_template(
        "desk/obligations/of_case.html",
        case=case, company=company(case), owed=[_owed(case, each) for each in owed(office(), case)],
        may=the_staff().position.may(Act.TEND_OBLIGATIONS, case.hall),
        may_look=the_staff().position.may(Act.UNMASK, case.hall),
        forwards=[_forward(case, each) for each in service().obligations.forwards(case.no)],
        reliefs=[(value, say(title)) for value, title in RELIEFS.items()], typed=sent,
        checks=[(value.value, say(title)) for value, title in CHECKS.items()], given=given_of(case),
        errors=errors, wrong={href[1:]: text for href, text in errors if href},
        course=[_told(each) for each in reversed(case.events) if each.kind in COURSE],
    )  # fmt: skip


@routes.page("/desk/cases/<no>/obligations", TEND, "POST", writes=CHANGES)
def decide() -> Any:
    """Extend a promise or ask for it no more."""
    sent, case = request.form, the_case()
    relief = Relief(
        the_staff().position, sent.get("key", ""), seen(), sent.get("reason", ""),
        whole_number(sent.get("days", "").strip(), 0),
    )  # fmt: skip
    outcome = relieve(office(), service().obligations, case.no, sent.get("relief", ""), relief)
    if isinstance(outcome, Case):
        return redirect(url_for(".show", no=case.no), 303)
    if CHANGED in outcome or NOT_OWED in outcome:
        raise _stale(case, relief)
    return again(show, wrong=[[each.pointer, each.message] for each in outcome])


@routes.page("/desk/cases/<no>/obligations/checked", FINDING, "POST", writes=ADDS)
def check() -> Any:
    """What was found of what the applicant declared (告知承诺); a second click finds that it was written down."""
    case, sent = the_case(), request.form
    outcome = checked(
        office(), case.no, sent.get("key", ""), the_staff().position, sent.get("result", ""), sent.get("reason", "")
    )  # fmt: skip
    to = url_for(".show", no=case.no)
    if isinstance(outcome, Case):
        return redirect(to, 303)
    return again(show, to=to, wrong=[[each.pointer, each.message] for each in outcome])


@routes.page("/desk/cases/<no>/obligations/handed", TEND, "POST", writes=ADDS)
def hand() -> Any:
    """It was brought to the department; a second click finds that it was."""
    case, sent = the_case(), request.form
    outcome = handed_over(
        office(), service().obligations, case.no, the_staff().position, sent.get("key", ""), sent.get("link", "")
    )  # fmt: skip
    to = url_for(".show", no=case.no)
    if isinstance(outcome, Case):
        return redirect(to, 303)
    return again(show, to=to, wrong=[["", each.message] for each in outcome])


@routes.page("/desk/cases/<no>/obligations/files", TEND, "POST", writes=ADDS)
def take_in() -> Any:
    """What the applicant brought to the window: scanned here, it is supplied as if uploaded by them, with who did it."""
    case, to = the_case(), url_for(".show", no=the_case().no)
    if wrong := _supplied(case, request.form.get("key", "")):
        return again(show, to=to, wrong=[["/file", each] for each in wrong])
    return redirect(to, 303)


def _supplied(case: Case, key: str) -> list[str]:
    """Take all the request's files or none; a document of several persons serves for those who are ticked."""
    persons, by = persons_without(office(), case, key), the_staff().login
    about = ticked(persons, case.no)
    if persons and not about:
        return [say(TICK)]
    uploads, wrong = taken_in(office().form.brought().get(key, ""), by)
    if wrong:
        return wrong
    uploads = [replace(each, about=about or None) for each in uploads]
    found = supply(office(), case.no, key, *uploads, by=by)
    return [say(found.message)] if isinstance(found, Defect) else []


def _owed(case: Case, one: dict[str, Any]) -> dict[str, Any]:
    left = one["days_left"] or 0
    return {
        **one, "persons": ticks(persons_without(office(), case, one["key"]), case.no),
        "name": say(one["name"]), "due_day": day_of(one["due"]) if one["due"] else "", "left": left_of(left),
        "follows": say(LAPSES[Lapse(one["follows"])]), "kind": "hold" if left < 0 else "work",
    }  # fmt: skip


def _forward(case: Case, forward: Forward) -> dict[str, Any]:
    files = [
        (each.id, each.name)
        for each in office().materials.listed(Holder(case_no=case.no))
        if each.key == forward.key and not each.promised
    ]
    return {
        "key": forward.key, "link": forward.link, "name": material(forward.key), "office": office_of(forward.link),
        "state": say(FORWARD_STATES[forward.state]), "by": name_of(forward.by), "files": files,
        "by_hand": forward.state is ForwardState.BY_HAND,
        "kind": {"sent": "done", "handed": "done", "by_hand": "hold"}.get(forward.state.value, "work"),
    }  # fmt: skip


def _told(event: Any) -> tuple[str, str]:
    about = event.facts.get("material") or (
        event.text if event.kind == GIVEN else material(event.code)
    )
    words = f"{say(COURSE[event.kind])}：{say(about)}"
    if event.kind == "forwarded":
        state = say(FORWARD_STATES[ForwardState(event.facts["state"])])
        words = f"{words} ・ {office_of(event.link)} ・ {state}"
    said = event.text if event.kind in ("extended", "waived", *Check) else ""
    due = say("到 %(day)s", day=day_of(event.facts["due"])) if event.facts.get("due") else ""
    who = name_of(event.actor) if event.actor not in ("system", "") else ""
    return clock(event.at), " ・ ".join(filter(None, (words, due, who, said)))


def _wanted(relief: Relief) -> str:
    """What was chosen here, with the day where it has one."""
    kind = say(RELIEFS.get(request.form.get("relief", ""), ""))
    return say("%(relief)s：今天起第 %(days)s 个工作日", relief=kind, days=relief.days) if relief.days else kind  # fmt: skip


def _stale(case: Case, relief: Relief) -> Stale:
    now = {each["key"]: each for each in owed(office(), case)}.get(relief.key)
    due = day_of(now["due"]) if now else say("没有待补交的这项材料")
    rows = [
        (say("补交期限"), _wanted(relief), due),
        (say("理由"), relief.reason, ""),
    ]
    return Stale(rows, url_for(".show", no=case.no))
