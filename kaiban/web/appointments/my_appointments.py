"""One's own appointments: looked up by phone and code, kept in one's calendar, cancelled."""

from collections.abc import Sequence
from typing import Any

import segno
from flask import Response, redirect, render_template, request, url_for
from icalendar import Calendar, Event
from markupsafe import Markup

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.ticket import STATE_TITLES, Ticket, TicketState
from kaiban.orchestrator.applicant.aftercare.booking import appointments, cancel
from kaiban.web.appointments import own_phone
from kaiban.web.presentation.texts import clock, say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, NOTHING, PUBLIC, Routes
from kaiban.web.service import service

routes = Routes("my_appointments")

_CANCELLABLE = {TicketState.BOOKED, TicketState.ARRIVED}
_KINDS = {TicketState.BOOKED: "todo", TicketState.DONE: "done"}


@routes.page("/appointments/find", PUBLIC)
def find() -> str:
    """Whose phone; then the digits that were sent there."""
    return render_template(
        "appointments/find.html",
        step=told("step", "ask"),
        phone=typed().get("phone", ""),
        errors=errors_kept(),
    )


@routes.page("/appointments/find", PUBLIC, "POST", writes=NOTHING)
def prove() -> Any:
    """First send a code, then take it; nothing tells whether a phone has booked."""
    if request.form.get("do") == "prove":
        wrong = own_phone.prove()
        return _again("prove", wrong) if wrong else redirect(url_for("my_appointments.show"), 303)
    wrong = own_phone.ask()
    return _again("ask", wrong) if wrong else _again("prove", [], 200)


@routes.page("/appointments/mine", PUBLIC)
def show() -> Any:
    """Everything this phone has booked from today on."""
    phone = own_phone.proved()
    if not phone:
        return redirect(url_for("my_appointments.find"), 303)
    found = appointments(service().queue, phone)
    new = next((each for each in found if each.id == request.args.get("new")), None)
    return render_template(
        "appointments/mine.html",
        appointments=[_shown(each) for each in found],
        new=new,
        errors=[("", say(message)) for message in told("wrong", [])],
    )


@routes.page("/appointments/cancel", PUBLIC, "POST", writes=ADDS)
def take_back() -> Any:
    """Cancel one of them."""
    phone = own_phone.proved()
    if not phone:
        return redirect(url_for("my_appointments.find"), 303)
    found = cancel(service().queue, phone, request.form.get("ticket", ""))
    to = url_for("my_appointments.show")
    if isinstance(found, Ticket):
        return redirect(to, 303)
    return again(show, to=to, typed=(), wrong=[each.message for each in found])


@routes.page("/appointments/calendar", PUBLIC)
def calendar() -> Any:
    """One of them as an entry of a calendar (RFC 5545)."""
    phone = own_phone.proved()
    found = appointments(service().queue, phone) if phone else []
    ticket = next((each for each in found if each.id == request.args.get("ticket")), None)
    if ticket is None:
        return redirect(url_for("my_appointments.find"), 303)
    answer = Response(_entry(ticket), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=appointment.ics"
    return answer


def _entry(ticket: Ticket) -> bytes:
    shown = _shown(ticket)
    event = Event()
    event.add("uid", ticket.id)
    event.add("dtstamp", ticket.made_at)
    event.add("dtstart", ticket.starts_at)
    event.add("dtend", ticket.ends_at)
    event.add("summary", say(shown["business"]))
    event.add("location", say(shown["hall"]))
    event.add("description", say("预约号 %(code)s", code=ticket.shown_code))
    made = Calendar()
    made.add("prodid", "-//Kaiban//appointments//")
    made.add("version", "2.0")
    made.add_component(event)
    written: bytes = made.to_ical()
    return written


def _shown(ticket: Ticket) -> dict[str, Any]:
    hall = service().queue.halls.get(ticket.hall)
    business = hall.queue.business.get(ticket.business) if hall and hall.queue else None
    return {
        "id": ticket.id,
        "when": _hours(ticket),
        "hall": hall.title if hall else ticket.hall,
        "business": business.title if business else ticket.business,
        "code": ticket.shown_code,
        "number": ticket.number,
        "pickup": ticket.pickup,
        "state": say(STATE_TITLES[ticket.state]),
        "kind": _KINDS.get(ticket.state, "wait"),
        "open": ticket.state in _CANCELLABLE,
        "qr": _drawn(ticket.code),
    }


def _hours(ticket: Ticket) -> str:
    end = ticket.ends_at
    return f"{clock(ticket.starts_at)}-{end.astimezone(HALL_TIME):%H:%M}" if end else ""


def _drawn(code: str) -> Markup:
    """The code as a picture the hall's machine can read."""
    drawing = segno.make(code, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return Markup(drawing)  # noqa: S704 - drawn here, from a code of ours


def _again(step: str, wrong: Sequence[Defect], status: int = 422) -> Any:
    mistakes = to_keep(wrong)
    return again(find, status, step=step, wrong=mistakes)
