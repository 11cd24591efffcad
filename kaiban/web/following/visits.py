"""Visits to the hall that belong to a case: what is booked, and what can be."""

from collections.abc import Iterator

from kaiban.domain.cases.case import Case
from kaiban.domain.tickets.ticket import STATE_TITLES
from kaiban.web.presentation.texts import clock, say
from kaiban.web.service import service


def visits_of(case: Case) -> list[list[str]]:
    """Every appointment made for the case: when, where, what for, how it stands."""
    queue = service().queue
    with queue.tickets.reading() as tx:
        found = tx.of_case(case.no)
    halls = queue.halls
    return [
        [
            clock(each.starts_at),
            say(halls[each.hall].title),
            say(queue.rules(each.hall).business[each.business].title),
            say(STATE_TITLES[each.state]),
        ]
        for each in found
        if each.hall in halls and each.business in queue.rules(each.hall).business
    ]


def bookable(case: Case) -> Iterator[tuple[str, str, str]]:
    """What of the case can be booked at a window of its own and is still to be done: hall, business, and its title."""
    queue = service().queue
    open_links = {
        link.name for link in case.links if not (link.abandoned or case.is_done(link.name))
    }
    for name in queue.halls:
        for business in queue.rules(name).business.values():
            if business.link in open_links:
                yield name, business.name, business.title
