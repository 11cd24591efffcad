"""Withdraw a case (撤回): stop what has not begun, take back what departments allow, say what stays."""

from collections.abc import Mapping, Sequence

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.office import OURS, Office

#: What becomes of a link when its case is withdrawn, with what people read.
FATES: Mapping[str, str] = {
    "stays": "已经办成，不能撤销；如需注销请向部门办理",
    "partly": "已经办成的一步不能撤销，其余停办",
    "goes_on": "部门已在办理且不能退回，会照常办完",
    "sending": "正在送往部门，等结果出来再请部门退回",
    "asked": "请部门退回，部门答复后在进度页写明",
    "stops": "还没有交给部门，立即停办",
    "over": "已经结束，不再变化",
}

TOO_LATE = Defect("", "withdrawal.too_late", "办件已办结或已撤回，不能再撤回。")

CHANGED = Defect(
    "", "withdrawal.changed", "您看过之后，有的环节情况变了，还没有撤回。请看清现在的情况，再决定是否撤回。"
)  # fmt: skip


def withdraw(
    office: Office, no: str, actor: str = "applicant", told: Sequence[str] | None = None
) -> Case | list[Defect]:
    """Withdraw the case, or say why that is not possible.

    ``told`` is what the applicant was told would become of each link (``fates``); if that is not so any
    more, nothing happens.

    Departments are asked in jobs of their own; the case ends when the last has answered. What
    cannot be undone is written down as ``irrevocable``.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if case.ended or case.withdrawing:
            return [TOO_LATE]
        if told is not None and list(told) != fates(office, case):
            return [CHANGED]
        case.withdrawing = True
        case.note("withdrawal", office.clock.now(), actor, text="申请人撤回申请")
        case.package_due = None  # one that is just being made would not know of this
        for link, step in case.steps():
            office.take_back(tx, case, link, step)
        office.go_on(tx, case)
    return case


def fates(office: Office, case: Case) -> list[str]:
    """What would become of each link, in their order."""
    return [fate(office, case, link) for link in case.links]


def fate(office: Office, case: Case, link: Link) -> str:
    """What would become of the link if the case were withdrawn now, or becomes of it since; one of FATES."""
    found = {_fate(office, case, link, step) for step in link.steps}
    if "stays" in found:
        return "stays" if found == {"stays"} else "partly"
    return next(name for name in FATES if name in found)


def _fate(office: Office, case: Case, link: Link, step: Step) -> str:
    if step.cancelling:
        return "asked"
    if step.state is LinkState.DONE:
        return "asked" if _is_asked_back(office, case, link, step) else "stays"
    if step.state in _SETTLED:
        return _SETTLED[step.state]
    if _is_asked_back(office, case, link, step):
        return "asked"
    never_sent = step.state is LinkState.MANUAL and step.ref is None
    return "stops" if step.state in OURS or never_sent else "goes_on"


def _is_asked_back(office: Office, case: Case, link: Link, step: Step) -> bool:
    if step.state is LinkState.NEEDS_CORRECTION:
        return office.is_held(case, link, step)
    never_sent = step.state is LinkState.MANUAL and step.ref is None
    return not never_sent and office.may_be_taken_back(case, link, step)


_SETTLED: Mapping[LinkState, str] = {
    LinkState.REFUSED: "over",
    LinkState.CANCELLED: "over",
    LinkState.SENDING: "sending",
}
