"""One department of a case, as a page of staff is about it."""

from collections.abc import Iterator
from typing import Any

from flask import abort, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import NEXT_ACTOR, STATE_TITLES, STEP_TITLES, Actor, Link
from kaiban.web.access.admission import the_case, the_staff
from kaiban.web.following.lanes import ACTORS, TAGS
from kaiban.web.presentation.texts import say
from kaiban.web.responses import cut_off
from kaiban.web.responses.stale import Stale, fingerprint, seen
from kaiban.web.service import office


def the_link(name: str) -> Link:
    """The link of the case the page is about; 404 if it has none of that name."""
    found = next((each for each in the_case().links if each.name == name), None)
    return found if found is not None else abort(404)


def version_of(case: Case, link: Link) -> str:
    """What tells how the link stands from how it stood."""
    step = link.current
    return fingerprint([case.revision, step.name, step.state.value, step.revision, step.reason])


def standing(link: Link) -> dict[str, Any]:
    """How it stands, in words."""
    step, state = link.current, link.state
    several = len(link.steps) > 1
    return {
        "name": link.name, "title": say(link.title), "office": say(link.office),
        "step": say(STEP_TITLES.get(step.name, "")) if several else "",
        "state": say(STATE_TITLES[state]), "mark": TAGS.get(state, "work"), "reason": say(step.reason),
        "actor": say(_ACTORS[NEXT_ACTOR[state]]),
    }  # fmt: skip


#: Whom it waits for, said to staff: what "you" is to an applicant is the applicant here.
_ACTORS = {**ACTORS, Actor.APPLICANT: "等申请人处理"}


def refuse_stale(link: Link, *, has_files: bool = False) -> None:
    """Raise Stale if the department has answered, or somebody has entered something, since the page was read."""
    case = office().cases.read(the_case().no)
    now = case.link(link.name)
    if seen() == version_of(case, now):
        return
    back = url_for("department.show", no=case.no, link=link.name)
    rows = [[say("现在的情况"), "", say(STATE_TITLES[now.state])], *_typed_rows()]
    # Files that came along are not kept: it is filled in once more.
    again = "" if has_files else request.path
    raise Stale(rows, back, again, version_of(case, now))


def was_mine(link: Link, *states: str) -> bool:
    """Whether whoever presses has just brought the link to one of these states, from this same page: a second click."""
    case = office().cases.read(the_case().no)
    steps = [each for each in case.events if each.kind == "step" and each.link == link.name]
    if not steps or seen() == version_of(case, case.link(link.name)):
        return False
    return steps[-1].after in states and steps[-1].actor == f"window:{the_staff().login}"


def _typed_rows() -> Iterator[list[str]]:
    hidden = {"csrf_token", "version", "mine", "outcome", "do", cut_off.FIELD}
    for name, value in request.form.items(multi=True):
        if name not in hidden and value.strip():
            yield [say(_CONTROLS.get(name, name)), value, ""]


#: What controls are called where both are shown.
_CONTROLS = {
    "number": "受理编号", "reason": "理由", "told_by": "部门答复人", "why": "为什么要修改",
    "path": "哪一处要补正", "message": "要补正什么", "title": "文书名称", "checked": "已经核实",
}  # fmt: skip
