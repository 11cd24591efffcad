"""The open cases of one's hall, and one case as staff see it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for

from forms.tour import sensitive_paths, walk
from kaiban.domain.cases.case import CASE_TITLES, Case
from kaiban.domain.cases.link import STATE_TITLES, Link, LinkState
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting import company
from kaiban.orchestrator.staff.looking import look_at, queue
from kaiban.web.admission import Staff, the_case, the_staff
from kaiban.web.desk.menu import case_ways_for
from kaiban.web.following.lanes import TAGS, lanes_of
from kaiban.web.kept import again, told_once
from kaiban.web.routes import NOTHING, Routes
from kaiban.web.service import office, service
from kaiban.web.template_texts import clock, length, say

routes = Routes("queue")

PAGE = 50
SEE = Staff(Act.SEE_CASES)
#: One character for each department; of another it is the first of its title.
LETTERS = {
    "registration": "登", "seal": "章", "tax": "税", "bank": "银", "social_insurance": "社",
    "housing_fund": "金",
}  # fmt: skip


@routes.page("/desk", Staff())
def show() -> Any:
    """The open cases, the newest first; for whoever sees none, their account."""
    who = the_staff().position
    if not who.may(Act.SEE_CASES):
        return redirect(url_for("accounts.show"), 303)
    found = queue(office(), who, request.args.get("before") or None, PAGE + 1)
    now, hall = office().clock.now(), who.within(Act.SEE_CASES)
    return render_template(
        "desk/queue.html",
        rows=[_row(each, now) for each in found[:PAGE]],
        more=found[PAGE - 1].no if len(found) > PAGE else "",
        hall=hall_title(hall) if hall else say("全市"),
    )


@routes.page("/desk/cases/<no>", SEE)
def case() -> str:
    """One case: how it stands, and what was told in it, masked; that it was looked at is written down."""
    found, now = the_case(), office().clock.now()
    bare = told_once("unmasked") == found.no
    hours = office().city.hours_of(found, now)
    return render_template(
        "desk/case.html",
        case=found, company=company(found), state=say(CASE_TITLES[found.state]), at=now,
        hours=hours, left=_left(found, hours.working_minutes), drawn=lanes_of(office().city, found, now),
        done=sum(link.state is LinkState.DONE for link in found.links),
        sections=_sections(found, bare=bare), bare=bare,
        ways=case_ways_for(the_staff(), found), may_unmask=the_staff().position.may(Act.UNMASK, found.hall), log=list(_log(found)),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/unmask", Staff(Act.UNMASK), "POST", writes=NOTHING)
def unmask() -> Any:
    """The same with nothing masked; what was shown is written down for its owner."""
    found = the_case()
    paths = sensitive_paths(found.form, service().sections)
    look_at(office(), the_staff().position, found.no, Act.UNMASK, paths)
    return again(case, 200, to=url_for("queue.case", no=found.no), typed=(), unmasked=found.no)


def hall_title(name: str) -> str:
    """A hall's title; the name of one the profile does not know any more."""
    hall = service().staff.halls.get(name)
    return say(hall.title) if hall else name


def _row(found: Case, now: datetime) -> dict[str, Any]:
    minutes = office().city.hours_of(found, now).working_minutes
    return {
        "no": found.no, "company": company(found) or found.no, "state": say(CASE_TITLES[found.state]),
        "used": length(minutes), "left": _left(found, minutes), "dots": [_dot(link) for link in found.links],
    }  # fmt: skip


def _left(found: Case, minutes: int) -> str:
    """How far it is to the promise."""
    promised = int(office().city.promises[found.promise].working.total_seconds()) // 60
    left = promised - minutes
    return (
        say("余 %(time)s", time=length(left))
        if left >= 0
        else say("超 %(time)s", time=length(-left))
    )


def _dot(link: Link) -> tuple[str, str, str]:
    letter = say(LETTERS.get(link.name, link.title[:1]))
    meaning = f"{say(link.title)}：{say(STATE_TITLES[link.state])}"
    return letter, meaning, TAGS.get(link.state, "work")


def _sections(found: Case, *, bare: bool) -> list[tuple[str, list[dict[str, str]]]]:
    """Every answer under its section, masked unless it is to be shown in full."""
    sections: dict[str, list[dict[str, str]]] = {}
    for line in walk(found.form, service().sections):
        key = " · ".join((*map(say, line.trail), say(line.label)))
        row = {"key": key, "value": line.value if bare else line.shown}
        sections.setdefault(say(line.section), []).append(row)
    return list(sections.items())


def _log(found: Case) -> Iterator[Sequence[str]]:
    """What happened, the latest first."""
    titles = {link.name: link.title for link in found.links}
    for each in reversed(found.events):
        if each.kind == "step" and each.after:
            words = f"{say(titles.get(each.link, each.link))}：{say(STATE_TITLES[LinkState(each.after)])}"
        elif each.kind in SPOKEN:
            words = say(SPOKEN[each.kind])
        else:
            continue
        yield clock(each.at), words


#: What else is told of a case's course.
SPOKEN = {
    "accepted": "收到申请，予以收件",
    "notice": "发出一次性告知",
    "package": "证照包已经做好",
    "edited": "窗口修改后发送",
    "resent": "窗口重新发送",
    "complaint": "办不成事反映有了进展",
}
