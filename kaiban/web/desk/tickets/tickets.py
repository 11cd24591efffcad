"""Call people to a window (叫号), and see who waits, who is booked, and how long it takes."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import render_template, request, url_for

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act
from kaiban.domain.tickets.ticket import STATE_TITLES, Ticket, TicketState
from kaiban.domain.tickets.waits import CLOCK_RULE, Waits
from kaiban.orchestrator.window.exit_desk.finding import seen_case
from kaiban.orchestrator.window.tickets.arriving import Machine, check_in, take_number
from kaiban.orchestrator.window.tickets.calling import (
    ACTS,
    BUSY,
    at_counter,
    call_again,
    call_next,
    figures,
    name_case,
    settle,
    transfer,
)
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.telling import done, refused, said, typed_in
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told
from kaiban.web.routes import ADDS, Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import office, service

routes = Routes("tickets")

CALL = Staff(Act.CALL)
#: What is said once it was done, by the value of the button.
_SAID: Final[Mapping[str, str]] = {
    "next": "已经叫 %(number)s 号。", "again": "又叫了一遍 %(number)s 号。",
    "serve": "%(number)s 号开始办。", "done": "%(number)s 号办完了。",
    "missed": "%(number)s 号记为过号。", "back": "%(number)s 号退回等候。",
    "transfer": "%(number)s 号转到另一种业务，保留原来的次序。",
    "case": "%(number)s 号写上了办件号。",
}  # fmt: skip
_CALLED: Final = "这个窗口已经叫了一位，请先办这一位。"


@routes.page("/desk/tickets", CALL)
def show() -> str:
    """Whom the window has, and who waits for it; without a queue in this hall, how to get one."""
    hall, queue = _hall(), service().queue
    if hall not in queue.halls:
        return render_template("desk/tickets/none.html")
    window = _window(hall)
    rules, found = queue.rules(hall), at_counter(queue, hall, window)
    return render_template(
        "desk/tickets/tickets.html",
        hall=hall, hall_title=queue.halls[hall].title, window=window,
        windows=[
            (url_for("tickets.show", window=name), say(each.title), name == window)
            for name, each in rules.windows.items()
        ],
        current=_told(found.current) if found.current else None,
        waiting=[_told(each) for each in found.waiting], missed=[_told(each) for each in found.missed],
        booked=[_told(each) for each in found.booked],
        business=[(name, say(each.title)) for name, each in rules.business.items()],
        figures=_figures(figures(queue, hall, queue.today())), rule=CLOCK_RULE,
        new=secrets.token_hex(16), slip=told("slip"), arrive=typed_in("arrive"),
        change=typed_in("change"), **said(),
    )  # fmt: skip


@routes.page("/desk/tickets", CALL, "POST", writes=ADDS)
def act() -> Any:
    """Do what was pressed with the number it stands beside."""
    hall, do = _hall(), request.form.get("do", "")
    work = _WORK.get(do)
    if hall not in service().queue.halls or work is None:
        return again(show, 200, to=_here(), typed=())
    found = work(hall, do)
    if isinstance(found, Ticket):
        return done(show, _here(), _SAID[do], number=found.number)
    if found == [BUSY] and do == "next":
        return done(show, _here(), _CALLED)
    form = "change" if do in ("transfer", "case") else "call"
    return refused(show, _here(), form, found)


@routes.page("/desk/tickets/numbers", CALL, "POST", writes=ADDS)
def arrive() -> Any:
    """Give a number to somebody who has come, with or without an appointment; the same press twice gives the same."""
    sent, queue = request.form, service().queue
    machine = Machine(
        _hall(), request.remote_addr or "", service().limits, service().wall, the_staff().login
    )
    if sent.get("do") == "here":
        found = check_in(queue, machine, sent.get("code", ""))
    else:
        found = take_number(queue, machine, sent.get("business", ""), sent.get("ticket", ""))
    if not isinstance(found, Ticket):
        return refused(show, _here(), "arrive", found)
    slip = {"number": found.number, "pickup": found.pickup, "business": _business(found)}
    return again(show, 200, to=_here(), typed=(), slip=slip)


def _hall() -> str:
    return the_staff().position.within(Act.CALL)


def _window(hall: str) -> str:
    """The window that was chosen; else the one of the account, else the first."""
    windows = service().queue.rules(hall).windows
    wanted = request.values.get("window", "")
    mine = the_staff().window.lstrip("0")
    return next((each for each in (wanted, mine) if each in windows), next(iter(windows)))


def _here() -> str:
    hall = _hall()
    known = hall in service().queue.halls
    return url_for("tickets.show", window=_window(hall) if known else None)


def _next(hall: str, _: str) -> Ticket | list[Defect]:
    return call_next(service().queue, hall, _window(hall), the_staff().login)


def _again(hall: str, _: str) -> Ticket | list[Defect]:
    calls = whole_number(request.form.get("calls", ""), None)
    return call_again(service().queue, hall, _number(), the_staff().login, calls)


def _settle(hall: str, do: str) -> Ticket | list[Defect]:
    return settle(service().queue, hall, _number(), do, the_staff().login)


def _transfer(hall: str, _: str) -> Ticket | list[Defect]:
    to = request.form.get("business", "")
    return transfer(service().queue, hall, _number(), to, the_staff().login)


def _case(hall: str, _: str) -> Ticket | list[Defect]:
    found = seen_case(office(), the_staff().position, request.form.get("case", ""))
    if isinstance(found, Defect):
        return [found]
    return name_case(service().queue, hall, _number(), found.no, the_staff().login)


_WORK: Final[Mapping[str, Callable[[str, str], Ticket | list[Defect]]]] = {
    "next": _next, "again": _again, "transfer": _transfer, "case": _case,
    **dict.fromkeys(ACTS, _settle),
}  # fmt: skip


def _number() -> str:
    return request.form.get("number", "")


def _business(ticket: Ticket) -> str:
    rules = service().queue.rules(ticket.hall)
    known = rules.business.get(ticket.business)
    return say(known.title) if known else ticket.business


def _told(ticket: Ticket) -> dict[str, Any]:
    """A ticket without whom it is."""
    return {
        "number": ticket.number, "business": _business(ticket), "state": say(STATE_TITLES[ticket.state]),
        "serving": ticket.state is TicketState.SERVING, "calls": ticket.calls, "case_no": ticket.case_no,
        "came": _time(ticket.arrived_at), "slot": _time(ticket.starts_at), "pickup": ticket.pickup,
    }  # fmt: skip


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(HALL_TIME):%H:%M}" if at else ""


def _figures(found: Waits) -> list[tuple[str, object, str]]:
    mean = "-" if found.mean is None else f"{found.mean:.0f}"
    longest = "-" if found.longest is None else found.longest
    sums = say(
        "分钟（%(minutes)s 分钟 / %(people)s 人）", minutes=found.minutes, people=found.people
    )
    return [
        (say("在等"), found.waiting, say("人")), (say("平均等候"), mean, sums),
        (say("最长等候"), longest, say("分钟")),
        (say("预约到场"), found.came, f"/ {found.booked}"), (say("过号"), found.missed, say("人")),
    ]  # fmt: skip
