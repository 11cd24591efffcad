"""Halls for portals: what can be booked where, what is left, how long people wait. Nobody's appointment is in it."""

from datetime import date
from typing import Any

from flask import Response, request

from kaiban.api.access import PUBLIC, Routes
from kaiban.api.exchange import as_json
from kaiban.api.problems import Problem
from kaiban.api.service import service
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.waits import CLOCK_RULE
from kaiban.orchestrator.applicant.aftercare.booking import FreeSlot, free
from kaiban.orchestrator.window.tickets.calling import board, figures

routes = Routes([])


@routes.route("GET", "/halls", PUBLIC, "取号的大厅：业务、在等的人数、今天的等候时间")
def list_halls() -> Response:
    """Every hall with a queue."""
    return as_json({"halls": [_hall(name) for name in service().queue.halls], "rule": CLOCK_RULE})


@routes.route(
    "GET", "/halls/<hall>/slots", PUBLIC, "某业务某日还可以预约的时段和余数（business、day）", answers=(200, 404)
)  # fmt: skip
def list_slots(hall: str) -> Response:
    """The slots of a day that can still be booked; of today without a day."""
    queue = service().queue
    business = request.args.get("business", "")
    if queue.wrong_place(hall, business):
        raise Problem("not-found")
    asked = request.args.get("day", "")
    try:
        day = date.fromisoformat(asked) if asked else queue.today()
    except ValueError as error:
        raise Problem("bad-request", "day 应为日期，如 2026-12-01。") from error
    known = day in queue.offer(hall).days(queue.clock.now())
    slots = free(queue, hall, business, day) if known else []
    return as_json({"day": day.isoformat(), "slots": [_slot(each) for each in slots]})


def _hall(name: str) -> dict[str, Any]:
    queue = service().queue
    found = figures(queue, name, queue.today())
    waiting = board(queue, name).waiting
    return {
        "name": name,
        "title": queue.halls[name].title,
        "business": [
            {"name": each.name, "title": each.title, "link": each.link, "waiting": waiting[each.title]}
            for each in queue.rules(name).business.values()
        ],
        "today": {**vars(found), "mean": found.mean},
    }  # fmt: skip


def _slot(found: FreeSlot) -> dict[str, Any]:
    start, end = (
        each.astimezone(HALL_TIME).isoformat() for each in (found.slot.start, found.slot.end)
    )
    return {"start": start, "end": end, "left": found.left}
