"""What figures are made of: an ended case as numbers, written down once, with nobody in it.

Facts are frozen when a case ends: by the hours and the promise of then, so that no later change of the city's profile
moves a figure that was published. They stay when the case itself is deleted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.holdings import holdings, in_hand
from kaiban.domain.cases.states import ENDED, CaseState
from kaiban.domain.city import City
from kaiban.domain.hours.cards import Level
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.statistics.marks import Mark, marks_of
from kaiban.domain.statistics.timeline import Timeline, timeline_of
from kaiban.domain.supervision.due import due_of

_MINUTE: Final = timedelta(minutes=1)
_NO_CARD: Final = ""


@dataclass(frozen=True)
class CaseRow:
    """An ended case in figures, as it is told one by one.

    ``promised`` and ``used`` are working minutes, ``minutes`` are all minutes by whose they were (`Hours.parts`); ``asked`` is how many
    links the applicant wanted (0: nobody counted them before the case was deleted). ``sent_back``: so often a link asked for something to be corrected. ``level``: its gravest card, "" without one.
    ``provisional``: the holidays of a year it fell in were not known.
    """

    no: str
    hall: str
    outcome: CaseState
    accepted_on: date
    ended_on: date
    promised: int
    used: int
    minutes: Mapping[str, int]
    asked: int
    sent_back: int
    level: str
    provisional: bool


@dataclass(frozen=True)
class CaseFacts(CaseRow):
    """All that is frozen of it.

    ``links``: the working minutes in which a department had it in hand, of those links that were granted. ``timeline``: who had it
    in hand when. ``marks``: what it was sent back for, and what else did not go through at once.
    """

    links: Mapping[str, int]
    timeline: Timeline
    marks: tuple[Mark, ...] = ()


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
    links = in_hand(holdings(case.events), hall, end)
    cards = [due.card for due in due_of(case, city)]
    granted = [link.name for link in case.links if link.state is LinkState.DONE]
    return CaseFacts(
        no=case.no, hall=case.hall, outcome=case.state,
        accepted_on=_day(case.accepted_at), ended_on=_day(end),
        promised=promise.working // _MINUTE, used=hours.working_minutes,
        minutes=hours.parts, links={name: links.get(name, 0) for name in granted},
        asked=len(case.links),
        sent_back=sum(event.after == LinkState.NEEDS_CORRECTION for event in case.events if event.kind == "step"),
        level=max((card.level for card in cards), key=list(Level).index, default=_NO_CARD),
        provisional=hours.provisional, timeline=timeline_of(case, hall, promise.working // _MINUTE),
        marks=marks_of(case),
    )  # fmt: skip


def has_ended_before(case: Case) -> bool:
    """Whether the case goes on after it had ended: links were added to it."""
    moves = (event.after for event in case.events if event.kind == "case")
    return not case.ended and any(CaseState(state) in ENDED for state in moves)


def _day(instant: datetime) -> date:
    return instant.astimezone(HALL_TIME).date()
