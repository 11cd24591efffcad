"""Complain about a case, and say whether the answer was enough."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from kaiban.domain.complaint import (
    APPLICANT,
    COMPLAINT_SOURCES,
    Complaint,
    ComplaintStep,
    StepKind,
)
from kaiban.domain.filing import read_phone
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.complaint_office import (
    CHANGED,
    LONGEST,
    NO_COMPLAINT,
    NOT_NOW,
    ComplaintOffice,
    Outcome,
)
from kaiban.ports import RateLimit

#: So many complaints about one case a day, whoever knows its address; what is told at the window is not counted.
PER_CASE: Final = RateLimit("complaint:case", 5, timedelta(days=1))
PER_ADDRESS: Final = RateLimit("complaint:address", 60, timedelta(hours=1))

_TEXT = "请写明遇到了什么问题、希望怎么解决，不超过 {most} 字。"
NO_TEXT = Defect("/text", "complaint.text", _TEXT.format(most=LONGEST))
WRONG_PHONE = Defect("/phone", "complaint.phone", "手机号码应为 11 位数字；不想留的可以空着。", example="13800000000")  # fmt: skip
NO_SOURCE = Defect("/source", "complaint.source", "来源为 " + "、".join(COMPLAINT_SOURCES) + " 之一。")  # fmt: skip
TOO_MANY = Defect(
    "", "complaint.too_many",
    "今天反映的次数已经很多了，没有再收下；之前反映的都在办理。着急的请到大厅窗口，或者拨打 12345。",
)  # fmt: skip


@dataclass(frozen=True)
class Grievance:
    """What somebody complains of, as it was typed; ``by`` is who wrote it down: APPLICANT, or an account."""

    text: str
    phone: str = ""
    source: str = "web"
    by: str = APPLICANT
    lang: str = "zh-CN"


def complain(door: ComplaintOffice, no: str, said: Grievance, address: str = "") -> Outcome:
    """Take in a complaint, or say everything that is wrong with it; raises CaseNotFound.

    ``address`` is the network's. The same words once more, while it is open, are the same complaint.
    """
    if known := _said_already(door, no, said):
        return known
    wrong = _wrong(said)
    if wrong or (said.by == APPLICANT and not _within(door, no, address)):
        return wrong or [TOO_MANY]
    with door.office.cases.transaction() as tx:
        case = tx.get(no)
        # Once more, now that nobody else can: of two clicks at once the second finds the first.
        if known := _said_already(door, no, said):
            return known
        at = case.instant(door.office.clock.now())
        due = door.due(case, at, door.office.city.complaints.answer_days)
        step = ComplaintStep(StepKind.RAISED, at, said.by)
        new = Complaint(
            no,
            0,
            case.hall,
            said.source,
            said.text.strip(),
            due,
            (step,),
            read_phone(said.phone),
            said.lang,
        )
        found = door.complaints.add(tx.connection, new)
        door.note(tx, case, found)
    return found


def say_so(
    door: ComplaintOffice, no: str, number: int, *, satisfied: bool, text: str = "", version: str
) -> Outcome:
    """The complainant says whether the answer is enough; if not, it is taken up again. Raises CaseNotFound."""
    if len(text) > LONGEST or (not satisfied and not text.strip()):
        return [NO_TEXT]
    kind = StepKind.SATISFIED if satisfied else StepKind.DISSATISFIED
    with door.opened(no, number) as (tx, case, complaint):
        if complaint is None:
            return [NO_COMPLAINT]
        if complaint.version != version:
            return [CHANGED]
        if not complaint.may(kind):
            return [NOT_NOW]
        at = case.instant(door.office.clock.now())
        step = ComplaintStep(kind, at, APPLICANT, text.strip())
        days = 0 if satisfied else door.office.city.complaints.answer_days
        return door.take(tx, case, complaint, step, days=days)


def _said_already(door: ComplaintOffice, no: str, said: Grievance) -> Complaint | None:
    words = said.text.strip()
    found = door.complaints.of_case(no) if words else []
    return next((each for each in found if each.text == words and each.due), None)


def _wrong(said: Grievance) -> list[Defect]:
    checks = (
        (NO_TEXT, 0 < len(said.text.strip()) <= LONGEST),
        (WRONG_PHONE, not said.phone.strip() or bool(read_phone(said.phone))),
        (NO_SOURCE, said.source in COMPLAINT_SOURCES),
    )
    return [defect for defect, fits in checks if not fits]


def _within(door: ComplaintOffice, no: str, address: str) -> bool:
    """Whether a stranger may still complain; an address is not known where a program does."""
    now = door.wall()
    by_address = not address or door.limits.take(PER_ADDRESS, address, now)
    return by_address and door.limits.take(PER_CASE, no, now)
