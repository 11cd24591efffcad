"""Call people to a window (叫号), and write down what became of them; ``by`` is who of the staff acts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import structlog

from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.ticket import ALLOWED, AT_WINDOW, Ticket, TicketState, in_order
from kaiban.domain.tickets.waits import Waits, waits
from kaiban.domain.typed import compact
from kaiban.orchestrator.queueing import NO_HALL, Queue
from kaiban.orchestrator.window.tickets.arriving import arrive
from kaiban.ports import TicketTransaction

log = structlog.get_logger()

NO_WINDOW = Defect("/window", "queue.no_window", "这个大厅没有这个窗口。")
NOBODY = Defect("", "queue.nobody", "现在没有人在等这个窗口的业务。")
BUSY = Defect(
    "/window", "queue.busy", "这个窗口还有一位没有办完，请先把这一位记为办完、过号或者退回等候。"
)
NO_NUMBER = Defect("/number", "queue.no_number", "今天没有这个号。")
NOT_NOW = Defect("/number", "queue.not_now", "这个号现在不能这样处理，请刷新后再看。")

SAME_BUSINESS = Defect("/business", "queue.same_business", "这个号等的就是这种业务，请选另一种。")

#: Out of which states somebody may be sent to wait for something else.
_TRANSFERRED: Final = frozenset({TicketState.ARRIVED, TicketState.CALLED, TicketState.SERVING})
#: What the window may say of a number -> what it becomes.
ACTS: Final[Mapping[str, TicketState]] = {
    "serve": TicketState.SERVING,
    "done": TicketState.DONE,
    "missed": TicketState.NO_SHOW,
    "back": TicketState.ARRIVED,
}
_OVER: Final = frozenset({TicketState.DONE, TicketState.NO_SHOW})


def call_next(queue: Queue, hall: str, window: str, by: str) -> Ticket | list[Defect]:
    """Call whoever is next for what the window serves; never the same person to two windows."""
    if wrong := _wrong_window(queue, hall, window):
        return wrong
    with queue.tickets.transaction() as tx:
        # Counting its calls is also what keeps a window from calling two people at once.
        tx.next_number(f"{hall}:window {window}:{queue.today():%Y%m%d}")
        today = tx.of_day(hall, queue.today())
        if any(each.window == window and each.state in AT_WINDOW for each in today):
            return [BUSY]
        serves = queue.rules(hall).windows[window].serves
        found = (
            _called(queue, tx, each.id, window, by)
            for each in _line(queue, hall, today)
            if each.business in serves
        )
        ticket = next(filter(None, found), None)
    if ticket is None:
        return [NOBODY]
    log.info("called", hall=hall, window=window, number=ticket.number, by=by)
    _tell_near(queue, ticket)
    return ticket


def call_again(
    queue: Queue, hall: str, number: str, by: str, calls: int | None = None
) -> Ticket | list[Defect]:
    """Call a number once more that was called and did not come yet.

    ``calls`` is how many calls whoever presses has seen: if there were more since, that was the press.
    """
    with queue.tickets.transaction() as tx:
        ticket = _numbered(queue, tx, hall, number)
        if ticket is None:
            return [NO_NUMBER]
        if ticket.state is not TicketState.CALLED:
            return [NOT_NOW]
        if calls is not None and ticket.calls > calls:
            return ticket  # pressed twice
        again = replace(ticket, calls=ticket.calls + 1, by=by)
        tx.move(again, TicketState.CALLED)
        queue.tell(tx, again, TicketNews.CALLED)
        return again


def settle(queue: Queue, hall: str, number: str, act: str, by: str) -> Ticket | list[Defect]:
    """Write down one of ACTS of a number; whoever missed their call and comes after all waits once more."""
    state = ACTS[act]
    with queue.tickets.transaction() as tx:
        ticket = _numbered(queue, tx, hall, number)
        if ticket is None:
            return [NO_NUMBER]
        if ticket.state is state:
            return ticket  # pressed twice
        if state not in ALLOWED[ticket.state]:
            return [NOT_NOW]
        if state is TicketState.ARRIVED:
            return _back(queue, tx, ticket, by)
        now = queue.clock.now()
        settled = ticket.become(
            state, by=by, ended_at=now if state in _OVER else None,
            missed=ticket.missed + (state is TicketState.NO_SHOW),
        )  # fmt: skip
        tx.move(settled, ticket.state)
    log.info("ticket_settled", hall=hall, number=number, state=state, by=by)
    return settled


def transfer(
    queue: Queue, hall: str, number: str, business: str, by: str
) -> Ticket | list[Defect]:
    """Let somebody wait for another kind of business (转办); they keep their turn and their number."""
    if wrong := queue.wrong_place(hall, business):
        return wrong
    with queue.tickets.transaction() as tx:
        ticket = _numbered(queue, tx, hall, number)
        if ticket is None:
            return [NO_NUMBER]
        if ticket.business == business and ticket.state is TicketState.ARRIVED:
            return ticket  # pressed twice
        if ticket.business == business:
            return [SAME_BUSINESS]
        if ticket.state not in _TRANSFERRED:
            return [NOT_NOW]
        is_at_window = ticket.state in AT_WINDOW
        waiting = ticket.become(TicketState.ARRIVED) if is_at_window else ticket
        moved = replace(waiting, business=business, window="", by=by)
        tx.move(moved, ticket.state)
    log.info("ticket_transferred", hall=hall, number=number, business=business, by=by)
    return moved


def name_case(queue: Queue, hall: str, number: str, no: str, by: str) -> Ticket | list[Defect]:
    """Say which case a number of today is about, so that its pick-up number finds it; whoever says so may see the case."""
    with queue.tickets.transaction() as tx:
        ticket = _numbered(queue, tx, hall, number)
        if ticket is None:
            return [NO_NUMBER]
        named = replace(ticket, case_no=no, by=by)
        tx.move(named, ticket.state)
        return named


@dataclass(frozen=True)
class Counter:
    """What a window sees: whom it has, who waits for it, who missed their call, and every appointment of the day."""

    current: Ticket | None
    waiting: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]
    booked: tuple[Ticket, ...]


def at_counter(queue: Queue, hall: str, window: str) -> Counter:
    """How a window's queue stands; KeyError for a hall or window there is not. Nothing sealed is opened."""
    serves = queue.rules(hall).windows[window].serves
    with queue.tickets.reading() as tx:
        today = tx.of_day(hall, queue.today())
    mine = [each for each in today if each.window == window and each.state in AT_WINDOW]
    return Counter(
        next(iter(mine), None),
        tuple(each for each in _line(queue, hall, today) if each.business in serves),
        tuple(
            each for each in today
            if each.state is TicketState.NO_SHOW and each.number and each.business in serves
        ),
        tuple(each for each in today if each.booked),
    )  # fmt: skip


def _back(queue: Queue, tx: TicketTransaction, ticket: Ticket, by: str) -> Ticket:
    """Who was there, or was called by mistake, keeps their turn; who missed it waits behind the others."""
    if ticket.state in AT_WINDOW:
        waiting = ticket.become(TicketState.ARRIVED, window="", by=by)
        tx.move(waiting, ticket.state)
        return waiting
    return arrive(queue, tx, replace(ticket, window=""), by)


@dataclass(frozen=True)
class Board:
    """What the hall's screen shows: (number, window) of those called, the latest first, and how many wait for what."""

    calls: tuple[tuple[str, str], ...]
    waiting: Mapping[str, int]


def board(queue: Queue, hall: str) -> Board:
    """The hall's screen; numbers only."""
    with queue.tickets.reading() as tx:
        today = tx.of_day(hall, queue.today())
    rules = queue.rules(hall)
    called = [each for each in today if each.state in AT_WINDOW and each.called_at]
    called.sort(key=lambda each: (each.state is TicketState.CALLED, each.called_at), reverse=True)
    names = {name: window.title for name, window in rules.windows.items()}
    waiting = [each.business for each in today if each.state is TicketState.ARRIVED]
    return Board(
        tuple((each.number, names.get(each.window, each.window)) for each in called),
        {each.title: waiting.count(name) for name, each in rules.business.items()},
    )


def figures(queue: Queue, hall: str, day: date) -> Waits:
    """How long people waited there that day."""
    with queue.tickets.reading() as tx:
        return waits(tx.of_day(hall, day))


def line(queue: Queue, hall: str) -> list[Ticket]:
    """Who waits, in the order they are called in; without what is sealed."""
    with queue.tickets.reading() as tx:
        return _line(queue, hall, tx.of_day(hall, queue.today()))


def _line(queue: Queue, hall: str, today: list[Ticket]) -> list[Ticket]:
    now, grace = queue.clock.now(), queue.rules(hall).grace
    waiting = [each for each in today if each.state is TicketState.ARRIVED]
    return sorted(waiting, key=lambda each: in_order(each, now, grace))


def _called(
    queue: Queue, tx: TicketTransaction, ticket_id: str, window: str, by: str
) -> Ticket | None:
    """The ticket, called; None if somebody else was faster."""
    ticket = tx.get(ticket_id)
    if ticket is None or ticket.state is not TicketState.ARRIVED:
        return None
    called = ticket.become(
        TicketState.CALLED, window=window, calls=ticket.calls + 1, by=by,
        called_at=ticket.called_at or queue.clock.now(),
    )  # fmt: skip
    tx.move(called, TicketState.ARRIVED)
    queue.tell(tx, called, TicketNews.CALLED)
    return called


def _tell_near(queue: Queue, called: Ticket) -> None:
    """Tell who is near now; apart from the call, so that two windows never wait for each other's tickets."""
    if not queue.told:
        return
    near = queue.rules(called.hall).near
    same = [each for each in line(queue, called.hall) if each.business == called.business]
    ahead = {each.id: n for n, each in enumerate(same[: near + 1])}
    if not ahead:
        return
    with queue.tickets.transaction() as tx:
        for ticket_id in sorted(ahead):
            ticket = tx.look(ticket_id)
            if ticket is not None:
                queue.tell(tx, ticket, TicketNews.NEAR, ahead[ticket_id])


def _numbered(queue: Queue, tx: TicketTransaction, hall: str, number: str) -> Ticket | None:
    today = tx.of_day(hall, queue.today())
    found = next((each for each in today if each.number == compact(number).upper() != ""), None)
    return tx.get(found.id) if found else None


def _wrong_window(queue: Queue, hall: str, window: str) -> list[Defect]:
    if hall not in queue.halls:
        return [NO_HALL]
    return [] if window in queue.rules(hall).windows else [NO_WINDOW]
