"""Correct a case (补正): only the named fields reopen, only the links that read them are sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kaiban.domain.case import Case
from kaiban.domain.link import HELD, Link, LinkState, Step
from kaiban.domain.notice import Defect, Notice
from kaiban.domain.pointer import replaced, within
from kaiban.orchestrator.applicant.opening import check
from kaiban.orchestrator.office import Office
from kaiban.ports import Transaction


@dataclass(frozen=True)
class Amendment:
    """What the applicant answers: new values by JSON pointer, and links settled without a change.

    ``confirmed`` names links whose demand was met outside the form (a signature in their app).
    """

    changes: Mapping[str, Any]
    confirmed: tuple[str, ...] = ()


def correct(office: Office, no: str, amendment: Amendment) -> Case | list[Defect]:
    """Take the correction and send again what it concerns, or return all that is wrong with it."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        form = review(office, case, amendment)
        if isinstance(form, list):
            return form
        again = _to_send_again(office, case, form, amendment.confirmed)
        take_over(office, case, form)
        _send_again(office, tx, case, amendment, again)
        office.go_on(tx, case)
    return case


def review(office: Office, case: Case, amendment: Amendment) -> Mapping[str, Any] | list[Defect]:
    """The form as it would be with the correction, or all that is wrong with it; nothing changes."""
    notice = case.open_notice
    if notice is None:
        return [_defect("correction.none_open", "该办件目前没有待补正的事项，无需修改。")]
    closed = _not_asked_for(notice, amendment.changes)
    named = {defect.pointer for defect in closed}
    open_changes = {p: value for p, value in amendment.changes.items() if p not in named}
    form, unplaced = amended(case.form, open_changes)
    if closed or unplaced:
        return closed + unplaced
    checked = check(office, form, tuple(link.name for link in case.links), case.accepted_at)
    if checked.defects:
        return checked.defects
    if not _to_send_again(office, case, checked.form, amendment.confirmed):
        return [_defect("correction.unchanged", "没有发现修改。请按告知书逐项修改后再提交。")]
    return checked.form


def _to_send_again(
    office: Office, case: Case, form: Mapping[str, Any], confirmed: Sequence[str]
) -> list[tuple[Link, Step]]:
    return [
        (link, step)
        for link, step in case.steps()
        if step.state is LinkState.NEEDS_CORRECTION
        and (link.name in confirmed or reads_other(office, case, link, form))
    ]


def _send_again(
    office: Office, tx: Transaction, case: Case, amendment: Amendment,
    again: Sequence[tuple[Link, Step]],
) -> None:  # fmt: skip
    now = office.clock.now()
    case.note("corrected", now, "applicant", text="、".join(sorted(amendment.changes)))
    for link, step in again:
        step.revision += 1
        step.sent = None
        case.move(link, step, LinkState.READY, now, actor="applicant")
        office.schedule(tx, case, link, step)


def take_over(office: Office, case: Case, form: Mapping[str, Any]) -> None:
    """Let a changed form count.

    A message that is written but surely not sent is written anew. Where a department has been
    told, or has decided, on what stood there before, that is said. What was ever in doubt keeps its
    bytes and its key: should the first copy turn up late, the department can tell that it is one.
    """
    for link, step in case.steps():
        if step is not link.current or not reads_other(office, case, link, form):
            continue
        if step.written and not case.was_in_doubt(link, step):
            step.rewrite()
        elif step.written or step.state in HELD or step.state is LinkState.DONE:
            text = "该环节按修改前的内容办理，如需一致请到窗口办理变更"
            case.note("stale", office.clock.now(), "system", link=link.name, text=text)
    case.form = form
    case.revision += 1


def reads_other(office: Office, case: Case, link: Link, form: Mapping[str, Any]) -> bool:
    """Whether the link would read something else in that form than in the case's."""
    return office.digest(link, case.form, case.facts) != office.digest(link, form, case.facts)


def _not_asked_for(notice: Notice, changes: Mapping[str, Any]) -> list[Defect]:
    named = [item.pointer for item in notice.items if item.pointer]
    return [
        Defect(pointer, "correction.not_open", "此项不在补正范围内，请只修改告知书列出的内容。")
        for pointer in changes
        if not any(within(pointer, asked) for asked in named)
    ]


def amended(
    form: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[Mapping[str, Any], list[Defect]]:
    """The form with new values by pointer, and every pointer that leads nowhere."""
    unplaced = []
    for pointer, value in changes.items():
        try:
            form = replaced(form, pointer, value)
        except KeyError:
            message = "表单中没有这一位置，请核对后重新提交。"
            unplaced.append(Defect(pointer, "correction.no_such_place", message))
    return form, unplaced


def _defect(code: str, message: str) -> Defect:
    return Defect("", code, message)
