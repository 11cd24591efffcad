"""The machine that gives numbers (取号机): a kiosk that whoever looks after it has said stands in a hall."""

import secrets
from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.tickets.ticket import Ticket
from kaiban.orchestrator.window.tickets.arriving import Machine, check_in, take_number
from kaiban.orchestrator.window.tickets.calling import board, line
from kaiban.web.appointments.place import hall_here
from kaiban.web.presentation.preferences import current
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("numbers")


@routes.page("/kiosk/number", PUBLIC)
def show() -> Any:
    """Take a number, or say that one is here for an appointment; then the number itself."""
    hall = hall_here()
    if not hall:
        return redirect(url_for("booking.choose"), 303)
    queue = service().queue
    waiting = board(queue, hall).waiting
    return render_template(
        "appointments/number.html",
        hall=queue.halls[hall].title,
        business=[
            (name, say(each.title), waiting[each.title])
            for name, each in queue.rules(hall).business.items()
        ],
        new=secrets.token_hex(16),
        slip=told("slip"),
        code=typed().get("code", ""),
        errors=errors_kept(),
    )


@routes.page("/kiosk/number", PUBLIC, "POST", writes=ADDS)
def take() -> Any:
    """Give a number; the same press twice gives the same."""
    hall = hall_here()
    if not hall:
        return redirect(url_for("booking.choose"), 303)
    sent, queue = request.form, service().queue
    machine = Machine(hall, request.remote_addr or "", service().limits, service().wall)
    found = (
        check_in(queue, machine, sent.get("code", ""))
        if sent.get("do") == "here"
        else take_number(
            queue, machine, sent.get("business", ""), sent.get("ticket", ""), current().lang
        )
    )
    if isinstance(found, Ticket):
        return again(show, 200, typed=(), slip=_slip(found))
    return again(show, wrong=to_keep(found))


def _slip(ticket: Ticket) -> dict[str, Any]:
    queue = service().queue
    same = [each for each in line(queue, ticket.hall) if each.business == ticket.business]
    ahead = next((n for n, each in enumerate(same) if each.id == ticket.id), 0)
    return {
        "number": ticket.number,
        "pickup": ticket.pickup,
        "business": say(queue.rules(ticket.hall).business[ticket.business].title),
        "at": clock(ticket.arrived_at),
        "ahead": ahead,
    }
