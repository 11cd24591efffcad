"""What staff work with who fill in a form for somebody, and how they find one again."""

from dataclasses import dataclass

import structlog

from kaiban.domain.assisted import AssistedFiling
from kaiban.domain.filing import Filing
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.applicant.resuming import Resuming
from kaiban.orchestrator.office import Office
from kaiban.ports import AssistedFilings, FilingNotFound, Filings

log = structlog.get_logger()


@dataclass(frozen=True)
class AssistedDesk:
    """The office, the forms, what the desk knows of them, and how codes reach a phone."""

    office: Office
    filings: Filings
    assisted: AssistedFilings
    ways: Resuming


def look_up(desk: AssistedDesk, who: Position, number: str) -> tuple[AssistedFiling, Filing]:
    """What the desk knows and the form; FilingNotFound for one of another hall, as for one that is not there."""
    found = desk.assisted.get(number)
    if not who.may(Act.FILE, found.hall):
        raise FilingNotFound
    return found, desk.filings.get(found.filing_id)


def open_up(desk: AssistedDesk, who: Position, number: str) -> tuple[AssistedFiling, Filing]:
    """The same, for whoever sees it from now on: that they did is written down, and told to its owner with the case."""
    found, filing = look_up(desk, who, number)
    if who.login not in found.staff:
        found = desk.assisted.change(number, lambda each: each.opened_by(who.login))
    return found, filing


def unfinished(desk: AssistedDesk, who: Position) -> list[AssistedFiling]:
    """The forms of their hall that are no case yet, the one last saved first."""
    return desk.assisted.unfinished(who.within(Act.FILE))


def take(desk: AssistedDesk, who: Position, number: str) -> AssistedFiling:
    """Let it be in their hands: after a break, or instead of a colleague."""
    taken = desk.assisted.change(number, lambda found: found.taken_by(who.login))
    log.info("assisted_taken", number=number, by=who.login)
    return taken


def park(desk: AssistedDesk, who: Position, number: str) -> AssistedFiling:
    """Lay it aside until somebody comes with its number."""
    now = desk.office.clock.now()
    parked = desk.assisted.change(number, lambda found: found.parked_by(who.login, now))
    log.info("assisted_parked", number=number, by=who.login)
    return parked
