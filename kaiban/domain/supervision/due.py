"""Which cards a case has earned, and which it will, each with its instant: from its events and the city's rules alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.city import City
from kaiban.domain.hours.cards import (
    CASE,
    Card,
    Cause,
    DueCard,
    Level,
    Stretch,
    cards_of,
    reached_at,
)
from kaiban.domain.hours.clock import floor_minute
from kaiban.domain.hours.ledger import PAUSES, Holding, department_of

#: A package takes seconds to make, and a card has a minute to be out.
WHILE_MAKING: Final = timedelta(seconds=45)


def due_of(case: Case, city: City) -> list[DueCard]:
    """List every card earned, or earned if nothing else happens, soonest first; none where the city no longer knows the case's rules."""
    if not city.knows(case):
        return []
    return sorted((*_by_clock(case, city), *_by_notices(case)), key=lambda due: due.at)


def not_given(case: Case, cards: Iterable[DueCard]) -> list[DueCard]:
    """List those of them that were not given yet."""
    given = {key_of(event) for event in case.events if event.kind == "card"}
    return [due for due in cards if due.card.key not in given]


def given_from(case: Case, due: DueCard) -> datetime:
    """From when on the card may be given: at its instant, unless the package is being made, whose beginning may end the clock before it."""
    waits = case.package_due is not None and due.card.cause is Cause.PROMISE
    return due.at + (WHILE_MAKING if waits else timedelta(0))


def key_of(event: Event) -> tuple[str, str, str, str]:
    """Which card the event gave (`Card.key`)."""
    return event.code, event.link or CASE, event.facts["cause"], event.facts["occasion"]


def _by_clock(case: Case, city: City) -> Iterator[DueCard]:
    hall, promise, held = city.hall_of(case).hours, city.promise_of(case), holdings(case.events)
    clocks = {link: _of_link(link, held) for link in promise.link_limits}
    clocks = {link: stretches for link, stretches in clocks.items() if stretches}
    running = {CASE: _of_case(case, held), **clocks}
    for card in cards_of(promise, clocks):
        at = reached_at(running[card.subject], card.after_minutes, hall)
        if at is not None:
            yield DueCard(at, card)


def _by_notices(case: Case) -> Iterator[DueCard]:
    told = {event.code: event.at for event in case.events if event.kind == "notice"}
    for notice in case.notices:
        number = str(notice.number)
        if notice.repeats and number in told:
            # What is joined to a notice that stands is told later than the notice.
            yield DueCard(told[number], Card(Level.RED, CASE, Cause.SECOND_NOTICE, 0, number))


def _of_case(case: Case, held: Sequence[Holding]) -> list[Stretch]:
    """When the case's clock ran: from its beginning to its end, without what somebody else is waited for."""
    end = max(case.finished_at, case.accepted_at) if case.finished_at else None
    stretches, start = [], floor_minute(case.accepted_at)
    for pause in sorted(
        (each for each in held if each.holder in PAUSES), key=lambda each: each.start
    ):
        begins = floor_minute(pause.start)
        if begins > start:
            stretches.append(Stretch(start, begins))
        if pause.end is None:
            return _until(stretches, end)
        start = max(start, floor_minute(pause.end))
    return _until([*stretches, Stretch(start)], end)


def _of_link(link: str, held: Sequence[Holding]) -> list[Stretch]:
    mine = [each for each in held if department_of(each.holder) == link]
    return [Stretch(each.start, each.end) for each in sorted(mine, key=lambda each: each.start)]


def _until(stretches: Sequence[Stretch], end: datetime | None) -> list[Stretch]:
    if end is None:
        return list(stretches)
    last = floor_minute(end)
    cut = (
        Stretch(each.start, last if each.end is None else min(each.end, last))
        for each in stretches
    )
    return [each for each in cut if each.end is not None and each.start < each.end]
