"""Remind applicants while there is time: of a notice they have not answered, of a package they have not fetched."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.cases.event import Event
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.hours.term import Term
from kaiban.domain.papers.deadlines import Awaited, Wait, awaited, last_active
from kaiban.domain.papers.obligation import is_reminded
from kaiban.orchestrator.office import Office
from kaiban.ports import CaseNotFound, Worklist

log = structlog.get_logger()

#: What programs call it.
_CALLED: Final = {Wait.ANSWER: "answer", Wait.FETCH: "fetch"}
#: So many cases are looked for at a time.
BATCH: Final = 500


def remind_applicants(office: Office, worklist: Worklist) -> int:
    """Note each reminder that is due, once; return how many. A city that has set no days reminds of nothing."""
    now, terms = office.clock.now(), _terms(office)
    wanted = [term for term in terms.values() if term.working_days and term.reminders]
    if not wanted:
        return 0
    # A reminder comes so many days after the beginning at the earliest, and the case began before that.
    soonest = min(term.working_days - max(term.reminders) for term in wanted)
    began = now - timedelta(days=max(0, soonest))
    today, active = now.astimezone(HALL_TIME).date(), last_active(office.city, now)
    return sum(_tried(office, no, today) for no in _waiting(worklist, began, active))


def _waiting(worklist: Worklist, began: datetime, active: datetime) -> Iterator[str]:
    """Every case that may be to be reminded of: none must wait behind others that are not due for weeks."""
    last = ""
    while found := worklist.waiting_for_applicants(began, active, last, BATCH):
        yield from found
        last = found[-1]


def _terms(office: Office) -> dict[Wait, Term]:
    return {Wait.ANSWER: office.city.notices.answer, Wait.FETCH: office.city.fetching}


def _tried(office: Office, no: str, today: date) -> int:
    try:
        return _reminded(office, no, today)
    except Exception as error:  # noqa: BLE001 - one broken case must not stop the care for the others
        log.error("reminding_failed", case=no, error=type(error).__name__)
        return 0


def _reminded(office: Office, no: str, today: date) -> int:
    terms = _terms(office)
    try:
        seen = office.cases.read(no)
    except CaseNotFound:
        return 0
    # Most have nothing to be reminded of: nobody's lock is taken for that.
    if not any(
        _stage(terms, each, seen.events, today) is not None for each in awaited(seen, office.city)
    ):
        return 0
    with office.cases.transaction() as tx:
        case, count = tx.get(no), 0
        for each in awaited(case, office.city):
            stage = _stage(terms, each, case.events, today)
            if stage is not None and each.due:
                facts = {
                    "due": each.due.isoformat(),
                    "stage": str(stage),
                    "wait": _CALLED[each.wait],
                }
                case.note(
                    each.wait.value, office.clock.now(), "system", code=each.number, facts=facts
                )
                log.info("deadline_near", case=no, wait=each.wait.value, stage=stage)
                count += 1
        if count:
            tx.save(case)
    return count


def _stage(
    terms: Mapping[Wait, Term], each: Awaited, events: Sequence[Event], today: date
) -> int | None:
    """Which reminder is to be noted now; None for none, or one that was."""
    if each.due is None:
        return None
    stage = terms[each.wait].stage((each.due - today).days)
    if stage is None or is_reminded(events, each.number, each.due, stage, stage, each.wait.value):
        return None
    return stage
