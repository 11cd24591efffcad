"""A ticket: somebody's appointment, their number in the queue, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final


class TicketState(StrEnum):
    """The states of a ticket."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CALLED = "called"
    SERVING = "serving"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


_S = TicketState

#: What a ticket may become.
ALLOWED: Final[Mapping[TicketState, frozenset[TicketState]]] = {
    _S.BOOKED: frozenset({_S.ARRIVED, _S.CANCELLED, _S.NO_SHOW}),
    _S.ARRIVED: frozenset({_S.CALLED, _S.CANCELLED}),
    # ARRIVED: called by mistake, or the window closes. DONE: nobody pressed that it had begun.
    _S.CALLED: frozenset({_S.SERVING, _S.DONE, _S.NO_SHOW, _S.ARRIVED}),
    # Back to wait: for another kind of business, or until they have what they lack.
    _S.SERVING: frozenset({_S.DONE, _S.ARRIVED}),
    _S.DONE: frozenset(),
    # Whoever comes late after all waits once more.
    _S.NO_SHOW: frozenset({_S.ARRIVED}),
    _S.CANCELLED: frozenset(),
}
#: States in which a booked place is held, and counts against what one phone may hold.
HOLDING: Final = frozenset({_S.BOOKED, _S.ARRIVED, _S.CALLED, _S.SERVING})
#: States in which a window has somebody.
AT_WINDOW: Final = frozenset({_S.CALLED, _S.SERVING})

STATE_TITLES: Final[Mapping[TicketState, str]] = {
    _S.BOOKED: "已预约",
    _S.ARRIVED: "等候叫号",
    _S.CALLED: "正在叫号",
    _S.SERVING: "正在办理",
    _S.DONE: "已办完",
    _S.NO_SHOW: "过号",
    _S.CANCELLED: "已取消",
}

_DIGITS: Final = 3


class WrongMoveError(Exception):
    """The ticket may not become that; a defect of ours, or two acted at once."""


@dataclass(frozen=True)
class Ticket:
    """One visit of one person to a hall.

    ``code`` is the booking's (预约号), known to whoever booked; ``number`` the one that is called (办事号) and
    ``pickup`` the one results are handed out by (取件号), both given at arrival. ``starts_at`` and ``ends_at`` are the
    slot, None for somebody without an appointment; ``reserved`` is the window its place is at. ``turn`` counts the arrivals of a day in a hall.
    ``window`` is where it was called. ``called_at`` is the first call, ``calls`` how many there were, ``missed`` how often
    nobody came. ``day`` is the hall's day of the visit. ``by`` is who acted last.
    """

    id: str
    hall: str
    business: str
    state: TicketState
    day: date
    made_at: datetime
    code: str = ""
    number: str = ""
    pickup: str = ""
    phone: str = ""
    lang: str = "zh-CN"
    case_no: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    reserved: str = ""
    turn: int = 0
    window: str = ""
    calls: int = 0
    missed: int = 0
    arrived_at: datetime | None = None
    called_at: datetime | None = None
    ended_at: datetime | None = None
    by: str = ""

    @property
    def booked(self) -> bool:
        """Whether it was an appointment."""
        return self.starts_at is not None

    @property
    def shown_code(self) -> str:
        """The code as people read and type it: ``7K4M-2QXD``."""
        return f"{self.code[:4]}-{self.code[4:]}" if self.code else ""

    def become(self, state: TicketState, **changes: Any) -> "Ticket":
        """The ticket in that state, with these changes; WrongMoveError unless the table allows it."""
        if state not in ALLOWED[self.state]:
            raise WrongMoveError(f"{self.state} may not become {state}")
        return replace(self, state=state, **changes)


def ticket_number(letter: str, serial: int) -> str:
    """``A012``: the letter of the business and the running number of the day, three digits or more."""
    if serial < 1:
        raise ValueError(f"no number has the serial {serial}")
    return f"{letter}{serial:0{_DIGITS}d}"


def in_order(ticket: Ticket, now: datetime, grace: timedelta) -> tuple[int, float, int]:
    """What waiting people are called in the order of.

    First appointments whose time has come and who were there in time, by time; then everybody else as they
    came; last who is early for an appointment, so that an idle window calls them all the same.
    """
    start = ticket.starts_at
    if start is None or ticket.missed or _late(ticket, start + grace):
        return 1, 0.0, ticket.turn
    return 0 if now >= start else 2, start.timestamp(), ticket.turn


def _late(ticket: Ticket, last: datetime) -> bool:
    return ticket.arrived_at is not None and ticket.arrived_at > last
