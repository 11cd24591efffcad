"""Whoever wrote a finding that nobody was told of says that they know."""

from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.staff.unsent import KNOWN, unknown
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office

NOT_YOURS: Final = Defect(
    "", "notice.not_yours", "没有发出的问题，由写的人自己确认知道，或者由大厅负责人确认。"
)


def may_know(who: Position, by: str, hall: str) -> bool:
    """Whether this one may say that it is known what became of that one's finding: themselves, or who manages the hall."""
    return who.login == by or who.may(Act.ASSIGN, hall)


def know_unsent(office: Office, no: str, who: Position) -> Case | list[Defect]:
    """Write down that it is known which findings nobody was told of, once for each who wrote some; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        waiting = list(dict.fromkeys(each.by for each in unknown(case.events)))
        own = [each for each in waiting if may_know(who, each, case.hall)]
        if waiting and not own:
            return [NOT_YOURS]
        for each in own:
            case.note(KNOWN, office.clock.now(), f"window:{who.login}", facts={"of": each})
        tx.save(case)
    return case
