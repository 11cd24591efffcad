"""Notices and refusals on paper: what is printed, kept with the case byte for byte."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.notices.notice import MATERIALS, Item, Notice
from kaiban.domain.notices.refusal import REGISTRATION, Terms, redress_of
from kaiban.domain.papers.deadlines import answer_to
from kaiban.domain.pointer import value_at
from kaiban.domain.prose import ended
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.case import company
from kaiban.orchestrator.window.notices.notice_delivery import issues_of
from kaiban.ports import NoticePaper

#: Who is addressed: whoever handles the application, else whoever stands behind it.
ADDRESSEES: Final = (
    "people.proxy.name", "people.legal_rep.name", "company.name.full",
)  # fmt: skip
#: What a notice stands on; the registrar's own rules where it asks for something itself.
BASIS: Final = "优化营商环境条例第三十六条"
REGISTRAR_BASIS: Final = "市场主体登记管理条例第十九条"
#: Before it for a company, which is what a form that names no other type of applicant is about.
COMPANY_BASIS: Final = "公司法（2023）第三十条"
COMPANY: Final = "company"

#: How a demand is met, by whether it names a material, a place in the form, or neither.
_WAYS: Final = {
    "material": "拍照上传，或者带到窗口",
    "form": "网上修改，或者到窗口修改",
    "": "带齐下列材料到窗口办理，或者按要求办好后网上说明",
}
_DOCUMENT: Final = "{word}〔{year}〕{no}-{part} 号"
_NO_RULE: Final = "以提出该项要求的单位为准"
_AGAIN: Final = "这是同一办件的再次告知。再次告知的理由：%(reason)s"
_DUE: Final = "请在 %(due)s（含当日）前补正（依据：%(basis)s）；到期没有补正的，申请仍然保留。"
_NO_DUE: Final = "本市没有规定补正的期限。"
_WHOLE: Final = "以上为一次性告知的全部内容。等待您补正的时间不计入办理用时。补正以后，没有改动过、这次也没有列出的内容，不再要求补正。"
_STANDS_ON: Final = (
    "告知的依据：%(basis)s。依据一栏写明“以提出该项要求的单位为准”的，请向该单位或者窗口询问。"
)


@dataclass(frozen=True)
class Row:
    """One demand as it is printed."""

    department: str
    message: str
    rule: str
    example: str
    bring: str
    way: str
    reason: str


@dataclass(frozen=True)
class NoticeSheet:
    """A one-time notice as it is printed.

    ``document`` is its number (文号), ``reason`` why a second notice was needed, "" for the first. ``by`` is what
    the city calls whoever issued it, "" if nobody had to. ``due`` is the last day to answer it, None where the city has set none, and
    ``due_basis`` who says so. Nobody's resume code is on it: staff print it, and keep a copy.
    """

    name: str
    document: str
    addressee: str
    company: str
    case_no: str
    accepted_at: datetime
    issued_at: datetime
    hall: str
    by: str
    number: int
    reason: str
    basis: str
    due: date | None
    due_basis: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sentence:
    """What a notice says below its demands: a text with names for its values, days among them; ``kind`` is how it stands out."""

    text: str
    values: Mapping[str, str | date] = field(default_factory=dict)
    kind: str = ""


def ending(sheet: NoticeSheet) -> list[Sentence]:
    """Every sentence below the demands, the same on the page that is looked at before and on what is printed."""
    return [
        *([Sentence(_AGAIN, {"reason": sheet.reason})] if sheet.reason else []),
        Sentence(_DUE, {"due": sheet.due, "basis": sheet.due_basis}, "strong")
        if sheet.due
        else Sentence(_NO_DUE),
        Sentence(_WHOLE),
        Sentence(_STANDS_ON, {"basis": sheet.basis}, "quiet"),
    ]


@dataclass(frozen=True)
class RefusalSheet:
    """A refusal as it is told to the applicant, or (``is_copy``) to the supervisor; ``last`` is None without terms."""

    name: str
    document: str
    addressee: str
    company: str
    case_no: str
    accepted_at: datetime
    issued_at: datetime
    hall: str
    office: str
    link: str
    title: str
    reason: str
    reason_code: str
    basis: str
    remedy: str
    remedy_basis: str
    last: Terms | None
    is_copy: bool


Sheet = NoticeSheet | RefusalSheet
Print = Callable[[Sheet], bytes]


def notice_sheet(office: Office, case: Case, number: int) -> NoticeSheet | None:
    """The notice of that number as it is printed; None if there is none."""
    notice = next((each for each in case.notices if each.number == number), None)
    if notice is None:
        return None
    issues = issues_of(case, number)
    at = issues[-1].at if issues else notice.issued_at
    return _sheet(office, case, notice, f"notice-{number}-{len(issues)}", at)


def draft_sheet(office: Office, case: Case, items: Iterable[Item], by: str) -> NoticeSheet:
    """What is gathered, as it would be printed if that account let it go out now."""
    now, standing = office.clock.now(), case.open_notice
    # What joins a notice that is out is to be answered with it, by the day that is counted from the first time.
    number, at = (
        (standing.number, standing.issued_at) if standing else (len(case.notices) + 1, now)
    )
    return _sheet(office, case, Notice(number, at, tuple(items), by=by), "", now)


def refusal_sheet(
    office: Office, case: Case, link_name: str, *, is_copy: bool = False
) -> RefusalSheet | None:
    """The refusal of that link as it is printed; None if it was not refused.

    Raises KeyError for a link the case does not have.
    """
    link = case.link(link_name)
    event = _refused(case, link)
    if link.state is not LinkState.REFUSED or event is None:
        return None
    found = redress_of(link.name, event.code)
    return RefusalSheet(
        name=f"refusal-{link.name}" + ("-copy" if is_copy else ""),
        document=_document(office, case, event.at, link.name),
        issued_at=event.at,
        office=link.office,
        link=link.title,
        title=event.facts.get("title", found.title),
        reason=ended(event.text) or "部门没有说明原因，请向窗口索取书面决定。",
        reason_code=event.code,
        basis=event.facts.get("basis", found.basis),
        remedy=found.remedy,
        remedy_basis=event.facts.get("remedy_basis", found.remedy_basis),
        last=_terms(event),
        is_copy=is_copy,
        **_common(office, case),
    )


def archived(office: Office, sheet: Sheet, printed: Print) -> NoticePaper:
    """The sheet as it was printed first, printed and kept now if it never was; raises CaseNotFound."""
    known = office.cases.get_notice_paper(sheet.case_no, sheet.name)
    if known is not None:
        return known
    # Printed before the transaction: it takes its time.
    pdf = printed(sheet)
    paper = NoticePaper(sheet.name, office.clock.now(), hashlib.sha256(pdf).hexdigest(), pdf)
    with office.cases.transaction() as tx:
        tx.get(sheet.case_no)
        return tx.add_notice_paper(sheet.case_no, paper)


# --- private -------------------------------------------------------------------------------------


def _sheet(office: Office, case: Case, notice: Notice, name: str, at: datetime) -> NoticeSheet:
    answer = answer_to(notice, case, office.city)
    return NoticeSheet(
        name=name,
        document=_document(office, case, notice.issued_at, str(notice.number)),
        issued_at=at,
        by=office.called(notice.by),
        number=notice.number,
        reason=notice.reason if notice.number > 1 or notice.repeats else "",
        basis=_basis(case, notice),
        due=answer.due,
        due_basis=answer.basis,
        rows=tuple(_row(case, item) for item in notice.items),
        **_common(office, case),
    )


def _common(office: Office, case: Case) -> dict[str, Any]:
    named = (value_at(case.form, path) for path in ADDRESSEES)
    return {
        "addressee": next((str(each) for each in named if each), "申请人"),
        "company": company(case),
        "case_no": case.no,
        "accepted_at": case.accepted_at,
        "hall": office.city.hall_of(case).title,
    }


def _document(office: Office, case: Case, at: datetime, part: str) -> str:
    year = at.astimezone(HALL_TIME).year
    return _DOCUMENT.format(word=office.city.notices.word, year=year, no=case.no, part=part)


def _basis(case: Case, notice: Notice) -> str:
    if not any(item.link == REGISTRATION for item in notice.items):
        return BASIS
    own = [COMPANY_BASIS] if case.form.get("applicant", COMPANY) == COMPANY else []
    return "、".join([*own, REGISTRAR_BASIS, BASIS])


def _row(case: Case, item: Item) -> Row:
    offices = {link.name: f"{link.office} / {link.title}" for link in case.links}
    kind = "material" if item.pointer.startswith(MATERIALS) else "form" if item.pointer else ""
    return Row(
        offices.get(item.link, "综合窗口"),
        item.message,
        item.rule or _NO_RULE,
        item.example,
        item.bring,
        _WAYS[kind],
        item.reason,
    )


def _refused(case: Case, link: Link) -> Event | None:
    found = [
        event
        for event in case.events
        if event.kind == "step" and event.link == link.name and event.after == LinkState.REFUSED
    ]
    return found[-1] if found else None


def _terms(event: Event) -> Terms | None:
    told = event.facts
    if "review_until" not in told:
        return None
    return Terms(
        date.fromisoformat(told["review_until"]), date.fromisoformat(told["lawsuit_until"])
    )
