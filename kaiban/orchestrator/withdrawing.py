"""Withdraw a case (撤回): stop what has not begun, take back what departments allow, say what stays."""

from kaiban.domain.case import Case
from kaiban.domain.notice import Defect
from kaiban.orchestrator.office import Office


def withdraw(office: Office, no: str, actor: str = "applicant") -> Case | list[Defect]:
    """Withdraw the case, or say why that is not possible.

    Departments are asked in jobs of their own; the case ends when the last has answered. What
    cannot be undone is written down as ``irrevocable``.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if case.ended or case.withdrawing:
            return [Defect("", "withdrawal.too_late", "办件已办结或已撤回，不能再撤回。")]
        case.withdrawing = True
        case.note("withdrawal", office.clock.now(), actor, text="申请人撤回申请")
        case.package_due = None  # one that is just being made would not know of this
        for link, step in case.steps():
            office.take_back(tx, case, link, step)
        office.go_on(tx, case)
    return case
