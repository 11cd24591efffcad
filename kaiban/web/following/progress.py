"""How the case stands, for whoever knows the address."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, render_template, request

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState, title_of
from kaiban.domain.hours.ledger import Hours
from kaiban.orchestrator.applicant.aftercare.forecasting import forecast_case
from kaiban.orchestrator.applicant.opening import applying
from kaiban.orchestrator.reporting.case import company
from kaiban.web.following.cards import cards_of
from kaiban.web.following.changes.taking_back import fates_of
from kaiban.web.following.crossing import crossing_of
from kaiban.web.following.deadlines import answer_by
from kaiban.web.following.delivery.delivery_ways import way_of
from kaiban.web.following.lanes import lanes_of
from kaiban.web.following.margin import margin
from kaiban.web.following.next_steps import ahead_of, basis_of, minutes_of, pauses_of
from kaiban.web.following.visits import bookable, visits_of
from kaiban.web.presentation.preferences import current
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import LINK, Routes, is_mine, the_filing
from kaiban.web.service import office, service

routes = Routes("progress")

#: How a state is tagged; what is not named is being worked on.
_TAGS: Mapping[CaseState, str] = {
    CaseState.NEEDS_CORRECTION: "hold",
    CaseState.REFUSED: "hold",
    CaseState.WITHDRAWN: "wait",
    CaseState.COMPLETED: "done",
    CaseState.COMPLETED_PARTLY: "done",
}


@routes.page("/t/<aid>", LINK)
def show() -> str:
    """The case as it stands, with what the applicant has to do first."""
    case = the_case()
    return render_template("following/progress.html", **_words(case), **_beside(case))


@routes.page("/t/<aid>/lanes", LINK)
def lanes() -> Any:
    """The part of the page that changes; asked for again and again, so answered shortly."""
    tag = _tag(office().clock.now())
    known = request.if_none_match.contains_weak(tag)
    answer: Response = Response(status=304) if known else make_response(_fragment())
    # A weak tag: the words are the same, however they are packed on the way.
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _fragment() -> str:
    return render_template("following/lanes.html", **_words(the_case()))


def _tag(now: datetime) -> str:
    """What the fragment depends on, without building it: what happened, the minute, the reader's choices."""
    filing = the_filing()
    if not filing.case_no:
        abort(404)
    happened = service().cases.happened(filing.case_no)
    seen = (filing.case_no, happened, int(now.timestamp()) // 60, current())
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def the_case() -> Case:
    """The case the filing has become."""
    filing = the_filing()
    if not filing.case_no:
        abort(404)
    return service().cases.read(filing.case_no)


def left_out(case: Case) -> list[str]:
    """The links that may still join the case, in the city's order."""
    if case.withdrawing or case.state is CaseState.REFUSED:
        return []
    present = {link.name for link in case.links}
    return [name for name in applying(office(), case.form) if name not in present]


def _words(case: Case) -> dict[str, Any]:
    now = office().clock.now()
    hours = office().city.hours_of(case, now)
    promise = office().city.promise_of(case)
    return {
        "filing": the_filing(),
        "case": case,
        "company": company(case),
        "state": say(title_of(case.state, withdrawing=case.withdrawing)),
        "state_kind": _TAGS.get(case.state, "work"),
        "figures": _figures(case, hours, int(promise.working.total_seconds()) // 60),
        "hours": hours,
        "drawn": lanes_of(office().city, case, now),
        "at": now,
    }


def _beside(case: Case) -> dict[str, Any]:
    """What the page shows besides the lanes."""
    now = office().clock.now()
    forecast = forecast_case(office(), case, now)
    mine = is_mine(the_filing().id)
    return {
        "mine": mine,
        "until": answer_by(case),
        "way": way_of(case) if mine else None,
        "ahead": ahead_of(case),
        "crossing": crossing_of(case, now),
        "cards": list(cards_of(case)),
        "forecast": forecast,
        "basis": basis_of(case, forecast) if forecast else [],
        "minutes": minutes_of(case, office().city.hours_of(case, now)),
        "pauses": list(pauses_of(case, now)),
        "taking_back": fates_of(case) if case.withdrawing else [],
        "left_out": left_out(case),
        "visits": visits_of(case) if mine else [],
        "bookable": list(bookable(case)) if mine else [],
        "can_book": mine and bool(service().queue.halls),
    }


Figure = tuple[str, str, str]


def _figures(case: Case, hours: Hours, promised: int) -> list[Figure]:
    done = sum(link.state is LinkState.DONE for link in case.links)
    found = [
        (say("已办结"), str(done), f"/ {len(case.links)}"),
        (say("办理用时"), length(hours.working_minutes), _outside(hours)),
    ]
    beside = margin(case.state, hours.working_minutes, promised)
    return [*found, (*beside, "")] if beside else found


def _outside(hours: Hours) -> str:
    return say("自然用时 %(wall)s", wall=length(hours.wall_minutes))
