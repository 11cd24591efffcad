"""Halls for portals: what can be booked where, what is left, how long people wait. Nobody's appointment is in it."""

from typing import Any

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json
from kaiban.api.routes import PUBLIC, Routes
from kaiban.api.schemas.asked import SlotsAsked
from kaiban.api.schemas.public import HallList, SlotList
from kaiban.api.service import service
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.waits import CLOCK_RULE
from kaiban.orchestrator.applicant.aftercare.booking import FreeSlot, free
from kaiban.orchestrator.window.tickets.calling import board, figures

routes = Routes([])


@routes.route(
    "GET", "/halls", PUBLIC, "取号的大厅：业务、在等的人数、今天的等候时间", gives=HallList
)
def list_halls() -> Response:
    """Every hall with a queue."""
    return as_json({"halls": [_hall(name) for name in service().queue.halls], "rule": CLOCK_RULE})


@routes.route(
    "GET", "/halls/<hall>/slots", PUBLIC, "某业务某日还可以预约的时段和余数", gives=SlotList, asks=SlotsAsked, answers=(200, 404)
)  # fmt: skip
def list_slots(hall: str) -> Response:
    """The slots of a day that can still be booked; of today without a day."""
    queue = service().queue
    business = g.asked["business"]
    if queue.wrong_place(hall, business):
        raise Problem("not-found")
    day = g.asked.get("day") or queue.today()
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
