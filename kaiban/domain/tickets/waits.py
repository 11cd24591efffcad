"""How long people waited, as figures that can be reckoned again: who counts, from when to when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

from kaiban.domain.hours.clock import floor_minute
from kaiban.domain.tickets.ticket import Ticket, TicketState

#: The rule of the clock, to be shown beside every figure.
CLOCK_RULE: Final = (
    "等候时间从取号算起，预约的人早到的从预约时段开始算起，到第一次叫号为止；"
    "逐人按整分钟计，午休也算在内。还在等的、取消的、没有到场的不算。"
)
#: How far figures of a period reach back: tickets are forgotten then (queue_upkeep.KEPT).
REACH: Final = "取号记录只保存 90 天，更早的日子没有等候的数字。"


@dataclass(frozen=True)
class Waits:
    """The figures of a day: ``minutes`` (numerator) of ``people`` (denominator) who were called.

    ``strange`` were called before they came, by a clock that was set back: they are in no other figure.
    """

    minutes: int
    people: int
    middle: float | None
    longest: int | None
    strange: int
    waiting: int
    booked: int
    came: int
    missed: int
    cancelled: int

    @property
    def mean(self) -> float | None:
        """Minutes per person; None if nobody was called."""
        return self.minutes / self.people if self.people else None


def waits(tickets: Sequence[Ticket]) -> Waits:
    """The figures of these tickets, usually a hall's of one day."""
    spans = [
        waited(each.arrived_at, each.starts_at, each.called_at)
        for each in tickets
        if each.called_at and each.arrived_at
    ]
    counted = [span for span in spans if span is not None]
    booked = [each for each in tickets if each.booked]
    return Waits(
        minutes=sum(counted),
        people=len(counted),
        middle=median(counted) if counted else None,
        longest=max(counted, default=None),
        strange=len(spans) - len(counted),
        waiting=_in(tickets, TicketState.ARRIVED),
        booked=len(booked),
        came=sum(each.arrived_at is not None for each in booked),
        missed=_in(tickets, TicketState.NO_SHOW),
        cancelled=_in(tickets, TicketState.CANCELLED),
    )


def _in(tickets: Iterable[Ticket], state: TicketState) -> int:
    return sum(each.state is state for each in tickets)


def waited(arrived: datetime, starts: datetime | None, called: datetime) -> int | None:
    """Whole minutes one person waited by CLOCK_RULE; none of who was called before their time, None where the clock ran back."""
    if called < arrived:
        return None
    return max(0, _between(max(arrived, starts or arrived), called))


def _between(start: datetime, end: datetime) -> int:
    return int((floor_minute(end) - floor_minute(start)).total_seconds()) // 60
