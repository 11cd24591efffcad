"""Correct a case (补正): only the named fields reopen, only the links that read them are sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import HELD, Link, LinkState, Step
from kaiban.domain.notices.answering import version_of
from kaiban.domain.notices.notice import Defect, Notice
from kaiban.domain.pointer import replaced, to_path, to_pointer, value_at, within
from kaiban.orchestrator.applicant.opening import check, confirming, questioned
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.vouching import is_held
from kaiban.ports import Transaction


@dataclass(frozen=True)
class Amendment:
    """What the applicant answers: new values by JSON pointer, and links settled without a change.

    A row whose value is None is taken out. ``confirmed`` names links whose demand was met outside the form (a
    signature in their app) or does not fit; ``explanations`` says of links why, and counts as that, too.
    ``left_out`` names links that are not wanted any more. ``version`` is
    what the answer was made from (``version_of``), "" if that is not to be looked at.
    ``words`` confirm new values that are strange (`Caution`).
    """

    changes: Mapping[str, Any]
    confirmed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    version: str = ""
    explanations: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def settled(self) -> frozenset[str]:
        """The links that are to be sent again as they are."""
        return (frozenset(self.confirmed) | set(self.explanations)) - set(self.left_out)


CHANGED = Defect(
    "", "correction.changed", "告知书或者表单刚在别处改过，请核对现在的内容后再提交。"
)  # fmt: skip


NOT_WAITING = Defect("", "correction.not_waiting", "这一环节目前没有等您补正的事项。")
TOO_LONG = Defect("", "correction.explanation", "说明请不超过 500 字。")
NEEDED = Defect(
    "", "correction.needed", "其他环节要等这一环节的结果，不能单独不办；如不再需要，请撤回整个办件。"
)  # fmt: skip
LEFT_OUT = "申请人不再办理这一环节"
LONGEST = 500


def correct(office: Office, no: str, amendment: Amendment) -> Case | list[Defect]:
    """Take the correction and send again what it concerns, or return all that is wrong with it."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        form = review(office, case, amendment)
        if isinstance(form, list):
            return form
        again = _to_send_again(office, case, form, amendment)
        take_over(office, case, form)
        _send_again(office, tx, case, amendment, again)
        _leave_out(office, tx, case, amendment.left_out)
        office.go_on(tx, case)
    return case


def review(office: Office, case: Case, amendment: Amendment) -> Mapping[str, Any] | list[Defect]:
    """The form as it would be with the correction, or all that is wrong with it; nothing changes."""
    if amendment.version not in ("", version_of(case)):
        return [CHANGED]
    notice = case.open_notice
    if notice is None:
        return [_defect("correction.none_open", "该办件目前没有待补正的事项，无需修改。")]
    closed = _unfit(office, case, amendment)
    closed += _not_asked_for(office, notice, amendment.changes, case.form)
    named = {defect.pointer for defect in closed}
    open_changes = {p: value for p, value in amendment.changes.items() if p not in named}
    form, unplaced = amended(case.form, open_changes)
    if closed or unplaced:
        return closed + unplaced
    names = tuple(link.name for link in case.links if link.name not in amendment.left_out)
    checked = check(office, confirming(form, amendment.words), names, case.accepted_at)
    if wrong := questioned(checked.defects, case.form, checked.form):
        return wrong
    changes_nothing = not (notice.findings and checked.form != case.form)
    sends_nothing = not _to_send_again(office, case, checked.form, amendment)
    if not amendment.left_out and sends_nothing and changes_nothing:
        return [_defect("correction.unchanged", "没有发现修改。请按告知书逐项修改后再提交。")]
    return checked.form


def _to_send_again(
    office: Office, case: Case, form: Mapping[str, Any], amendment: Amendment
) -> list[tuple[Link, Step]]:
    return [
        (link, step)
        for link, step in case.steps()
        if (step.state is LinkState.NEEDS_CORRECTION or is_held(step))
        and link.name not in amendment.left_out
        and (link.name in amendment.settled or reads_other(office, case, link, form))
    ]


def _send_again(
    office: Office, tx: Transaction, case: Case, amendment: Amendment,
    again: Sequence[tuple[Link, Step]],
) -> None:  # fmt: skip
    now = office.clock.now()
    case.note("corrected", now, "applicant", text="、".join(sorted(amendment.changes)))
    for name, text in amendment.explanations.items():
        case.note("explained", now, "applicant", link=name, text=text)
    send_again(office, tx, case, again, "applicant")


def send_again(
    office: Office, tx: Transaction, case: Case, places: Sequence[tuple[Link, Step]], actor: str
) -> None:
    """Let steps that wait for a correction be written anew, as the next revision, and sent."""
    for link, step in places:
        step.revision += 1
        step.sent = None
        case.move(link, step, LinkState.READY, office.clock.now(), actor=actor)
        office.schedule(tx, case, link, step)


def _leave_out(office: Office, tx: Transaction, case: Case, names: Sequence[str]) -> None:
    for name in names:
        link = case.link(name)
        case.note("left_out", office.clock.now(), "applicant", link=name, text=LEFT_OUT)
        for step in link.steps:
            office.take_back(tx, case, link, step, LEFT_OUT)


def take_over(office: Office, case: Case, form: Mapping[str, Any]) -> None:
    """Let a changed form count.

    A message that is written but surely not sent is written anew. Where a department has been
    told, or has decided, on what stood there before, that is said. What was ever in doubt keeps its
    bytes and its key: should the first copy turn up late, the department can tell that it is one.
    """
    for link, step in case.steps():
        if step is not link.current or not reads_other(office, case, link, form) or is_held(step):
            continue
        if step.written and not case.was_in_doubt(link, step):
            step.rewrite()
        elif step.written or step.state in HELD or step.state is LinkState.DONE:
            text = "该环节按修改前的内容办理，如需一致请到窗口办理变更"
            case.note("stale", office.clock.now(), "system", link=link.name, text=text)
    case.form = form
    case.revision += 1


def explanations(case: Case, link: str) -> tuple[str, ...]:
    """What the applicant has said to the link's demands, in order."""
    return tuple(e.text for e in case.events if (e.kind, e.link) == ("explained", link))


def explanation(case: Case, link: str) -> str:
    """What the applicant said to the link's demand with the last correction; "" for nothing."""
    last = 0
    for number, event in enumerate(case.events):
        last = number if event.kind == "corrected" else last
    return next(
        (e.text for e in case.events[last:] if (e.kind, e.link) == ("explained", link)), ""
    )


def reads_other(office: Office, case: Case, link: Link, form: Mapping[str, Any]) -> bool:
    """Whether the link would read something else in that form than in the case's."""
    return office.digest(link, case.form, case.facts) != office.digest(link, form, case.facts)


def _unfit(office: Office, case: Case, amendment: Amendment) -> list[Defect]:
    """What is wrong with what is said of links."""
    waiting = {
        link.name for link, step in case.steps() if step.state is LinkState.NEEDS_CORRECTION
    }
    said = {*amendment.explanations, *amendment.left_out}
    strangers = [replace(NOT_WAITING, link=name) for name in sorted(said - waiting)]
    long = [
        replace(TOO_LONG, link=name)
        for name, text in amendment.explanations.items()
        if len(text) > LONGEST
    ]
    needed = [
        replace(NEEDED, link=name)
        for name in amendment.left_out
        if name in waiting and not may_be_left_out(office, case, name)
    ]
    return strangers + long + needed


def may_be_left_out(office: Office, case: Case, name: str) -> bool:
    """Whether the others can do without the link: none of them waits for what it grants, and something is left."""
    plan, others = office.plan(case), [link for link in case.links if link.name != name]
    awaited = {
        fact
        for link in others
        if not link.finished
        for step in link.steps
        for fact in plan.required_facts(link.name, step.name)
    }
    given = set(plan.link(name).provides) - set(case.facts)
    kept = [link for link in others if not link.finished or link.state is LinkState.DONE]
    return bool(kept) and not awaited & given


def reopened(office: Office, pointer: str, form: Mapping[str, Any]) -> str:
    """What may be changed where a correction names a place: all of the row, or of the person, it lies in."""
    return to_pointer(office.form.group_of(to_path(pointer), form)) if pointer else ""


def _not_asked_for(
    office: Office, notice: Notice, changes: Mapping[str, Any], form: Mapping[str, Any]
) -> list[Defect]:
    named = [reopened(office, item.pointer, form) for item in notice.items if item.pointer]
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
    gone = [pointer for pointer, value in changes.items() if value is None and _is_row(pointer)]
    for pointer in (each for each in changes if each not in gone):
        value = changes[pointer]
        try:
            form = replaced(form, pointer, value)
        except KeyError:
            message = "表单中没有这一位置，请核对后重新提交。"
            unplaced.append(Defect(pointer, "correction.no_such_place", message))
    # The last first, so that those before keep their numbers meanwhile.
    for pointer in sorted(gone, key=_number, reverse=True):
        form = _without(form, pointer)
    return form, unplaced


def _is_row(pointer: str) -> bool:
    return pointer.rpartition("/")[2].isdecimal()


def _number(pointer: str) -> int:
    return int(pointer.rpartition("/")[2])


def _without(form: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    above = pointer.rpartition("/")[0]
    rows = value_at(form, to_path(above))
    if not isinstance(rows, list) or _number(pointer) >= len(rows):
        return form  # gone already
    left: Mapping[str, Any] = replaced(
        form, above, [each for number, each in enumerate(rows) if number != _number(pointer)]
    )
    return left


def _defect(code: str, message: str) -> Defect:
    return Defect("", code, message)
