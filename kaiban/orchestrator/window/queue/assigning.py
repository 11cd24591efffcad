"""Who answers for a case (首问负责): whoever acted first, until it is handed on, or taken over in their place (AB岗)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.desk.worklist import holder_of, tenure_of
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.office import Office
from kaiban.ports import Account, StaffAccounts

#: Why somebody takes over what another answers for; the applicant can read it, so it is none of anybody's words.
REASONS: Final[Mapping[str, str]] = {
    "away": "经办人不在岗，由 B 岗接手",
    "load": "工作量调剂",
    "moved": "岗位调整",
    "recusal": "经办人需要回避",
}

ENDED = Defect("", "holder.ended", "办件已经办结，不再认领或者转交。")
NO_COLLEAGUE = Defect("/to", "holder.to", "请选择本大厅在岗的同事。")
NO_REASON = Defect("/reason", "holder.reason", "请选择接手的原因。")
NOT_YOURS = Defect("", "holder.not_yours", "只有现在负责的人和大厅负责人可以转交，您可以接手。")


@dataclass(frozen=True)
class Order:
    """What is to be done by whom: ``take``, ``hand_on`` (to a login) or ``take_over`` (for one of REASONS).

    ``seen`` is the case's tenure as they read it.
    """

    who: Position
    seen: str
    to: str = ""
    reason: str = ""


class Moved(Exception):  # noqa: N818 - named for what it tells
    """The case was given to somebody meanwhile; ``case`` as it is now."""

    def __init__(self, case: Case) -> None:
        super().__init__("given to somebody meanwhile")
        self.case = case


def take(office: Office, _staff: StaffAccounts, no: str, order: Order) -> Case | list[Defect]:
    """Answer for a case nobody answers for; whoever does already goes on. Raises CaseNotFound, Moved."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        holder = holder_of(case)
        if holder == order.who.login:
            return case
        _check(case, order)
        if case.ended or holder:
            return [ENDED] if case.ended else [NO_REASON]
        _give(office, case, "taken", order, order.who.login)
        tx.save(case)
    return case


def hand_on(office: Office, staff: StaffAccounts, no: str, order: Order) -> Case | list[Defect]:
    """Let a colleague of the hall answer for it from now on. Raises CaseNotFound, Moved."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if holder_of(case) == order.to != "":
            return case
        _check(case, order)
        fits = order.to in {each.login for each in colleagues(staff, case)}
        theirs = holder_of(case) == order.who.login or order.who.may(Act.ASSIGN, case.hall)
        checks = {ENDED: not case.ended, NOT_YOURS: theirs, NO_COLLEAGUE: fits}
        if wrong := [defect for defect, is_fine in checks.items() if not is_fine]:
            return wrong[:1]
        _give(office, case, "handed_on", order, order.to)
        tx.save(case)
    return case


def take_over(office: Office, _staff: StaffAccounts, no: str, order: Order) -> Case | list[Defect]:
    """Answer for it in the place of whoever does, for a reason. Raises CaseNotFound, Moved."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if holder_of(case) == order.who.login:
            return case
        _check(case, order)
        checks = {ENDED: not case.ended, NO_REASON: order.reason in REASONS}
        if wrong := [defect for defect, is_fine in checks.items() if not is_fine]:
            return wrong[:1]
        _give(office, case, "taken_over", order, order.who.login)
        tx.save(case)
    return case


#: By the value of the button.
ORDERS: Final = {"take": take, "hand_on": hand_on, "take_over": take_over}


def colleagues(staff: StaffAccounts, case: Case) -> list[Account]:
    """Who may answer for the case: of its hall, at a window, and neither closed nor the one who does."""
    return [
        each
        for each in staff.listed(case.hall)
        if each.open and each.position.may(Act.TAKE, case.hall) and each.login != holder_of(case)
    ]


def _check(case: Case, order: Order) -> None:
    if tenure_of(case) != order.seen:
        raise Moved(case)


def _give(office: Office, case: Case, kind: str, order: Order, to: str) -> None:
    before = holder_of(case)
    facts = {"to": to, **({"from": before} if before else {})}
    actor = f"window:{order.who.login}"
    case.note(kind, office.clock.now(), actor, code=order.reason if kind == "taken_over" else "", facts=facts)  # fmt: skip
