"""What staff are shown of cases: those of their halls, and every look is written down for the owner."""

from kaiban.domain.cases.case import Case
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import CaseNotFound


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
