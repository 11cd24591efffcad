"""What staff are shown of cases: those of their halls, and every look is written down for the owner."""

from collections.abc import Sequence

from kaiban.domain.cases.case import ENDED, Case, CaseState
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import CaseNotFound

OPEN: Sequence[CaseState] = tuple(state for state in CaseState if state not in ENDED)


def look_at(
    office: Office, who: Position, no: str, act: Act = Act.SEE_CASES, what: tuple[str, ...] = ()
) -> Case:
    """The case, written down as seen by that account; ``what`` are form paths shown in full.

    Raises CaseNotFound for a case that account may not see, just as for one that is not there.
    """
    case = office.cases.read(no)
    if not who.may(act, case.hall):
        raise CaseNotFound(no)
    note_look(office, no, who.login, "unmask" if what else "window", what=what)
    return case


def queue(office: Office, who: Position, before: str | None = None, limit: int = 50) -> list[Case]:
    """The open cases that account may see, the newest first; ``before`` continues after a number."""
    return office.cases.browse(
        states=OPEN, hall=who.within(Act.SEE_CASES), before=before, limit=limit
    )
