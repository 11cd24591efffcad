"""How the case stands, for whoever knows the address."""

import hashlib
from typing import Any

from flask import Response, abort, make_response, render_template, request

from kaiban.domain.case import CASE_TITLES, Case
from kaiban.domain.ledger import Hours
from kaiban.domain.link import LinkState
from kaiban.orchestrator.forecasting import forecast_case
from kaiban.orchestrator.reporting import company
from kaiban.web.following.lanes import lanes_of
from kaiban.web.routes import LINK, Routes, is_mine, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import say

routes = Routes("progress")


@routes.page("/t/<aid>", LINK)
def show() -> str:
    """The case as it stands, with what the applicant has to do first."""
    case = the_case()
    return render_template(
        "following/progress.html", mine=is_mine(the_filing().id), **_words(case)
    )


@routes.page("/t/<aid>/lanes", LINK)
def lanes() -> Any:
    """The part of the page that changes; asked for again and again, so answered shortly."""
    page = render_template("following/lanes.html", **_words(the_case()))
    answer: Response = make_response(page)
    answer.set_etag(hashlib.sha256(page.encode()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


def the_case() -> Case:
    """The case the filing has become."""
    filing = the_filing()
    if not filing.case_no:
        abort(404)
    return service().cases.read(filing.case_no)


def _words(case: Case) -> dict[str, Any]:
    now = office().clock.now()
    hours = office().city.hours_of(case, now)
    promise = office().city.promises[case.promise]
    return {
        "filing": the_filing(),
        "case": case,
        "company": company(case),
        "state": say(CASE_TITLES[case.state]),
        "figures": _figures(case, hours, int(promise.working.total_seconds()) // 60),
        "hours": hours,
        "forecast": forecast_case(office(), case, now),
        "drawn": lanes_of(office().city, case, now),
        "at": now,
    }


def _figures(case: Case, hours: Hours, promised: int) -> list[tuple[str, str, str]]:
    done = sum(link.state is LinkState.DONE for link in case.links)
    left = promised - hours.working_minutes
    return [
        (say("已办结"), str(done), f"/ {len(case.links)}"),
        (say("办理用时"), length(hours.working_minutes), _outside(hours)),
        (say("距承诺时限"), say("还有 %(left)s", left=length(left)), "")
        if left >= 0
        else (say("距承诺时限"), say("已超过 %(over)s", over=length(-left)), ""),
    ]


def _outside(hours: Hours) -> str:
    return say("自然用时 %(wall)s", wall=length(hours.wall_minutes))


def length(minutes: int) -> str:
    """So many minutes, as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return say("%(rest)s 分", rest=rest)
    return say("%(hours)s 小时 %(rest)02d 分", hours=hours, rest=rest)
