"""What staff work with who fill in a form for somebody, and how they find one again."""

from dataclasses import dataclass

import structlog

from kaiban.domain.assisted import AssistedFiling, read_number
from kaiban.domain.desk.search_terms import asked, spelled
from kaiban.domain.filing import Filing
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.applicant.returning.resuming import Resuming
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.window.assisted.announcing import FilingAnnouncer
from kaiban.ports import AssistedFilings, FilingNotFound, Filings

log = structlog.get_logger()


@dataclass(frozen=True)
class AssistedDesk:
    """The office, the forms, what the desk knows of them, how codes reach a phone, and who tells of a form."""

    office: Office
    filings: Filings
    assisted: AssistedFilings
    ways: Resuming
    announcer: FilingAnnouncer


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


def find_unfinished(desk: AssistedDesk, who: Position, typed: str) -> list[AssistedFiling]:
    """Those of them with that desk number, or of whom somebody's name, document or telephone was typed in full."""
    if number := read_number(typed):
        try:
            return [look_up(desk, who, number)[0]]
        except FilingNotFound:
            return []
    wanted = {text for _, text in asked(typed)}
    return [each for each in unfinished(desk, who) if wanted & _said_of(desk, each)]


def _said_of(desk: AssistedDesk, found: AssistedFiling) -> set[str]:
    filer, phone = found.filer, desk.filings.get(found.filing_id).phone
    said = (filer.name, filer.represents, filer.cert_no, phone)
    return {spelled(each) for each in said if each}


class HandedElsewhere(Exception):  # noqa: N818 - named for what it tells
    """It has come into other hands since the page was read; ``current`` is how it stands now."""

    def __init__(self, current: AssistedFiling) -> None:
        super().__init__("in other hands by now")
        self.current = current


def take(desk: AssistedDesk, who: Position, number: str, seen: str) -> AssistedFiling:
    """Let it be in their hands: after a break, or instead of a colleague; once more changes nothing.

    ``seen`` is the tenure it was read at; raises HandedElsewhere if it has another by now.
    """

    def change(found: AssistedFiling) -> AssistedFiling:
        if (found.held_by, found.parked_at) == (who.login, None):
            return found
        return _as_seen(found, seen).taken_by(who.login)

    taken = desk.assisted.change(number, change)
    log.info("assisted_taken", number=number, by=who.login)
    return taken


def park(desk: AssistedDesk, who: Position, number: str, seen: str) -> AssistedFiling:
    """Lay it aside until somebody comes with its number; once more changes nothing. Raises HandedElsewhere."""
    now = desk.office.clock.now()

    def change(found: AssistedFiling) -> AssistedFiling:
        if found.held_by == who.login and found.parked_at:
            return found
        return _as_seen(found, seen).parked_by(who.login, now)

    parked = desk.assisted.change(number, change)
    log.info("assisted_parked", number=number, by=who.login)
    return parked


def _as_seen(found: AssistedFiling, seen: str) -> AssistedFiling:
    if found.tenure != seen:
        raise HandedElsewhere(found)
    return found
