"""Send a link again by hand (重新发送): only what the department surely does not have.

What may have arrived is only ever asked about, until a person says, item by item, that it has
not. A message that is to say something else than the applicant said needs two people.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import ALLOWED, Link, LinkState, Step
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.applicant.correcting import amended, reads_other, take_over
from kaiban.orchestrator.applicant.opening import check, questioned
from kaiban.orchestrator.office import FOREIGN, UNFIT, Office, message_of
from kaiban.orchestrator.vouching import is_held, vouch
from kaiban.ports import Transaction

#: What a person must have found out before something that may have arrived is sent again.
CHECKLIST: Mapping[str, str] = {
    "key": "已请部门按我方申请编号查询，部门没有收到这份申请",
    "company": "已请部门按企业名称和统一社会信用代码查询，部门没有在办或办结的同一事项",
    "paper": "已向部门确认，没有窗口收件或人工补录的同一申请",
}

#: And before what the applicant alone confirmed is sent (`orchestrator.vouching`).
SEEN: Mapping[str, str] = {
    "original": "已对照营业执照原件或者公示信息逐位核对，代码确实如此",
}

_UNCHECKED = "请先核实并确认：{text}。"

#: States a person may send from; everything else goes on by itself, or has ended.
_BY_HAND = frozenset({LinkState.MANUAL, LinkState.UNKNOWN})


@dataclass(frozen=True)
class Order:
    """What a person wants sent again, and ``why`` it is to say something else.

    ``by`` is who answers for it. ``checked`` are the items of CHECKLIST found to be so, ``told_by``
    who at the department said it. ``changes`` are new values by JSON pointer; ``approved_by`` is
    the second person, without whom nothing is changed.
    """

    by: str
    checked: frozenset[str] = frozenset()
    told_by: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    approved_by: str = ""
    why: str = ""


#: A step of a link.
Place = tuple[Link, Step]


def resend(
    office: Office, no: str, link_name: str, step_name: str, order: Order
) -> Case | list[Defect]:
    """Send the step again, or return everything that stands in the way; then nothing has changed.

    ``step_name`` "" is the step the link stands at. Raises CaseNotFound, and KeyError for a link
    or step the case does not have.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link(link_name)
        place = link, link.step(step_name) if step_name else link.current
        wrong = send_anew(office, tx, case, place, order)
    return wrong or case


def send_anew(
    office: Office, tx: Transaction, case: Case, place: Place, order: Order
) -> list[Defect]:
    """The same within a transaction: what stands in the way; nothing if it is being sent."""
    found = judged(office, tx, case, place, order, list(_one_person(order)))
    if isinstance(found, list):
        return found
    _send(office, tx, case, place, order, found)
    return []


def judged(
    office: Office, tx: Transaction, case: Case, place: Place, order: Order,
    also: Sequence[Defect] = (),
) -> Mapping[str, Any] | list[Defect]:  # fmt: skip
    """The form as it would be sent, or everything that stands in the way; ``also`` is what else is lacking."""
    link, step = place
    defects = _in_the_way(office, tx, case, link, step) or [*_unsaid(step, order), *also]
    form, wrong = ({}, defects) if defects else _changed(office, case, link, order)
    told = [Defect(d.pointer, d.code, d.message, d.link or link.name) for d in wrong]
    return told or form


def _send(
    office: Office, tx: Transaction, case: Case, place: Place, order: Order,
    form: Mapping[str, Any],
) -> None:  # fmt: skip
    link, step = place
    actor = f"window:{order.by.strip()}"
    anew = bool(order.changes) or step.reason_code in {FOREIGN, UNFIT}
    kind = "edited" if order.changes else "resent"
    case.note(
        kind, office.clock.now(), actor, link=link.name, step=step.name, text=_text(step, order)
    )
    held = is_held(step)
    case.move(link, step, LinkState.READY, office.clock.now(), reason="窗口重新发送", actor=actor)
    step.tries, step.unknown_since, step.not_found_since = 0, None, None
    if anew and step.written:
        step.rewrite()
    if order.changes:
        take_over(office, case, form)
    if held:
        vouch(office, case, order.by.strip())
    office.schedule(tx, case, link, step)
    office.go_on(tx, case)


def _in_the_way(
    office: Office, tx: Transaction, case: Case, link: Link, step: Step
) -> list[Defect]:
    """What no statement of a person's can change."""
    if not may_resend(step):
        message = _STANDING.get(step.state, "该环节正由系统办理，无需重新发送。")
        return [Defect("", "resend.not_possible", message)]
    if case.withdrawing or link.abandoned or step.cancelling:
        return [Defect("", "resend.unwanted", "办件或环节正在撤回，不能重新发送。")]
    last = tx.last_exchange(case.no, link.name, step.name)
    if (
        last
        and not last.outcome
        and office.clock.now() < last.at + office.longest_talk(link, message_of(step))
    ):
        # What comes of it may be that they have it; sent again now, it would come too late.
        return [Defect("", "resend.running", "系统正在与部门通信，请等这次结果出来后再试。")]
    return []


_STANDING: Mapping[LinkState, str] = {
    LinkState.REFUSED: "部门已决定不予办理，不能重新发送；如需办理请重新申请。",
    LinkState.DONE: "该环节已办结，无需重新发送。",
    LinkState.CANCELLED: "该环节已取消，不能重新发送。",
    LinkState.NEEDS_CORRECTION: "该环节等待申请人补正，补正后自动发送。",
}


def may_resend(step: Step) -> bool:
    """Whether a person may send it again at all."""
    return step.state in _BY_HAND and LinkState.READY in ALLOWED[step.state]


def checklist(step: Step, *, changed: bool = False) -> Mapping[str, str]:
    """What a person must have found out before the step is sent, by name; two look at what is changed."""
    if step.sent is not None:
        return CHECKLIST
    return SEEN if is_held(step) and not changed else {}


def _unsaid(step: Step, order: Order) -> Iterator[Defect]:
    """What the person has not said yet."""
    if not _name(order.by):
        yield Defect("/by", "resend.nobody", "请写明经办人姓名。")
    for item, text in checklist(step, changed=bool(order.changes)).items():
        if item not in order.checked:
            yield Defect(f"/{item}", "resend.unchecked", _UNCHECKED.format(text=text))
    if step.sent is not None and not _name(order.told_by):
        yield Defect("/told_by", "resend.told_by", "请写明部门答复人（姓名或工号、电话）。")


def _one_person(order: Order) -> Iterator[Defect]:
    """What of two people is lacking."""
    if order.changes and not _name(order.approved_by):
        yield Defect("", "resend.one_person", "修改后发送须由第二人复核，请写明复核人姓名。")
    elif order.changes and _name(order.approved_by) == _name(order.by):
        yield Defect("", "resend.same_person", "复核人不能是经办人本人。")


def _changed(
    office: Office, case: Case, link: Link, order: Order
) -> tuple[Mapping[str, Any], list[Defect]]:
    """The form as it is to be sent, checked as when it was handed in."""
    if not order.changes:
        return case.form, []
    strange = [
        Defect(pointer, "resend.not_read", "该部门不读取此项，不能在此修改。")
        for pointer in order.changes
        if not office.departments.reader_of(pointer, [link.name], office.form.asked_for)
    ]
    form, unplaced = amended(case.form, order.changes)
    if strange or unplaced:
        return {}, strange + unplaced
    checked = check(office, form, tuple(each.name for each in case.links), case.accepted_at)
    wrong = questioned(checked.defects, case.form, checked.form)
    if wrong or reads_other(office, case, link, checked.form):
        return checked.form, wrong
    return {}, [Defect("", "resend.unchanged", "修改没有改变该部门读取的内容。")]


def _text(step: Step, order: Order) -> str:
    """Who answers for what, for the time line; sealed there, because people are named."""
    parts = [f"经办人：{order.by.strip()}"]
    if step.sent is not None:
        parts += [*CHECKLIST.values(), f"部门答复人：{order.told_by.strip()}"]
    if order.changes:
        parts += [
            f"复核人：{order.approved_by.strip()}",
            f"修改：{'、'.join(sorted(order.changes))}",
        ]
    if order.why:
        parts.append(f"理由：{order.why.strip()}")
    return "；".join(parts)


def _name(text: str) -> str:
    """A name as it is compared: neither spaces nor widths make another person."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
