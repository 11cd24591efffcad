"""What is wrong now (每日问题摘要): what the mail of the morning says, as it stands at this moment."""

from typing import Any, Final

from flask import render_template, url_for

from kaiban.domain.roles import Act, Role
from kaiban.domain.supervision.problems import (
    COUNTED,
    PROBLEM_TITLES,
    Audience,
    Finding,
    Problem,
)
from kaiban.orchestrator.supervisor.problems import problems
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import hall_title, scope_title
from kaiban.web.presentation.texts import day, say
from kaiban.web.routes import Routes
from kaiban.web.service import service

routes = Routes("problems")

SEE: Final = Staff(Act.SEE_PROBLEMS)
#: Where each is seen to: the endpoint and what its address asks for.
_LISTS: Final = {
    Problem.RED: ("queue.show", {"view": "red"}),
    Problem.YELLOW: ("queue.show", {"view": "yellow"}),
    Problem.STUCK: ("queue.show", {"view": "window"}),
    Problem.UNKNOWN: ("queue.show", {"view": "doubt"}),
    Problem.NOBODYS: ("queue.show", {"view": "nobodys"}),
    Problem.APPEALED: ("cards.show", {"show": "appealed"}),
    Problem.UNREAD: ("complaints.show", {}),
    Problem.OVERDUE: ("complaints.show", {"show": "overdue"}),
    Problem.HANDOVER: ("handovers.show", {"show": "outstanding"}),
}


@routes.page("/desk/problems", SEE)
def show() -> str:
    """Everything wrong now that the reader is told of."""
    who, desk = the_staff().position, service().problem_desk
    hall = who.within(Act.SEE_PROBLEMS)
    found = problems(desk.lookout, hall, _audience_of(who.role))
    audience = Audience.HALL if hall else Audience.OPERATOR
    last = desk.digests.last(audience, hall)
    return render_template(
        "desk/problems.html",
        where=scope_title(hall), rows=[_row(each) for each in found],
        last=(day(last[0]), last[1]) if last else None,
    )  # fmt: skip


def _audience_of(role: Role) -> Audience | None:
    """Operators are told of systems; who sees cases, of everything in their reach."""
    return Audience.OPERATOR if role is Role.OPERATOR else None


def _row(found: Finding) -> dict[str, Any]:
    who = the_staff().position
    listed = _LISTS.get(found.problem) if who.may(Act.SEE_CASES) else None
    asked: dict[str, Any] = {**listed[1], "hall": found.hall} if listed else {}
    return {
        "title": say(PROBLEM_TITLES[found.problem]),
        "count": say("%(count)s 件", count=found.count) if found.problem in COUNTED else "",
        "to": url_for(listed[0], **asked) if listed else "",
        "where": found.what or (hall_title(found.hall) if found.hall else ""),
        "until": day(found.until) if found.until else "",
    }
