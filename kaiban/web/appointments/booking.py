"""Book an appointment: hall and business, day, hour, and a phone that is one's own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import redirect, render_template, request, session, url_for

from kaiban.domain.filing import read_phone
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.ticket import Ticket
from kaiban.domain.tickets.waits import CLOCK_RULE
from kaiban.orchestrator.applicant.aftercare.booking import (
    FULL,
    FreeSlot,
    Wish,
    book,
    free_on,
    nearest,
)
from kaiban.orchestrator.applicant.returning.phone_codes import NO_TEXTS
from kaiban.orchestrator.queueing import NO_BUSINESS, Queue
from kaiban.orchestrator.window.tickets.calling import board, figures
from kaiban.ports import FilingNotFound
from kaiban.web.appointments import own_phone
from kaiban.web.presentation.preferences import current
from kaiban.web.presentation.texts import clock, day, in_a_row, listed, say, short_day
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, OWNER, PUBLIC, Routes, the_filing
from kaiban.web.service import service

routes = Routes("booking")

#: For which filing somebody books, kept in the session.
_FOR = "appointment_for"
NO_START = Defect("/start", "booking.no_start", "请选择一个时段。")


@routes.page("/appointments", PUBLIC)
def choose() -> str:
    """Which hall and what for, and how long people wait there today."""
    queue = service().queue
    return render_template(
        "appointments/choose.html",
        halls=[(name, hall.title, _businesses(name)) for name, hall in queue.halls.items()],
        waits=[_waits_of(name) for name in queue.halls],
        rule=CLOCK_RULE,
        instead="" if service().phone_codes.texts else NO_TEXTS.message,
    )


@routes.page("/t/<aid>/appointment", OWNER)
def of_case() -> Any:
    """The same for a case that is under way: the appointment stands on its page."""
    session[_FOR] = the_filing().id
    hall, business = request.args.get("hall", ""), request.args.get("business", "")
    return redirect(url_for("booking.times", hall=hall, business=business), 303)


@routes.page("/appointments/times", PUBLIC)
def times() -> Any:
    """Which day and hour, and the phone; then the digits that were sent there."""
    hall, business = _asked("hall"), _asked("business")
    if service().queue.wrong_place(hall, business):
        return redirect(url_for("booking.choose"), 303)
    return _render(hall, business, told("step", "ask"))


@routes.page("/appointments/times", PUBLIC, "POST", writes=ADDS)
def take() -> Any:
    """First send a code, then take it and book; whose phone is known already books at once."""
    wish = _wish()
    if isinstance(wish, Defect):
        return _again("ask", [wish])
    if request.form.get("do") == "prove":
        wrong = own_phone.prove()
        return _again("prove", wrong) if wrong else _book(wish)
    if wish.phone and wish.phone == own_phone.proved():
        return _book(wish)
    wrong = own_phone.ask()
    return _again("ask", wrong) if wrong else _again("prove", [], 200)


def _book(wish: Wish) -> Any:
    found = book(service().queue, wish)
    if not isinstance(found, Ticket):
        return _again("ask", found)
    session.pop(_FOR, None)
    return redirect(url_for("my_appointments.show", new=found.id), 303)


def _wish() -> Wish | Defect:
    sent = request.form
    start = _instant(sent.get("start", ""))
    if start is None:
        return NO_START
    hall, business = sent.get("hall", ""), sent.get("business", "")
    if service().queue.wrong_place(hall, business):
        return NO_BUSINESS
    return Wish(
        hall, business, start, read_phone(sent.get("phone", "")), current().lang, _case_no()
    )


def _case_no() -> str:
    """The case somebody came from, as long as this browser may see it."""
    filing_id = session.get(_FOR, "")
    if not filing_id or filing_id not in session.get("mine", ()):
        return ""
    try:
        return service().filings.get(filing_id).case_no
    except FilingNotFound:
        return ""


def _again(step: str, wrong: Sequence[Defect], status: int = 422) -> Any:
    full = any(each.code == FULL.code for each in wrong)
    return again(times, status, to=_here(), step=step, wrong=to_keep(wrong), full=full)


def _here() -> str:
    """The page with what was chosen, so that it shows the same hall and day again."""
    start = request.form.get("start", "")
    return url_for(
        "booking.times",
        hall=_asked("hall"),
        business=_asked("business"),
        day=request.form.get("day", "") or start[:10],
    )


def _asked(name: str) -> str:
    return request.form.get(name, "") or request.args.get(name, "")


def _render(hall: str, business: str, step: str) -> str:
    queue = service().queue
    offer = queue.offer(hall)
    days = offer.days(queue.clock.now())
    found = free_on(queue, hall, business, days)
    chosen = _day(days, found)
    start = typed().get("start", "")
    return render_template(
        "appointments/times.html",
        step=step,
        hall=hall,
        business=business,
        hall_title=queue.halls[hall].title,
        business_title=offer.rules.business[business].title,
        days=[
            (
                url_for("booking.times", hall=hall, business=business, day=each.isoformat()),
                _day_words(each, found[each]),
                each == chosen,
            )
            for each in days
        ],
        day=chosen.isoformat() if chosen else "",
        day_title=day(chosen) if chosen else "",
        provisional=bool(chosen) and offer.is_provisional(chosen or date.min),
        slots=[_option(each) for each in found.get(chosen, ())] if chosen else [],
        start=start,
        start_title=clock(_instant(start)),
        offered=_offered(queue, hall, business, _instant(start)),
        phone=typed().get("phone", "") or own_phone.proved(),
        grace=int(offer.rules.grace.total_seconds()) // 60,
        most=offer.rules.per_phone,
        errors=errors_kept(),
    )


def _day(days: Sequence[date], found: dict[date, list[FreeSlot]]) -> date | None:
    """The day that was asked for; else the first with a free place."""
    asked = next((each for each in days if each.isoformat() == _asked("day")), None)
    if asked:
        return asked
    return next((each for each in days if any(slot.left for slot in found[each])), None)


def _day_words(at: date, slots: list[FreeSlot]) -> str:
    left = sum(each.left for each in slots)
    words = say("余 %(left)s 个", left=left) if left else say("约满")
    return f"{short_day(at)} {words}"


def _option(free: FreeSlot) -> tuple[str, str, str]:
    start, end = (each.astimezone(HALL_TIME) for each in (free.slot.start, free.slot.end))
    left = say("余 %(left)s 个", left=free.left) if free.left else say("约满")
    hours = f"{start:%H:%M}-{end:%H:%M}"
    return start.isoformat(timespec="minutes"), in_a_row((hours, left)), ""


def _instant(text: str) -> datetime | None:
    """The instant as a button of the page sends it; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
        # The first and the last day there is have no hall time.
        return found.astimezone(HALL_TIME) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _offered(
    queue: Queue, hall: str, business: str, start: datetime | None
) -> list[tuple[str, str]]:
    """Pages of the nearest free slots, in place of one that is full."""
    if start is None or not told("full"):
        return []
    found = []
    for slot in nearest(queue, Wish(hall, business, start, "")):
        at = slot.start.astimezone(HALL_TIME).isoformat(timespec="minutes")
        to = url_for("booking.times", hall=hall, business=business, day=at[:10], start=at)
        found.append((to, clock(slot.start)))
    return found


def _businesses(hall: str) -> list[tuple[str, str]]:
    return [(name, each.title) for name, each in service().queue.rules(hall).business.items()]


def _waits_of(hall: str) -> dict[str, Any]:
    queue = service().queue
    found = figures(queue, hall, queue.today())
    waiting = [
        say("%(title)s %(count)s 人", title=say(title), count=count)
        for title, count in board(queue, hall).waiting.items()
    ]
    return {"title": queue.halls[hall].title, "waiting": listed(waiting), "figures": found}
