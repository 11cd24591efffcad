"""What figures are made of: an ended case as numbers, written down once, with nobody in it.

Facts are frozen when a case ends: by the hours and the promise of then, so that no later change of the city's profile
moves a figure that was published. They stay when the case itself is deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.holdings import turns
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import ENDED, CaseState
from kaiban.domain.city import City
from kaiban.domain.desk.worklist import Source, source_of
from kaiban.domain.hours.cards import Level, due_cards
from kaiban.domain.hours.clock import HALL_TIME, HallHours

_MINUTE: Final = timedelta(minutes=1)
_NO_CARD: Final = ""


@dataclass(frozen=True)
class CaseFacts:
    """An ended case in figures.

    ``promised`` and ``used`` are working minutes, ``minutes`` are all minutes by whose they were (`Hours.parts`), ``links``
    the working minutes in which a department had it in hand, of those links that were granted. ``sent_back``: so often
    a link asked for something to be corrected. ``level``: its gravest card, "" without one. ``provisional``: the
    holidays of a year it fell in were not known.
    """

    no: str
    hall: str
    source: Source
    outcome: CaseState
    accepted_on: date
    ended_on: date
    promised: int
    used: int
    minutes: Mapping[str, int]
    links: Mapping[str, int]
    sent_back: int
    level: str
    provisional: bool

    @property
    def in_time(self) -> bool:
        """Whether the promise was kept."""
        return self.used <= self.promised


def facts_of(case: Case, city: City) -> CaseFacts | None:
    """The facts of a case; None as long as it has not ended, or where the city no longer knows its hall or promise."""
    if not case.ended or not city.knows(case):
        return None
    end = case.finished_at or case.events[-1].at
    hall, promise, hours = (
        city.hall_of(case).hours,
        city.promise_of(case),
        city.hours_of(case, end),
    )
    links = {link.name: _in_hand(case, link.name, hall, end) for link in case.links}
    cards = due_cards(hours.working_minutes, links, promise)
    granted = {link.name for link in case.links if link.state is LinkState.DONE}
    return CaseFacts(
        no=case.no, hall=case.hall, source=source_of(case), outcome=case.state,
        accepted_on=_day(case.accepted_at), ended_on=_day(end),
        promised=promise.working // _MINUTE, used=hours.working_minutes,
        minutes=hours.parts, links={name: links[name] for name in links if name in granted},
        sent_back=sum(event.after == LinkState.NEEDS_CORRECTION for event in case.events if event.kind == "step"),
        level=max((card.level for card in cards), key=list(Level).index, default=_NO_CARD),
        provisional=hours.provisional,
    )  # fmt: skip


def has_ended_before(case: Case) -> bool:
    """Whether the case goes on after it had ended: links were added to it."""
    moves = (event.after for event in case.events if event.kind == "case")
    return not case.ended and any(CaseState(state) in ENDED for state in moves)


def _in_hand(case: Case, link: str, hall: HallHours, end: datetime) -> int:
    spans = (
        hall.working(each.start, max(each.end or end, each.start))
        for each in turns(case.events, link)
    )
    return sum(spans, timedelta()) // _MINUTE


def _day(instant: datetime) -> date:
    return instant.astimezone(HALL_TIME).date()
