"""One case as staff see it: how it stands, who answers for it, who else has it open."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import render_template, url_for

from forms.structure.tour import sensitive_paths, walk
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import KINDS
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.helped import staff_of
from kaiban.domain.cases.staff.unsent import unknown
from kaiban.domain.cases.states import title_of
from kaiban.domain.desk.worklist import ASSIGNING
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.staff.looking import look_at
from kaiban.orchestrator.window.queue.who_else import others_in
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.cards.words import told
from kaiban.web.desk.menu import case_ways_for
from kaiban.web.desk.queue.holding import held
from kaiban.web.desk.queue.lines import BRIEF
from kaiban.web.following.crossing import crossing_of
from kaiban.web.following.lanes import lanes_of
from kaiban.web.following.margin import margin
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told_once
from kaiban.web.responses.mistakes import errors_kept
from kaiban.web.routes import NOTHING, Routes
from kaiban.web.service import asked_by, office, service

routes = Routes("queue")

#: The hall that took it in for another goes on seeing how it stands, and not what is filled in.
LOOK = Staff(Act.SEE_CASES, intake=True)


@routes.page("/desk/cases/<no>", LOOK)
def case() -> str:
    """One case: how it stands, and what was told in it, masked; that it was looked at is written down."""
    found, now = the_case(), office().clock.now()
    whole = the_staff().position.may(Act.SEE_CASES, found.hall)
    bare = told_once("unmasked") == found.no
    hours = office().city.hours_of(found, now)
    return render_template(
        "desk/queue/case.html",
        case=found, company=company(found), state=say(title_of(found.state, withdrawing=found.withdrawing)), at=now,
        hours=hours, beside=_beside(found, hours.working_minutes), held=held(found), others=_others(found),
        cards=[told(each) for each in service().card_desk.cards.of_case(found.no)],
        unsent=len(unknown(found.events)), errors=errors_kept(), drawn=lanes_of(office().city, found, now),
        done=sum(link.state is LinkState.DONE for link in found.links),
        sections=_sections(found, bare=bare) if whole else [], whole=whole, bare=bare, filed=_filed(found),
        crossing=crossing_of(found, now), known=office().city.knows(found),
        may_notify=the_staff().position.may(Act.NOTIFY, found.hall),
        ways=case_ways_for(the_staff(), found), may_unmask=the_staff().position.may(Act.UNMASK, found.hall), log=list(_log(found)),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/unmask", Staff(Act.UNMASK), "POST", writes=NOTHING)
def unmask() -> Any:
    """The same with nothing masked; what was shown is written down for its owner."""
    found = the_case()
    paths = sensitive_paths(found.form, asked_by(found.form))
    look_at(office(), the_staff().position, found.no, Act.UNMASK, paths)
    return again(case, 200, to=url_for("queue.case", no=found.no), typed=(), unmasked=found.no)


def _beside(found: Case, minutes: int) -> tuple[str, str] | None:
    """How it stands to the promise: title and text."""
    promised = int(office().city.promise_of(found).working.total_seconds()) // 60
    return margin(found.state, minutes, promised)


def _others(found: Case) -> list[tuple[str, str, int]]:
    """Who else has it open: their name, their window, how many minutes ago they came."""
    ours = service()
    there = others_in(ours.presence, ours.staff.accounts, found.no, the_staff().login, ours.wall)
    now = ours.wall()
    return [
        (account.name, account.window, int((now - visit.seen_at).total_seconds()) // 60)
        for account, visit in there
    ]


def _filed(found: Case) -> list[dict[str, str]]:
    rows = found.filed_by.rows if found.filed_by else _helped(found)
    return [{"key": say(key), "value": say(value)} for key, value in rows]


def _helped(found: Case) -> list[tuple[str, str]]:
    """Of one its applicant handed in: who of the staff had the form in hand before."""
    staff = staff_of(found)
    return (
        [("谁来办理", "申请人自己提交"), ("窗口帮过忙的人员", "、".join(staff))] if staff else []
    )


def _sections(found: Case, *, bare: bool) -> list[tuple[str, list[dict[str, str]]]]:
    """Every answer under its section, masked unless it is to be shown in full."""
    sections: dict[str, list[dict[str, str]]] = {}
    for line in walk(found.form, asked_by(found.form)):
        key = " · ".join((*map(say, line.trail), say(line.label)))
        row = {"key": key, "value": line.value if bare else line.shown}
        sections.setdefault(say(line.section), []).append(row)
    return list(sections.items())


def _log(found: Case) -> Iterator[Sequence[str]]:
    """What happened, the latest first."""
    titles = {link.name: link.title for link in found.links}
    for each in reversed(found.events):
        if each.kind == "step" and each.after:
            words = f"{say(titles.get(each.link, each.link))}：{say(BRIEF[LinkState(each.after)])}"
        elif each.kind in ASSIGNING:
            words = say(_GIVEN[each.kind], name=name_of(each.facts["to"]))
        elif each.kind in _QUIET or each.kind not in KINDS:
            continue
        else:
            words = say(KINDS[each.kind])
        yield clock(each.at), words


#: How it is told that somebody has come to answer for the case.
_GIVEN = {
    "taken": "%(name)s认领",
    "handed_on": "转交给%(name)s",
    "taken_over": "由%(name)s接手",
    "received": "受理大厅接收，由%(name)s负责",
}
#: What stands on the page elsewhere, or tells staff nothing.
_QUIET = frozenset({"link_added", "fact", "case", "messages", "reconciled"})
