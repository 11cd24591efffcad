"""Who held a case when: read from its events, and from nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.cases.cross_region.intake import ON_THE_WAY_IN
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import STILL, LinkState
from kaiban.domain.cases.states import ENDED, CaseState
from kaiban.domain.hours.clock import HallHours
from kaiban.domain.hours.ledger import (
    APPLICANT,
    DEPARTMENT,
    HALL,
    SPECIAL,
    WINDOW,
    Holding,
    department_of,
)

_MINUTE: Final = timedelta(minutes=1)
_AT_DEPARTMENT = {LinkState.SUBMITTED, LinkState.IN_REVIEW}

States = dict[tuple[str, str], LinkState]


def holdings(events: Sequence[Event]) -> list[Holding]:
    """Every span in which somebody held the case, from its events in order.

    The clock pauses only while *everything* that is still open waits for the applicant: as long
    as any department, the window or the platform could go on, the time is theirs. Between the
    end of a case and a link added later, nothing is open: that time is the applicant's, too. What one hall took in for
    another is in a hall's hands until that one has received it, unless the applicant is asked first.
    """
    begun: dict[str, datetime] = {}
    spans: list[Holding] = []
    for at, holders in _moments(events):
        gone = sorted(begun.keys() - holders)
        spans += [Holding(begun.pop(holder), at, holder) for holder in gone]
        for holder in holders - begun.keys():
            begun[holder] = at
    spans += [Holding(start, None, holder) for holder, start in sorted(begun.items())]
    return spans


def turns(events: Sequence[Event], link: str) -> list[Holding]:
    """When the link's department had it in hand: its pre-registration, its registration, each time it came back."""
    return [each for each in holdings(events) if each.holder == DEPARTMENT + link]


def in_hand(held: Iterable[Holding], hall: HallHours, until: datetime) -> dict[str, int]:
    """The working minutes in which each department had the case in hand; those that still have it, until that instant."""
    found: dict[str, int] = {}
    for each in held:
        if name := department_of(each.holder):
            spent = hall.working(each.start, max(each.start, each.end or until))
            found[name] = found.get(name, 0) + spent // _MINUTE
    return found


def _moments(events: Iterable[Event]) -> Iterator[tuple[datetime, set[str]]]:
    states: States = {}
    case, hall = CaseState.IN_PROGRESS, ""
    for event in events:
        if event.kind == "step":
            states[event.link, event.step] = LinkState(event.after)
        elif event.kind == "case":
            case = CaseState(event.after)
        elif event.kind in ON_THE_WAY_IN:
            hall = event.after
        if case in ENDED:
            yield event.at, {APPLICANT}
        else:
            yield event.at, _on_the_way(hall, case) if hall else _holders(states, case)


def _on_the_way(hall: str, case: CaseState) -> set[str]:
    return {APPLICANT} if case is CaseState.NEEDS_CORRECTION else {HALL + hall}


def _holders(states: States, case: CaseState) -> set[str]:
    found = {DEPARTMENT + link for (link, _), state in states.items() if state in _AT_DEPARTMENT}
    if LinkState.MANUAL in states.values():
        found.add(WINDOW)
    if case is CaseState.SUSPENDED:
        found.add(SPECIAL)
    if LinkState.NEEDS_CORRECTION in states.values() and set(states.values()) <= STILL:
        found.add(APPLICANT)
    return found
