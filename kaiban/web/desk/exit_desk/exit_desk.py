"""The exit desk's own page: find a case, and see what waits to be fetched or posted."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.papers.delivery import ARRIVING, AT_WINDOW, BY_POST, RETURN, last_reminder
from kaiban.domain.roles import Act
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.exit_desk.finding import find
from kaiban.orchestrator.window.exit_desk.handing_out import days_waiting
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.telling import refused, said
from kaiban.web.following.crossing import crossing_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import typed
from kaiban.web.routes import NOTHING, Routes
from kaiban.web.service import office, service

routes = Routes("exit_desk")

MOST: Final = 100


@routes.page("/desk/exit", Staff(Act.HAND_OUT))
def show() -> str:
    """What waits in this hall, the longest first."""
    hall = the_staff().position.within(Act.HAND_OUT)
    ways = {
        way: office().cases.leaving(way, hall, MOST)
        for way in (AT_WINDOW, BY_POST, RETURN, ARRIVING)
    }
    return render_template(
        "desk/exit_desk/exit_desk.html", q=typed().get("q", ""),
        fetched=[_row(each) for each in ways[AT_WINDOW]],
        posted=[_row(each) for each in ways[BY_POST]],
        returned=[_crossing(each) for each in ways[RETURN]],
        arriving=[_crossing(each) for each in ways[ARRIVING]], **said(),
    )  # fmt: skip


@routes.page("/desk/exit/find", Staff(Act.HAND_OUT), "POST", writes=NOTHING)
def look_for() -> Any:
    """On to the case of a number that is typed or scanned; what was typed stands in no address."""
    asked = request.form.get("q", "")
    found = find(office(), service().queue, the_staff().position, asked)
    if isinstance(found, Case):
        return redirect(url_for("handing_over.show", no=found.no), 303)
    return refused(show, url_for("exit_desk.show"), "find", [found])


def _crossing(case: Case) -> dict[str, Any]:
    """A result between two halls."""
    told = crossing_of(case, office().clock.now()) or {}
    return {**_row(case), **told}


def _row(case: Case) -> dict[str, Any]:
    reminded, days = last_reminder(case), days_waiting(office(), case)
    return {
        "no": case.no, "company": company(case) or case.no, "since": clock(case.finished_at),
        "days": say("%(count)s 天", count=days) if days else say("今天"),
        "reminded": clock(reminded.at) if reminded else "",
    }  # fmt: skip
