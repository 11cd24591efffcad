"""Arrive at a hall: take a number on the spot (取号), or with the code of an appointment (签到)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.filing import read_code
from kaiban.domain.hours.clock import midnight
from kaiban.domain.notices.notice import Defect
from kaiban.domain.tickets.ticket import Ticket, TicketState, ticket_number
from kaiban.orchestrator.queueing import NO_HALL, Queue
from kaiban.ports import RateLimit, RateLimits, TicketTransaction

log = structlog.get_logger()

SHUT = Defect("", "queue.shut", "大厅今天不再办公，请在办公时间来取号，或者先预约。")
NO_CODE = Defect(
    "/code",
    "queue.no_code",
    "预约号为 8 位字母和数字，请照短信或者回执填写。",
    example="7K4M-2QXD",
)
UNKNOWN = Defect("/code", "queue.unknown", "今天没有这个预约号，请核对；没有预约的，请直接取号。")
OTHER_DAY = Defect(
    "/code", "queue.other_day", "这个预约不是今天的，请在预约的那一天来；今天要办的，请直接取号。"
)
OVER = Defect("/code", "queue.over", "这个预约已经取消或者已经办完；要办事的，请直接取号。")
TOO_OFTEN = Defect(
    "", "queue.too_often", "这台设备取号太频繁了，请过一会儿再试，或者请工作人员帮忙。"
)

#: How many numbers one machine gives within an hour: a hall of a thousand people a day stays below.
PER_MACHINE: Final = RateLimit("ticket:machine", 300, timedelta(hours=1))
#: How often codes may be tried at one machine.
CODES: Final = RateLimit("arrive:machine", 300, timedelta(hours=1))
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Machine:
    """A machine of a hall, or (``by``) an account at its counter, and who counts how much it is used; ``wall`` is real time."""

    hall: str
    address: str
    limits: RateLimits
    wall: Callable[[], datetime]
    by: str = "machine"

    def within(self, limit: RateLimit) -> bool:
        """Count one; whether it is still within the limit."""
        return self.limits.take(limit, f"{self.hall} {self.address}", self.wall())


def take_number(
    queue: Queue, machine: Machine, business: str, ticket_id: str, lang: str = "zh-CN"
) -> Ticket | list[Defect]:
    """A number for somebody who is there; the same ``ticket_id`` (32 hex digits) again is the same ticket."""
    if wrong := queue.wrong_place(machine.hall, business) or _shut(queue, machine.hall):
        return wrong
    if not _ID.fullmatch(ticket_id) or not machine.within(PER_MACHINE):
        return [TOO_OFTEN]
    now = queue.clock.now()
    ticket = Ticket(
        ticket_id, machine.hall, business, TicketState.ARRIVED, queue.today(), now, lang=lang,
        arrived_at=now, by=machine.by,
    )  # fmt: skip
    with queue.tickets.transaction() as tx:
        if not tx.add(ticket):
            found = tx.look(ticket_id)
            return found if found and found.hall == machine.hall else [TOO_OFTEN]
        numbered = _numbered(queue, tx, ticket)
        tx.move(numbered, TicketState.ARRIVED)
    log.info("number_taken", hall=machine.hall, number=numbered.number)
    return numbered


def check_in(queue: Queue, machine: Machine, typed: str) -> Ticket | list[Defect]:
    """A number for somebody with an appointment, who types its code; a second time gives the same."""
    if machine.hall not in queue.halls:
        return [NO_HALL]
    code = read_code(typed)
    if not code:
        return [NO_CODE]
    if not machine.within(CODES):
        return [TOO_OFTEN]
    with queue.tickets.transaction() as tx:
        found = tx.with_code(machine.hall, code)
        ticket = tx.get(found.id) if found else None
        if ticket is None:
            return [UNKNOWN]
        if wrong := _not_today(ticket, queue.today()):
            return [wrong]
        return ticket if ticket.state in _THERE else arrive(queue, tx, ticket, machine.by)


#: Whoever is here already is told their number once more.
_THERE = frozenset({TicketState.ARRIVED, TicketState.CALLED, TicketState.SERVING})


def arrive(queue: Queue, tx: TicketTransaction, ticket: Ticket, by: str) -> Ticket:
    """Let somebody wait from now on: for the first time, or once more after nobody came when called."""
    now = queue.clock.now()
    here = _numbered(queue, tx, ticket).become(
        TicketState.ARRIVED, by=by, ended_at=None, arrived_at=ticket.arrived_at or now
    )
    tx.move(here, ticket.state)
    log.info("arrived", hall=here.hall, number=here.number)
    return here


def _numbered(queue: Queue, tx: TicketTransaction, ticket: Ticket) -> Ticket:
    """With a turn of its own, and with both numbers if it has none."""
    day = f"{ticket.day:%Y%m%d}"
    turn = tx.next_number(f"{ticket.hall}:turn:{day}")
    if ticket.number:
        return replace(ticket, turn=turn)
    letter = queue.rules(ticket.hall).business[ticket.business].letter
    number = ticket_number(letter, tx.next_number(f"{ticket.hall}:{letter}:{day}"))
    return replace(ticket, turn=turn, number=number, pickup=f"{ticket.day:%m%d}-{turn:03d}")


def _shut(queue: Queue, hall: str) -> list[Defect]:
    """Nothing as long as the hall will still be open today; people come before it opens."""
    now = queue.clock.now()
    end = midnight(queue.today()) + timedelta(days=1)
    left = next(queue.halls[hall].hours.open_spans(now, end), None)
    return [] if left else [SHUT]


def _not_today(ticket: Ticket, today: date) -> Defect | None:
    if ticket.state in {TicketState.CANCELLED, TicketState.DONE}:
        return OVER
    return None if ticket.day == today else OTHER_DAY
