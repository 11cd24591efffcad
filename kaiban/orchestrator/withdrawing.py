"""Withdraw a case (撤回): stop what has not begun, take back what departments allow, say what stays."""

from kaiban.domain.case import Case
from kaiban.domain.link import HELD, Link, LinkState, Step
from kaiban.domain.notice import Defect
from kaiban.orchestrator.office import Office
from kaiban.ports import Manifest, Transaction

_NOT_BEGUN = frozenset({LinkState.WAITING, LinkState.READY})


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
        take_back_all(office, tx, case, "申请人已撤回")
        _close_notice(office, case)
        office.go_on(tx, case)
    return case


def take_back_all(office: Office, tx: Transaction, case: Case, reason: str) -> None:
    """Cancel every step that has not begun, and ask for the rest to be taken back."""
    for link, step in case.steps():
        if step.state in _NOT_BEGUN or _returned(step):
            case.move(link, step, LinkState.CANCELLED, office.clock.now(), reason=reason)
            step.next_action_at = None
        elif _revocable(office.manifest(link), step):
            step.cancelling = True
            office.schedule(tx, case, link, step)
        elif step.state is LinkState.NEEDS_CORRECTION:
            case.move(link, step, LinkState.CANCELLED, office.clock.now(), reason=reason)
        elif step.state is LinkState.DONE:
            _keep(office, case, link, step)


def _returned(step: Step) -> bool:
    """Whether it waits for a correction that was found before anything was sent."""
    return step.state is LinkState.NEEDS_CORRECTION and step.submitted_at is None


def _revocable(manifest: Manifest, step: Step) -> bool:
    if step.state is LinkState.DONE:
        return manifest.cancel == "always"
    # While sending, the outcome decides first; see outcomes._pending.
    asked = (HELD | {LinkState.NEEDS_CORRECTION}) - {LinkState.SENDING}
    return manifest.cancel != "never" and step.state in asked


def _keep(office: Office, case: Case, link: Link, step: Step) -> None:
    case.note(
        "irrevocable", office.clock.now(), "system", link=link.name, step=step.name,
        text=f"“{link.title}”已办结，不能撤销；如需注销请向{link.office}办理",
    )  # fmt: skip


def _close_notice(office: Office, case: Case) -> None:
    notice = case.open_notice
    if notice:
        case.notices[case.notices.index(notice)] = notice.answered(office.clock.now())
