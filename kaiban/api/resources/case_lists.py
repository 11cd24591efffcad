"""Cases over HTTP, many at once: lists with filters, and the feed of what has changed."""

from datetime import timedelta
from typing import Any

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json
from kaiban.api.routes import Routes
from kaiban.api.schemas.asked import CasesAsked, ChangesAsked
from kaiban.api.schemas.cases import CaseChanges, CaseList
from kaiban.api.service import service
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.calendar_limits import within_calendar
from kaiban.domain.hours.clock import midnight
from kaiban.orchestrator.reporting.instants import instant
from kaiban.ports import CaseFilter, CaseLine, FeedPlace, FeedRestarted, Span

routes = Routes([], "cases")


@routes.route("GET", "/cases", "cases:read", "列出办件，新的在前", gives=CaseList, asks=CasesAsked)
def list_cases() -> Response:
    """The caller's cases, a page at a time; a case that comes in meanwhile moves no other to another page.

    With ``ended_from`` or ``ended_to`` those that have ended, the latest first.
    """
    before, limit = g.asked.get("before"), g.asked["limit"]
    found = service().cases.lines(_filter(), before=before, limit=limit + 1)
    page, more = found[:limit], len(found) > limit
    lines = [_line(case) for case in page]
    return as_json({"cases": lines, "has_more": more, "next": page[-1].no if more else None})


@routes.route(
    "GET", "/cases/changes", "cases:read", "办件变更流：自上次读取以后有变化的办件，先变的在前",
    gives=CaseChanges, asks=ChangesAsked, answers=(200, 410),
)  # fmt: skip
def list_changes() -> Response:
    """The caller's cases in the order of their last change, behind ``updated_since``; from the beginning without it.

    Each stands once in it, as it is now. Whoever always goes on with ``next`` misses no change and is told none twice, in whatever
    order they were committed. ``410`` if the database was brought back from a copy: begin anew.
    """
    try:
        found = service().cases.changes(_owner(), _place(), g.asked["limit"])
    except FeedRestarted as error:
        raise Problem("feed-restarted") from error
    lines = [_line(case) for case in found.lines]
    return as_json({"cases": lines, "has_more": found.more, "next": _told(found.place)})


def _owner() -> str | None:
    return None if "cases:all" in g.token.scopes else g.token.name


def _filter() -> CaseFilter:
    asked = g.asked
    state = asked.get("link_status")
    if state and "link" not in asked:
        raise Problem("bad-request", "link_status 须与 link 一起使用。")
    return CaseFilter(
        states=tuple(CaseState(each) for each in asked.get("status", ())),
        owner=_owner(),
        accepted=_span("created"),
        finished=_span("ended"),
        link=asked.get("link", ""),
        link_state=LinkState(state) if state else None,
        company=asked.get("company", ""),
        reference=asked.get("reference", ""),
    )


def _span(name: str) -> Span:
    first, last = g.asked.get(f"{name}_from"), g.asked.get(f"{name}_to")
    return Span(
        first and midnight(within_calendar(first)),
        last and midnight(within_calendar(last)) + timedelta(days=1),
    )


def _place() -> FeedPlace | None:
    said = g.asked.get("updated_since")
    if said is None:
        return None
    epoch, change, no = said.split(".")
    return FeedPlace(int(epoch), int(change), no)


def _told(place: FeedPlace) -> str:
    return f"{place.epoch}.{place.change}.{place.no}"


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "case_no": line.no,
        "status": line.state.value,
        "accepted_at": instant(line.accepted_at),
        "finished_at": instant(line.finished_at),
        "promise": line.promise,
        "links": list(line.links),
        "company": line.company,
        "reference": line.reference,
    }
