"""Until when a city wants something of applicants that no law dates: that a notice is answered, that a package is fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import RESULT_RECEIVED
from kaiban.domain.city import City
from kaiban.domain.notices.notice import Notice
from kaiban.domain.papers.delivery import AT_WINDOW, leaves_by, leaves_from


class Wait(StrEnum):
    """What an applicant is waited for; the event of that kind reminds of it."""

    ANSWER = "answer_due"
    FETCH = "fetch_due"


@dataclass(frozen=True)
class Awaited:
    """One thing an applicant is waited for: which one (a notice's number, a version), until when, and who says so.

    ``due`` None: the city has set no day. ``reminds``: applicants hear of that day before it comes.
    """

    wait: Wait
    number: str
    due: date | None
    basis: str = ""
    reminds: bool = False


def awaited(case: Case, city: City) -> list[Awaited]:
    """Everything the case's applicant is waited for now."""
    return [*_answer(case, city), *_fetch(case, city)]


def answer_of(case: Case, city: City) -> Awaited | None:
    """Until when the open notice is to be answered; None if there is none."""
    return next(iter(_answer(case, city)), None)


def answer_to(notice: Notice, case: Case, city: City) -> Awaited:
    """Until when that notice of the case is to be answered, or was."""
    term = city.notices.answer
    due = term.due(notice.issued_at, city.hall_of(case).hours)
    return Awaited(Wait.ANSWER, str(notice.number), due, term.basis, bool(term.reminders))


def fetch_of(case: Case, city: City) -> Awaited | None:
    """Until when the package is to be fetched; None if it is not to be, or not yet."""
    return next(iter(_fetch(case, city)), None)


def last_active(city: City, now: datetime) -> datetime:
    """Before when nothing can have happened in a case that is still to be reminded: two days of the calendar are one that is worked, but for holidays."""
    longest = max(city.notices.answer.working_days, city.fetching.working_days)
    return now - timedelta(days=2 * longest) - _HOLIDAYS


#: More than any holidays in a row.
_HOLIDAYS: Final = timedelta(days=14)


def _answer(case: Case, city: City) -> Iterable[Awaited]:
    notice = case.open_notice
    if notice is not None and not case.withdrawing:
        yield answer_to(notice, case, city)


def _fetch(case: Case, city: City) -> Iterable[Awaited]:
    if leaves_by(case) == AT_WINDOW:
        came = (
            each.at for each in reversed(case.events) if each.kind in (RESULT_RECEIVED, "package")
        )
        since = next(came, case.finished_at or case.accepted_at)
        term, hours = city.fetching, city.hall_named(leaves_from(case)).hours
        due = term.due(since, hours)
        yield Awaited(Wait.FETCH, str(case.package_version), due, term.basis, bool(term.reminders))
