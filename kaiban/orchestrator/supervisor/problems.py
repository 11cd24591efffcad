"""Find what is wrong now, from counts that are indexed: no case is opened for it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.circuit_breaker import Cause
from kaiban.domain.complaint import ComplaintState
from kaiban.domain.roles import Role
from kaiban.domain.supervision.given import CardState
from kaiban.domain.supervision.handover import WITHOUT_RECEIPT
from kaiban.domain.supervision.problems import TOLD_TO, Audience, Finding, Problem
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.departments import standings
from kaiban.ports import Complaints, ComplaintsWanted, StaffAccounts, View, Wanted, Worklist
from kaiban.ports.supervision import Cards, CardsWanted, Handovers

#: So many complaints a hall may have open before the page says "at least".
MOST: Final = 500
#: Holidays are announced in November: by then it is known whether somebody must load them.
_AHEAD: Final = timedelta(weeks=3)
_OF_LIST: Final = {
    Problem.RED: View.RED,
    Problem.YELLOW: View.YELLOW,
    Problem.STUCK: View.WINDOW,
    Problem.UNKNOWN: View.DOUBT,
    Problem.NOBODYS: View.NOBODYS,
}
_OF_DEPARTMENT: Final = {
    Cause.MISCONFIGURED.value: Problem.MISCONFIGURED,
    Cause.SILENT.value: Problem.SILENT,
}


@dataclass(frozen=True)
class Lookout:
    """What is looked at; ``ending`` tells certificates and tokens that end soon; ``wall`` is real time.

    ``accounts`` are those of staff.
    """

    office: Office
    worklist: Worklist
    cards: Cards
    complaints: Complaints
    ending: Callable[[], Sequence[Finding]]
    handovers: Handovers
    accounts: StaffAccounts
    wall: Callable[[], datetime]


def problems(lookout: Lookout, hall: str = "", audience: Audience | None = None) -> list[Finding]:
    """Everything wrong now, in the order of `Problem`: of a hall or ("") of the city; of what an audience is told (None: all)."""
    halls = [hall] if hall else list(lookout.office.city.halls)
    found = [each for name in halls for each in _of_hall(lookout, name)]
    if not hall:
        found += [*_of_departments(lookout), *lookout.ending()]
        found += [*_of_calendar(lookout), *_of_envelopes(lookout)]
    told = (each for each in found if audience is None or audience in TOLD_TO[each.problem])
    return sorted(told, key=lambda each: list(Problem).index(each.problem))


def _of_hall(lookout: Lookout, hall: str) -> Iterator[Finding]:
    now = lookout.office.clock.now()
    wanted = Wanted(View.OPEN, "", now, lookout.office.city.desk.agent_cases, hall)
    counts = lookout.worklist.counts(wanted)
    found = {problem: counts[view] for problem, view in _OF_LIST.items()}
    cards = lookout.cards.counts(CardsWanted(hall, state=CardState.APPEALED))
    found[Problem.APPEALED] = sum(cards.values())
    found |= _of_complaints(lookout, hall, now)
    long_ago = lookout.wall() - WITHOUT_RECEIPT
    found[Problem.HANDOVER] = lookout.handovers.outstanding(hall, long_ago)
    for problem, count in found.items():
        if count:
            yield Finding(problem, count, hall)


def _of_complaints(lookout: Lookout, hall: str, now: datetime) -> dict[Problem, int]:
    open_ones = lookout.complaints.listed(ComplaintsWanted(hall), 0, MOST)
    today = lookout.office.city.hall_named(hall).hours.working_day_after(now, 0)
    return {
        Problem.UNREAD: sum(each.state is ComplaintState.RECEIVED for each in open_ones),
        Problem.OVERDUE: sum(each.is_overdue(today) for each in open_ones),
    }


def _of_departments(lookout: Lookout) -> Iterator[Finding]:
    for name, standing in standings(lookout.office).items():
        if problem := _OF_DEPARTMENT.get(standing["cause"]):
            manifest = lookout.office.departments[name].manifest
            yield Finding(problem, what=f"{manifest.title}（{manifest.owner}）")


def _of_calendar(lookout: Lookout) -> Iterator[Finding]:
    now = lookout.office.clock.now()
    for hall in lookout.office.city.halls.values():
        if hall.hours.is_provisional(now, now + _AHEAD):
            yield Finding(Problem.CALENDAR, hall=hall.name)


def _of_envelopes(lookout: Lookout) -> Iterator[Finding]:
    """Emergency accounts somebody has come in with by the password they still have."""
    for each in lookout.accounts.listed():
        if each.role is Role.EMERGENCY and each.open and each.signed_in_at:
            yield Finding(Problem.ENVELOPE, what=each.login)
