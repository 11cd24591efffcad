"""Compose the one-time notice (一次性告知书): everything that is wrong, whoever found it, looked at before it goes out.

Departments' demands come into the draft by themselves; the form's own defects are found anew each time somebody
looks; staff add what they see and take off what is wrong, with a reason. What an earlier notice could have said
needs a reason before it is told, and is counted.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.notices.catalogue import completed
from kaiban.domain.notices.notice import (
    MATERIALS,
    Defect,
    Dropped,
    Freshness,
    Item,
    Origin,
    composed,
    key_of,
)
from kaiban.orchestrator.applicant.correcting import send_again
from kaiban.orchestrator.applicant.opening import check, questioned
from kaiban.orchestrator.materials.submission import to_be_brought
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.printable import LONGEST_LINE, unprintable, wrong_line
from kaiban.orchestrator.window.by_hand.entering import wrong_name
from kaiban.ports import Transaction

UNLISTED: Final = "material.unlisted"
OTHER: Final = "window.other"

NOTHING = Defect("", "notice.empty", "没有需要告知的内容，不能发出告知书。")
ENDED = Defect("", "notice.ended", "办件已经结束或者正在撤回，不能再发告知书。")
NO_SUCH_ITEM = Defect("/item", "notice.item", "告知书草稿中没有这一项，请重新查看后再操作。")
CHANGED = Defect("", "notice.changed", "告知书草稿刚有变化，请重新查看后再发出。")
NOTHING_OPEN = Defect("", "notice.none_open", "没有等申请人改好的窗口意见。")
NO_SETTLING = Defect("/how", "notice.how", "请用一行文字写明是怎样改好的。")
NO_LATE_REASON = Defect(
    "/reason", "notice.late",
    "有上次告知时就能发现的内容，属于二次告知，请写明理由；该情况会计入统计。",
)  # fmt: skip
NO_DROP_REASON = Defect("/reason", "notice.drop_reason", "从告知书中删去一项，请写明理由。")
NO_UNLISTED_REASON = Defect(
    "/reason", "notice.unlisted",
    "这项材料不在公布的材料清单中，要求提供请写明依据和理由；该情况会记录在案。",
)  # fmt: skip
NO_MESSAGE = Defect(
    "/message", "notice.message",
    "请用一行文字写明要改什么，不超过 500 个字，或者选用目录中的事项。",
)  # fmt: skip
NO_SUCH_CODE = Defect("/code", "notice.code", "目录中没有这一事项，请从目录中选用。")
NO_SUCH_LINK = Defect("/link", "notice.link", "办件中没有这一环节。")
NO_SUCH_PLACE = Defect(
    "/pointer", "notice.pointer", "办件的各环节都不读取表单的这一位置，请核对。"
)
TOO_LONG = "请写成一行文字，不超过 {most} 个字。"
_CHECKED: Final = "窗口核实：{reason}"
_BRING: Final = "请提供“{name}”。"


@dataclass(frozen=True)
class Finding:
    """What somebody of the staff found: ``code`` names an entry of the catalogue, all else may be said freely.

    ``material`` is the key of one on the list, or the name of any other, which needs a ``reason``.
    """

    by: str
    code: str = ""
    link: str = ""
    pointer: str = ""
    message: str = ""
    rule: str = ""
    example: str = ""
    bring: str = ""
    material: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the preview: the demand under its number, and what it is after all that was told before."""

    number: int
    item: Item
    freshness: Freshness

    @property
    def id(self) -> str:
        """What it is called whatever comes before it meanwhile."""
        return _digest(key_of(self.item))


@dataclass(frozen=True)
class Preview:
    """What the notice would say if it went out now.

    ``version`` tells this preview from another; ``second`` is whether the case has had a notice before,
    ``needs_reason`` whether it names what that one could have. ``due`` is when it goes out by itself.
    """

    lines: tuple[Line, ...]
    dropped: tuple[Dropped, ...]
    second: bool
    needs_reason: bool
    due: datetime | None

    @property
    def version(self) -> str:
        """What tells that the draft is still the one that was looked at."""
        return _digest([key_of(line.item) for line in self.lines])


def compose_form(office: Office, entry: Any, links: tuple[str, ...] = ()) -> tuple[Item, ...]:
    """Everything that is wrong with a form not handed in yet, as demands of one notice."""
    checked = check(office, entry, links)
    rules = office.city.notices.catalogue
    found = (completed(Item.of(each, Origin.FORM), rules) for each in checked.defects)
    return composed(found, order=checked.links)


def preview(office: Office, no: str) -> Preview:
    """The next notice as it stands now; nothing changes. Raises CaseNotFound."""
    return _preview(office, office.cases.read(no))


def add_finding(office: Office, no: str, finding: Finding) -> Case | list[Defect]:
    """Put what somebody found into the next notice, or return all that is wrong with it; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        item = _item(office, case, finding)
        wrong = [*_over(case), *_wrong(office, case, finding, item)]
        if wrong:
            return wrong
        if case.draft and item in case.draft.items:
            return case  # pressed twice
        now, actor = office.clock.now(), f"window:{finding.by.strip()}"
        if item.reason:
            text = f"{item.message}{item.reason}"
            case.note("unlisted", now, actor, link=item.link, code=item.code, text=text)
        case.note("finding", now, actor, link=item.link, code=item.code, text=item.message)
        _hold(office, case, [item])
        tx.save(case)
    return case


def drop_item(
    office: Office, no: str, number: int | str, by: str, reason: str
) -> Case | list[Defect]:
    """Take a line of the preview off, with the reason, or say why that cannot be; raises CaseNotFound.

    ``number`` is the line's number in the preview, or its id. A department of whose demands none is left gets its application again as it was, with the reason.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        shown = _preview(office, case)
        if number in [_digest(key_of(each.item)) for each in shown.dropped]:
            return case  # pressed twice
        found = next((line for line in shown.lines if number in (line.number, line.id)), None)
        wrong = (
            _over(case)
            + wrong_name(by, "")
            + wrong_line(office, "/reason", reason, NO_DROP_REASON)
        )
        wrong += [] if found else [NO_SUCH_ITEM]
        if wrong or found is None:
            return wrong
        now = office.clock.now()
        case.note(
            "finding_dropped", now, f"window:{by.strip()}", link=found.item.link,
            code=found.item.code, text=reason.strip(),
        )  # fmt: skip
        _hold(office, case, [])
        assert case.draft is not None  # it was begun just now
        case.draft = case.draft.dropping(Dropped(found.item, by.strip(), reason.strip()))
        _send_back(office, tx, case, found.item.link, by.strip(), reason.strip())
        office.go_on(tx, case)
    return case


def issue_notice(
    office: Office, no: str, by: str, reason: str = "", version: str = ""
) -> Case | list[Defect]:
    """Let the notice go out as it was previewed, or say what stands in the way; raises CaseNotFound.

    ``version`` is that of the preview it was decided on, "" if that is not to be looked at.
    """
    with office.cases.transaction() as tx:
        case = tx.get(no)
        found = _preview(office, case)
        wrong = _over(case) + wrong_name(by, "") + _not_ready(office, found, reason, version)
        if wrong:
            return wrong
        _hold(office, case, [line.item for line in found.lines])
        case.issue(office.clock.now(), by.strip(), reason.strip())
        office.go_on(tx, case)
    return case


def settle_findings(office: Office, no: str, by: str, how: str) -> Case | list[Defect]:
    """Write down that what staff found was put right at the window (当场更正), and how; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        notice = case.open_notice
        wrong = wrong_name(by, "") + wrong_line(office, "/how", how, NO_SETTLING)
        if notice is None or not notice.findings:
            wrong.append(NOTHING_OPEN)
        if wrong or notice is None:
            return wrong
        case.note(
            "notice_settled", office.clock.now(), f"window:{by.strip()}",
            code=str(notice.number), text=how.strip(),
        )  # fmt: skip
        office.go_on(tx, case)
    return case


# --- private -------------------------------------------------------------------------------------


def _preview(office: Office, case: Case) -> Preview:
    draft = case.draft
    gathered, dropped = (draft.items, draft.dropped) if draft else ((), ())
    gone = {key_of(each.item) for each in dropped}
    own = (item for item in _own(office, case) if key_of(item) not in gone)
    items = composed(gathered, own, order=[link.name for link in case.links])
    lines = tuple(Line(n, item, case.how_new(item)) for n, item in enumerate(items, 1))
    late = any(line.freshness is Freshness.LATE for line in lines)
    return Preview(lines, dropped, bool(case.notices), late, draft.due if draft else None)


def _own(office: Office, case: Case) -> Iterator[Item]:
    """What the form's own checks find in it as it stands now, and the open notice neither waits for nor was let out without."""
    if case.ended:
        return
    names = tuple(link.name for link in case.links if not link.abandoned)
    checked = check(office, case.form, names, case.accepted_at)
    standing = case.open_notice
    decided = (*standing.items, *(each.item for each in standing.dropped)) if standing else ()
    known = set(map(key_of, decided))
    for each in questioned(checked.defects, case.form, checked.form):
        item = completed(Item.of(each, Origin.FORM), office.city.notices.catalogue)
        if key_of(item) not in known:
            yield item


def _hold(office: Office, case: Case, items: list[Item]) -> None:
    """Put them into the draft; from the first hand of staff on it waits for them, at most so long."""
    now = office.clock.now()
    until = now + max(office.city.notices.hold, office.city.notices.wait)
    was_held = case.draft is not None and case.draft.is_held
    case.gather(items, now, until)
    if case.draft and not was_held:
        case.draft = replace(case.draft, due=until)


def _send_back(
    office: Office, tx: Transaction, case: Case, name: str, by: str, reason: str
) -> None:
    """Let a department of whose demands none is left have its application again: nobody else would."""
    told = case.open_notice.items if case.open_notice else ()
    gathered = case.draft.items if case.draft else ()
    asking = {item.link for item in (*told, *gathered) if item.origin == Origin.DEPARTMENT}
    if name in asking:
        return
    waiting = [
        (link, step)
        for link, step in case.steps()
        if link.name == name and step.state is LinkState.NEEDS_CORRECTION
    ]
    if waiting:
        actor = f"window:{by}"
        case.note(
            "explained", office.clock.now(), actor, link=name, text=_CHECKED.format(reason=reason)
        )
        send_again(office, tx, case, waiting, actor)


def _item(office: Office, case: Case, finding: Finding) -> Item:
    listed = to_be_brought(office, case)
    key = finding.material if finding.material in listed else ""
    unlisted = finding.material.strip() if finding.material and not key else ""
    asks = listed.get(key, unlisted)
    item = Item(
        finding.pointer or (f"{MATERIALS}{key}" if key else ""),
        finding.code or (UNLISTED if unlisted else OTHER),
        finding.message.strip() or (_BRING.format(name=asks) if asks else ""),
        finding.link, finding.rule.strip(), finding.example.strip(),
        Origin.WINDOW.value, finding.bring.strip() or asks, finding.by.strip(),
    )  # fmt: skip
    full = completed(item, office.city.notices.catalogue)
    off = _is_off_the_list(office, case, full)
    return replace(full, reason=finding.reason.strip() if off else "")


def _over(case: Case) -> list[Defect]:
    return [ENDED] if case.ended or case.withdrawing else []


def _wrong(office: Office, case: Case, finding: Finding, item: Item) -> Iterator[Defect]:
    yield from wrong_name(finding.by, finding.link)
    if finding.code and finding.code not in office.city.notices.catalogue:
        yield NO_SUCH_CODE
    yield from wrong_line(office, "/message", item.message, NO_MESSAGE)
    for name in ("rule", "example", "bring", "material"):
        text = getattr(finding, name)
        if text:
            too_long = Defect(f"/{name}", "notice.text", TOO_LONG.format(most=LONGEST_LINE))
            yield from wrong_line(office, f"/{name}", text, too_long)
    names = [link.name for link in case.links]
    if finding.link and finding.link not in names:
        yield NO_SUCH_LINK
    if finding.pointer and not office.departments.reader_of(
        finding.pointer, names, office.form.asked_for
    ):
        yield NO_SUCH_PLACE
    if _is_off_the_list(office, case, item):
        yield from wrong_line(office, "/reason", finding.reason, NO_UNLISTED_REASON)


def _is_off_the_list(office: Office, case: Case, item: Item) -> bool:
    """Whether it asks for a material nobody could read of before (D7)."""
    key = item.pointer.removeprefix(MATERIALS)
    asks = item.pointer.startswith(MATERIALS) and key not in to_be_brought(office, case)
    return asks or item.code == UNLISTED


def _not_ready(office: Office, found: Preview, reason: str, version: str) -> list[Defect]:
    if version and version != found.version:
        return [CHANGED]
    if not found.lines:
        return [NOTHING]
    if found.needs_reason:
        return wrong_line(office, "/reason", reason, NO_LATE_REASON)
    return unprintable(office, "/reason", reason)


def _digest(found: Any) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16]
