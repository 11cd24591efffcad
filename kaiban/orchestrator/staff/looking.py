"""What staff are shown of cases: those of their halls, and every look is written down for the owner."""

from kaiban.domain.cases.case import Case
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.worker.disclosing import note_look
from kaiban.ports import CaseNotFound


def look_at(
    office: Office, who: Position, no: str, act: Act = Act.SEE_CASES, what: tuple[str, ...] = (),
    *, intake: bool = False,
) -> Case:  # fmt: skip
    """The case, written down as seen by that account; ``what`` are form paths shown in full.

    ``intake``: also for the hall that took it in for the one that decides it (跨域通办). Raises CaseNotFound for a case
    that account may not see, just as for one that is not there.
    """
    case = office.cases.read(no)
    if not may_about(who, act, case, intake=intake):
        raise CaseNotFound(no)
    note_look(office, no, who.login, "unmask" if what else "window", what=what)
    return case


def may_about(who: Position, act: Act, case: Case, *, intake: bool) -> bool:
    """Whether that account may do this about the case; ``intake``: or in the hall that took it in for another."""
    halls = [case.hall, *([case.intake] if intake and case.intake else [])]
    return any(who.may(act, hall) for hall in halls)
