"""Find a finished case at the exit desk: by the pick-up number of a ticket (取件号), or by its own."""

import re
from datetime import date
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.number import is_case_number
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act, Position
from kaiban.domain.typed import compact
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.staff.looking import may_about
from kaiban.ports import CaseNotFound

NO_SUCH: Final = Defect(
    "/q", "exit.none", "本大厅没有这个取件号或者办件号，请对照号票或者受理回执再填一次。",
    example="0304-017",
)  # fmt: skip
NO_CASE: Final = Defect(
    "/q", "exit.no_case", "这个取件号没有关联办件：取号时没有说是哪一件，请填办件号。"
)
_PICKUP: Final = re.compile(r"([0-9]{2})([0-9]{2})-?([0-9]{3,})")


def find(office: Office, queue: Queue, who: Position, typed: str) -> Case | Defect:
    """The case that account may hand out, by what was typed; or what is wrong with that."""
    text = compact(typed).upper()
    if shape := _PICKUP.fullmatch(text):
        ticket = _ticket(queue, who.hall, shape)
        if ticket is None:
            return NO_SUCH
        return _case(office, who, ticket) if ticket else NO_CASE
    return _case(office, who, text) if is_case_number(text) else NO_SUCH


NOT_THAT: Final = Defect("/case", "case.none", "本大厅没有这个办件号，请对照受理回执再填一次。")


def seen_case(office: Office, who: Position, typed: str) -> Case | Defect:
    """The case with that number, if that account may see it."""
    no = compact(typed).upper()
    try:
        found = office.cases.read(no) if is_case_number(no) else None
    except CaseNotFound:
        return NOT_THAT
    sees = found and may_about(who, Act.SEE_CASES, found, intake=True)
    return found if found and sees else NOT_THAT


def _case(office: Office, who: Position, no: str) -> Case | Defect:
    try:
        found = office.cases.read(no)
    except CaseNotFound:
        return NO_SUCH
    return found if may_about(who, Act.HAND_OUT, found, intake=True) else NO_SUCH


def _ticket(queue: Queue, hall: str, shape: re.Match[str]) -> str | None:
    """The number of the ticket's case, "" if it has none; None without such a ticket."""
    day = _day(queue.today(), int(shape[1]), int(shape[2]))
    if day is None or hall not in queue.halls:
        return None
    pickup = f"{shape[1]}{shape[2]}-{shape[3]}"
    with queue.tickets.reading() as tx:
        found = [each for each in tx.of_day(hall, day) if each.pickup == pickup]
    return found[0].case_no if found else None


def _day(today: date, month: int, day: int) -> date | None:
    """The last day of that date that is not to come."""
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None
