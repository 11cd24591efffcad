"""What somebody has booked at a department's own window in a hall (预约), as the department's adapter may read it."""

from collections.abc import Mapping
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.tickets.ticket import HOLDING, Ticket
from kaiban.orchestrator.office import Office

NOON: Final = 12


def booked(office: Office, case: Case, link: str) -> Mapping[str, str]:
    """Day and half of the day of the next visit for that link, nothing if there is none.

    A visit that is still today is the window's alone: no department arranges anything for the day it is asked.
    """
    today = office.clock.now().astimezone(HALL_TIME).date()
    with office.tickets.reading() as tx:
        found = tx.of_case(case.no)
    starts = [
        each.starts_at.astimezone(HALL_TIME)
        for each in found
        if each.starts_at and each.state in HOLDING and _link_of(office, each) == link
    ]
    start = min((each for each in starts if each.date() > today), default=None)
    if start is None:
        return {}
    period = "morning" if start.hour < NOON else "afternoon"
    return {"date": start.date().isoformat(), "period": period}


def _link_of(office: Office, ticket: Ticket) -> str:
    hall = office.city.halls.get(ticket.hall)
    business = hall.queue.business.get(ticket.business) if hall and hall.queue else None
    return business.link if business else ""
