"""How a notice reached the applicant: on its page, by message, on paper against a signature (送达证明)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import Event
from kaiban.domain.messages.notification import Kind, Message
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.window.by_hand.entering import wrong_name

NO_SUCH_NOTICE: Final = Defect("/number", "notice.number", "办件没有这一号告知书。")
HANDED: Final = Defect("/number", "notice.handed", "这一号告知书已经当面送达，无需重复登记。")
_SIGNED: Final = "签收人：{name}"


def hand_notice(office: Office, no: str, number: int, by: str, to: str) -> Case | list[Defect]:
    """Write down that the notice was handed over on paper against a signature: by whom, to whom; raises CaseNotFound."""
    with office.cases.transaction() as tx:
        case = tx.get(no)
        wrong = wrong_name(by, "")
        wrong += [
            Defect("/to", "notice.to", "请写明签收人姓名，不超过 40 个字。")
            for _ in wrong_name(to, "")
        ]
        if not issues_of(case, number):
            wrong.append(NO_SUCH_NOTICE)
        elif is_handed(case, number):
            wrong.append(HANDED)
        if wrong:
            return wrong
        case.note(
            "notice_handed", office.clock.now(), f"window:{by.strip()}", code=str(number),
            text=_SIGNED.format(name=to.strip()),
        )  # fmt: skip
        tx.save(case)
    return case


def is_handed(case: Case, number: int) -> bool:
    """Whether somebody signed for the notice on paper since it last went out."""
    return _since_issue(case, number, "notice_handed")


def note_reading(office: Office, no: str, number: int) -> None:
    """Write down, once each time it went out, that its owner opened the notice on the page; raises CaseNotFound."""
    if _since_issue(office.cases.read(no), number, "notice_read"):
        return
    with office.cases.transaction() as tx:
        case = tx.get(no)
        if issues_of(case, number) and not _since_issue(case, number, "notice_read"):
            case.note("notice_read", office.clock.now(), "applicant", code=str(number))
            tx.save(case)


@dataclass(frozen=True)
class Delivery:
    """One way in which a notice reached the applicant, or was to: ``way`` is "page", "read", "paper" or a channel."""

    way: str
    at: datetime
    status: str
    address: str = ""


def deliveries(case: Case, messages: list[Message], number: int) -> list[Delivery]:
    """The proof of delivery (送达证明) of a notice: page, messages, paper; in order."""
    issues = {place: event for place, event in enumerate(case.events, 1) if _issues(event, number)}
    found = [Delivery("page", event.at, "accepted") for event in issues.values()]
    found += [
        Delivery(each.channel.value, each.at, each.state.value, each.address)
        for each in messages
        if each.kind is Kind.CORRECTION and each.seq in issues
    ]
    kinds = {"notice_read": "read", "notice_handed": "paper"}
    found += [
        Delivery(kinds[event.kind], event.at, "accepted")
        for event in case.events
        if event.kind in kinds and event.code == str(number)
    ]
    return sorted(found, key=lambda each: each.at)


def issues_of(case: Case, number: int) -> list[Event]:
    """Each time the notice went out: again whenever something joined it."""
    return [event for event in case.events if _issues(event, number)]


def _issues(event: Event, number: int) -> bool:
    return (event.kind, event.code) == ("notice", str(number))


def _since_issue(case: Case, number: int, kind: str) -> bool:
    last = max((n for n, event in enumerate(case.events) if _issues(event, number)), default=0)
    return any((event.kind, event.code) == (kind, str(number)) for event in case.events[last:])
