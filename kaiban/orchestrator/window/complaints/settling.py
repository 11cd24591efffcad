"""See to a complaint: name who answers for it, answer, ask whether that was enough, close it.

Who it may be about never closes it alone: what such an account writes down as 满意 waits for another one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.complaint import Complaint, ComplaintState, ComplaintStep, StepKind, revisited
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act, Position
from kaiban.orchestrator.complaint_office import (
    CHANGED,
    LONGEST,
    NO_COMPLAINT,
    NOT_NOW,
    ComplaintOffice,
    Outcome,
)
from kaiban.orchestrator.printable import unprintable
from kaiban.ports import StaffAccounts, Transaction

_TEXT = "请填写内容，不超过 {most} 字。"
NO_TEXT = Defect("/text", "complaint.words", _TEXT.format(most=LONGEST))
NO_OWNER = Defect("/owner", "complaint.owner", "请选择本大厅在用的账号作为负责人。")
NO_ABOUT = Defect("/about", "complaint.about", "没有这个账号，请核对；不清楚是谁的可以空着。")
OWNER_IS_ABOUT = Defect("/owner", "complaint.owner_is_about", "被反映的人不能作为负责人，请选择别人。")  # fmt: skip
STILL_ABOUT = Defect("/about", "complaint.still_about", "您是被反映的人，不能把自己从这里换掉，请由别人修改。")  # fmt: skip
NOT_OWNER = Defect("", "complaint.not_owner", "只有负责人可以答复；要由您答复的，请先由您负责。")
A_PARTY = Defect(
    "", "complaint.party",
    "您办过这件办件或者是被反映的人，不能单独办结，请由另一位同事、大厅负责人或者监督人员确认。",
)  # fmt: skip
NOT_CONTACTED = Defect(
    "", "complaint.not_contacted", "差评要先联系评价人，记下联系的情况，再答复。"
)
NOT_CLOSER = Defect("", "complaint.not_closer", "没有得到满意答复的反映，只能由大厅负责人或者监督人员办结。")  # fmt: skip


@dataclass(frozen=True)
class Deed:
    """What somebody of the staff does: which step, what they say, from which state of the complaint they saw."""

    kind: StepKind
    who: Position
    version: str
    text: str = ""
    owner: str = ""
    about: str = ""


def settle(
    door: ComplaintOffice, accounts: StaffAccounts, no: str, number: int, deed: Deed
) -> Outcome:
    """Take the step, or say everything that keeps them from it; raises CaseNotFound."""
    with door.opened(no, number) as (tx, case, complaint):
        if complaint is None:
            return [NO_COMPLAINT]
        wrong = _wrong(accounts, case, complaint, deed)
        if wrong := [*wrong, *unprintable(door.office, "/text", deed.text)]:
            return wrong
        rules = door.office.city.complaints
        days = {
            StepKind.CONTACTED: rules.answer_days, StepKind.ANSWERED: rules.revisit_days, StepKind.DISSATISFIED: rules.answer_days,
        }.get(deed.kind, 0)  # fmt: skip
        at = case.instant(door.office.clock.now())
        step = ComplaintStep(deed.kind, at, deed.who.login, _said(deed))
        if deed.kind is StepKind.ANSWERED:
            _answer_rating(tx, case, complaint, step)
        return door.take(
            tx,
            case,
            complaint,
            step,
            days=days,
            state=_becomes(case, complaint, deed),
            **_changes(deed),
        )


def owners_of(accounts: StaffAccounts, hall: str, about: str = "") -> list[tuple[str, str]]:
    """Who of a hall may answer for a complaint: login and name."""
    return [
        (each.login, each.name)
        for each in accounts.listed(hall)
        if each.open and each.login != about and each.position.may(Act.ANSWER_COMPLAINTS, hall)
    ]


def _wrong(accounts: StaffAccounts, case: Case, complaint: Complaint, deed: Deed) -> list[Defect]:
    if complaint.version != deed.version:
        return [CHANGED]
    if deed.kind not in _CHECKS or not complaint.may(deed.kind):
        return [NOT_NOW]
    return _CHECKS[deed.kind](accounts, case, complaint, deed)


def _assigning(
    accounts: StaffAccounts, case: Case, complaint: Complaint, deed: Deed
) -> list[Defect]:
    escapes = complaint.about == deed.who.login != deed.about
    known = {login for login, _ in owners_of(accounts, case.hall)} | {deed.who.login}
    checks = (
        (NO_ABOUT, not deed.about or _may_name(accounts, case, complaint, deed)),
        (STILL_ABOUT, not escapes),
        (OWNER_IS_ABOUT, not deed.owner or deed.owner != deed.about),
        (NO_OWNER, deed.owner in known),
    )
    return [defect for defect, fits in checks if not fits]


def _may_name(accounts: StaffAccounts, case: Case, complaint: Complaint, deed: Deed) -> bool:
    """Whether whom it is about is known to whoever says so: another hall's accounts are told to nobody by trying."""
    account = accounts.get(deed.about)
    if account is None:
        return False
    is_theirs = deed.who.may(Act.ANSWER_COMPLAINTS, account.hall)
    return is_theirs or deed.about in complaint.parties(case.events)


def _answering(_: StaffAccounts, __: Case, complaint: Complaint, deed: Deed) -> list[Defect]:
    if complaint.lacks_contact:
        return [NOT_CONTACTED]
    return _of_owner(_, __, complaint, deed)


def _of_owner(_: StaffAccounts, __: Case, complaint: Complaint, deed: Deed) -> list[Defect]:
    return _needs_words(deed) or ([] if complaint.owner == deed.who.login else [NOT_OWNER])


def _answer_rating(tx: Transaction, case: Case, complaint: Complaint, step: ComplaintStep) -> None:
    """What answers the task answers the rating, too: it stands beside it, and the rating is changed no more."""
    known = None if complaint.rated is None else tx.get_rating(case.no, complaint.rated)
    if known:
        # A rating has room for less.
        told = replace(known, answer=step.text[:500], answered_by=step.by, answered_at=step.at)
        tx.put_rating(case.no, told)


def _with_words(_: StaffAccounts, __: Case, ___: Complaint, deed: Deed) -> list[Defect]:
    return _needs_words(deed)


def _saying(_: StaffAccounts, __: Case, ___: Complaint, deed: Deed) -> list[Defect]:
    return [NO_TEXT] if len(deed.text) > LONGEST else []


def _agreeing(_: StaffAccounts, case: Case, complaint: Complaint, deed: Deed) -> list[Defect]:
    may = deed.who.may_close(complaint.parties(case.events), case.hall)
    return [] if may else [A_PARTY]


def _closing(
    accounts: StaffAccounts, case: Case, complaint: Complaint, deed: Deed
) -> list[Defect]:
    if not deed.who.may(Act.CLOSE_COMPLAINTS, case.hall):
        return [NOT_CLOSER]
    return _agreeing(accounts, case, complaint, deed) + _needs_words(deed)


#: What each step asks for; what is not here no staff takes.
_CHECKS: Final[
    Mapping[StepKind, Callable[[StaffAccounts, Case, Complaint, Deed], list[Defect]]]
] = {
    StepKind.ASSIGNED: _assigning,
    StepKind.CONTACTED: _of_owner,
    StepKind.ANSWERED: _answering,
    StepKind.UNREACHED: _saying,
    StepKind.SATISFIED: _saying,
    StepKind.DISSATISFIED: _with_words,
    StepKind.AGREED: _agreeing,
    StepKind.CLOSED: _closing,
}


def _needs_words(deed: Deed) -> list[Defect]:
    return [] if 0 < len(deed.text.strip()) <= LONGEST else [NO_TEXT]


def _becomes(case: Case, complaint: Complaint, deed: Deed) -> ComplaintState | None:
    if deed.kind is not StepKind.SATISFIED:
        return None
    return revisited(deed.who.login, complaint.parties(case.events))


def _said(deed: Deed) -> str:
    """What is written down with the step; of an assignment, who it is."""
    return deed.owner if deed.kind is StepKind.ASSIGNED else deed.text.strip()


def _changes(deed: Deed) -> dict[str, str]:
    return {"owner": deed.owner, "about": deed.about} if deed.kind is StepKind.ASSIGNED else {}
