"""Book, look up and cancel an appointment (预约): two people never get one place, whoever comes how fast."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.filing import CODE_LENGTH, CODE_LETTERS
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.news import TicketNews
from kaiban.domain.tickets.slots import Slot
from kaiban.domain.tickets.ticket import HOLDING, Ticket, TicketState
from kaiban.orchestrator.queueing import APPLICANT, Queue
from kaiban.ports import TicketTransaction

log = structlog.get_logger()

PAST = Defect(
    "/start",
    "booking.past",
    "这个时段已经过去或者马上开始，请选晚一些的时段，或者直接到大厅取号。",
)
BEYOND = Defect("/start", "booking.beyond", "这一天还没有开放预约，请选近一些的日期。")
CLOSED = Defect("/start", "booking.closed", "这一天大厅不办公（节假日或者休息日），请选别的日期。")
NO_SLOT = Defect("/start", "booking.no_slot", "没有这个时段，请从列出的时段中选择。")
FULL = Defect("/start", "booking.full", "这个时段已经约满，请从下面还有名额的时段中选择。")
TOO_MANY = Defect(
    "/phone", "booking.too_many",
    "这个手机号码的预约已经到了上限。可以先取消一个再约；也可以不预约，直接到大厅取号，或者请窗口代为预约。",
)  # fmt: skip
GONE = Defect("", "booking.gone", "没有找到这个预约，它可能已经取消或者已经办完。")
TOO_LATE = Defect("", "booking.too_late", "已经叫到号或者已经办完，不能再取消。")

#: How many free slots somebody is offered instead of a full one.
OFFERED: Final = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What somebody wants to book, and where they are told."""

    hall: str
    business: str
    start: datetime
    phone: str
    lang: str = "zh-CN"
    case_no: str = ""


@dataclass(frozen=True)
class FreeSlot:
    """A slot that can be booked, and how many places of it are left."""

    slot: Slot
    left: int


class _RefusedError(Exception):
    """Nothing of the transaction is kept; ``why`` is what is answered."""

    def __init__(self, why: Ticket | list[Defect]) -> None:
        super().__init__("refused")
        self.why = why


def free(queue: Queue, hall: str, business: str, day: date) -> list[FreeSlot]:
    """The slots of a day that can still be booked, full ones among them."""
    return free_on(queue, hall, business, [day])[day]


def free_on(
    queue: Queue, hall: str, business: str, days: list[date]
) -> dict[date, list[FreeSlot]]:
    """The same for several days, read at one moment."""
    offer, now = queue.offer(hall), queue.clock.now()
    slots = {day: offer.bookable(business, day, now) for day in days}
    every = [slot for found in slots.values() for slot in found]
    if not every:
        return {day: [] for day in days}
    with queue.tickets.reading() as tx:
        first, last = min(each.start for each in every), max(each.end for each in every)
        taken = tx.taken(hall, first, last)
    return {
        day: [FreeSlot(s, sum((s.start, place) not in taken for place in s.places)) for s in found]
        for day, found in slots.items()
    }


def nearest(queue: Queue, wish: Wish) -> list[Slot]:
    """The free slots that lie nearest to the one somebody wanted, in order of time."""
    days = queue.offer(wish.hall).days(queue.clock.now())
    found = free_on(queue, wish.hall, wish.business, days)
    open_ones = [each.slot for slots in found.values() for each in slots if each.left]
    nearest = sorted(open_ones, key=lambda slot: abs(slot.start - wish.start))[:OFFERED]
    return sorted(nearest, key=lambda slot: slot.start)


def book(queue: Queue, wish: Wish, by: str = APPLICANT) -> Ticket | list[Defect]:
    """Book it; the phone's own appointment for that slot, if it has one already: a click too many books nothing."""
    slot = _slot(queue, wish)
    if not isinstance(slot, Slot):
        return slot
    try:
        with queue.tickets.transaction() as tx:
            ticket = _booked(queue, tx, wish, slot, by)
            queue.tell(tx, ticket, TicketNews.BOOKED)
    except _RefusedError as refused:
        return refused.why
    log.info("booked", ticket=ticket.id, hall=ticket.hall, business=ticket.business)
    return ticket


def _slot(queue: Queue, wish: Wish) -> Slot | list[Defect]:
    """The slot, or why it cannot be booked by anybody."""
    if wrong := queue.wrong_place(wish.hall, wish.business):
        return wrong
    offer, now = queue.offer(wish.hall), queue.clock.now()
    if wish.start < now + offer.rules.lead:
        return [PAST]
    day = wish.start.astimezone(HALL_TIME).date()
    if day > queue.today() + _DAY * offer.rules.days_ahead:
        return [BEYOND]
    if day not in offer.days(now):
        return [CLOSED]
    return offer.find(wish.business, wish.start) or [NO_SLOT]


def _booked(queue: Queue, tx: TicketTransaction, wish: Wish, slot: Slot, by: str) -> Ticket:
    now = queue.clock.now()
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    ticket = Ticket(
        secrets.token_hex(16), wish.hall, wish.business, TicketState.BOOKED,
        slot.start.astimezone(HALL_TIME).date(), now, code=code, phone=wish.phone, lang=wish.lang,
        case_no=wish.case_no, starts_at=slot.start, ends_at=slot.end, by=by,
    )  # fmt: skip
    # The phone's share first, then the place: in this order for everybody, so that nobody waits in a circle.
    has_share = tx.book(ticket, queue.rules(wish.hall).per_phone)
    for other in _held(tx, wish, queue.today()):
        if other.id != ticket.id and (other.business, other.starts_at) == (
            wish.business,
            slot.start,
        ):
            raise _RefusedError(other)
    if not has_share:
        raise _RefusedError([TOO_MANY])
    place = tx.sit(ticket, slot.places)
    if place is None:
        raise _RefusedError([FULL])
    seated = replace(ticket, reserved=place.window)
    tx.move(seated, TicketState.BOOKED)
    return seated


def _held(tx: TicketTransaction, wish: Wish, today: date) -> Iterator[Ticket]:
    found = tx.of_phone(wish.phone, today)
    return (each for each in found if each.hall == wish.hall and each.state in HOLDING)


def appointments(queue: Queue, phone: str) -> list[Ticket]:
    """What the phone has booked from today on, the earliest first; whoever asks has proved that it is theirs."""
    with queue.tickets.reading() as tx:
        return tx.of_phone(phone, queue.today())


def cancel(queue: Queue, phone: str, ticket_id: str, by: str = APPLICANT) -> Ticket | list[Defect]:
    """Cancel it, and give its place back; a second time changes nothing. Another phone's answers like none."""
    with queue.tickets.transaction() as tx:
        ticket = tx.get(ticket_id)
        if ticket is None or ticket.phone != phone or not ticket.booked:
            return [GONE]
        if ticket.state is TicketState.CANCELLED:
            return ticket
        if ticket.state not in {TicketState.BOOKED, TicketState.ARRIVED}:
            return [TOO_LATE]
        over = ticket.become(TicketState.CANCELLED, ended_at=queue.clock.now(), by=by)
        tx.move(over, ticket.state)
    log.info("booking_cancelled", ticket=ticket.id, hall=ticket.hall)
    return over
