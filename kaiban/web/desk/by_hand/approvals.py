"""Changes that wait for a second person (双人复核): a list, and one of them looked over and decided."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.edit_request import EDIT_TITLES, EditRequest, EditState
from kaiban.domain.desk.worklist import Entry
from kaiban.domain.notices.notice import Defect
from kaiban.domain.pointer import replaced, to_path
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.staff.looking import look_at
from kaiban.orchestrator.window.by_hand.approving import approve, refuse, take_back
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.presentation.differences import differences
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told_once
from kaiban.web.routes import ADDS, NOTHING, Routes
from kaiban.web.service import office, service

routes = Routes("approvals")

MOST = 100
_DONE = {
    "approve": "已经同意，正在发送给部门。", "refuse": "已经记下不同意的理由，没有发送。",
    "take_back": "已经撤回，没有发送。",
}  # fmt: skip


@routes.page("/desk/approvals", Staff(Act.APPROVE))
def listed() -> str:
    """Everything that waits in one's hall, the oldest first."""
    who = the_staff().position
    waiting = office().edit_requests.waiting(who.within(Act.APPROVE), MOST)
    return render_template("desk/by_hand/approvals.html", rows=_rows(waiting))


@routes.page("/desk/cases/<no>/approvals/<number>", Staff(Act.APPROVE))
def show(number: str) -> Any:
    """What was asked for: what is to be sent instead of what, why, and who asks."""
    case, asked = the_case(), _asked(number)
    if asked is None:
        return redirect(url_for("approvals.listed"), 303)
    link = case.link(asked.link)
    mine, bare = asked.by == the_staff().login, told_once("unmasked") == asked.id
    return render_template(
        "desk/by_hand/approval.html",
        case=case, company=company(case), asked=asked, at=clock(asked.asked_at),
        title=say(link.title), state=say(EDIT_TITLES[asked.state]), decided=clock(asked.decided_at),
        rows=_changes(case, asked, bare=bare), bare=bare, checked=[say(CHECKLIST[each]) for each in asked.checked],
        mine=mine, waits=asked.state is EditState.WAITING, typed=typed_in("decide"), **said(),
    )  # fmt: skip


@routes.page(
    "/desk/cases/<no>/approvals/<number>/unmask", Staff(Act.UNMASK), "POST", writes=NOTHING
)
def unmask(number: str) -> Any:
    """The same with nothing masked: what is decided on must be seen. It is written down for the owner."""
    case, asked = the_case(), _asked(number)
    if asked is None:
        return redirect(url_for("approvals.listed"), 303)
    paths = tuple(map(to_path, asked.after))
    look_at(office(), the_staff().position, case.no, Act.UNMASK, paths)
    to = url_for("approvals.show", no=case.no, number=number)
    return again(lambda: show(number), 200, to=to, typed=(), unmasked=asked.id)


@routes.page(
    "/desk/cases/<no>/approvals/<number>", Staff(Act.APPROVE, fresh=True), "POST", writes=ADDS
)
def decide(number: str) -> Any:
    """Approve, refuse or take back; whoever does it has just given their password."""
    case, asked, do = the_case(), _asked(number), request.form.get("do", "")
    if asked is None or do not in _DONE:
        return redirect(url_for("approvals.listed"), 303)
    found = _decided(asked, do)
    to = url_for("approvals.show", no=case.no, number=number)
    if isinstance(found, Case):
        return done(lambda: show(number), to, _DONE[do])
    return refused(lambda: show(number), to, "decide", found)


def _decided(asked: EditRequest, do: str) -> Case | list[Defect]:
    who = the_staff()
    if do == "take_back":
        return take_back(office(), asked.id, who.login)
    if do == "refuse":
        return refuse(office(), asked.id, who.position, request.form.get("answer", ""))
    return approve(office(), asked.id, who.position)


def _asked(number: str) -> EditRequest | None:
    try:
        found = office().edit_requests.get(number)
    except KeyError:
        return None
    return found if found.case_no == the_case().no else None


def _changes(case: Case, asked: EditRequest, *, bare: bool) -> list[list[str]]:
    """Each place with what stood there and what is to be sent."""
    before, after = dict(case.form), dict(case.form)
    for pointer, value in asked.before.items():
        before = replaced(before, pointer, value)
        after = replaced(after, pointer, asked.after[pointer])
    return [[what, old, new] for what, new, old in differences(after, before, whole=bare)]


def _rows(waiting: Sequence[EditRequest]) -> list[dict[str, str]]:
    lines = service().worklist.of_cases(each.case_no for each in waiting)
    return [_row(each, lines.get(each.case_no)) for each in waiting]


def _row(asked: EditRequest, line: Entry | None) -> dict[str, str]:
    titles = {name: title for name, title, _ in line.links} if line else {}
    return {
        "no": asked.case_no, "id": asked.id, "company": (line and line.company) or asked.case_no,
        "link": say(titles.get(asked.link, asked.link)), "by": name_of(asked.by),
        "at": clock(asked.asked_at), "why": asked.why,
    }  # fmt: skip
