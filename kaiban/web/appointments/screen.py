"""The hall's screen (叫号屏): numbers and windows in large type, nobody's name. Works without scripts, and heals."""

from typing import Any, Final

from flask import abort, render_template

from kaiban.orchestrator.window.tickets.calling import Board, board
from kaiban.ports import AGAIN, Unavailable
from kaiban.web.presentation.texts import clock
from kaiban.web.routes import PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("screen")

#: Seconds after which the page looks again.
EVERY: Final = 5
#: So many calls fit on a screen.
SHOWN: Final = 6


@routes.page("/screen/<hall>", PUBLIC)
def show(hall: str) -> Any:
    """The whole page; while the database is away it says so and looks again, as a screen has nobody to press anything."""
    found, status = _looked(hall)
    page = render_template(
        "appointments/screen.html", hall=hall, every=EVERY, **_told(hall, found)
    )
    return page, status, {} if found else {"Retry-After": str(int(AGAIN.total_seconds()))}


@routes.page("/screen/<hall>/calls", PUBLIC)
def calls(hall: str) -> Any:
    """The part of it that changes."""
    found, status = _looked(hall)
    part = render_template("appointments/calls.html", **_told(hall, found))
    return part, status, {} if found else {"Retry-After": str(int(AGAIN.total_seconds()))}


def _looked(hall: str) -> tuple[Board | None, int]:
    if hall not in service().queue.halls:
        abort(404)
    try:
        return board(service().queue, hall), 200
    except Unavailable:
        return None, 503


def _told(hall: str, found: Board | None) -> dict[str, Any]:
    queue = service().queue
    return {
        "title": queue.halls[hall].title,
        "calls": found.calls[:SHOWN] if found else (),
        "waiting": list(found.waiting.items()) if found else [],
        "away": found is None,
        "at": clock(queue.clock.now()),
    }
