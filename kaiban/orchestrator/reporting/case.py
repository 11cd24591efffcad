"""A case itself: how it stands, its links, hours and notices, what happened, when it will be finished."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.passage import Leg, legs_of, stage_of
from kaiban.domain.cases.event import KINDS, Event
from kaiban.domain.cases.link import Link
from kaiban.domain.cases.states import NATIONAL_CODES, VOID, title_of
from kaiban.domain.city import City
from kaiban.domain.hours.clock import whole_minutes
from kaiban.domain.hours.forecast import Forecast
from kaiban.domain.hours.ledger import Hours
from kaiban.domain.messages.notification import is_quiet
from kaiban.domain.notices.answering import version_of
from kaiban.domain.notices.notice import Notice
from kaiban.domain.papers.commitment import Given, given
from kaiban.domain.papers.deadlines import answer_of
from kaiban.domain.papers.delivery import choice_of, last_choice, last_posting, mode_of, settled_by
from kaiban.domain.pointer import value_at
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.instants import instant, to_the_millisecond
from kaiban.orchestrator.reporting.records import messages


def report(office: Office, case: Case) -> dict[str, Any]:
    """Everything about a case except its form; instants are ISO 8601 in hall time."""
    hours = office.city.hours_of(case, office.clock.now())
    package = office.cases.get_package(case.no) if case.package_version else None
    code, code_title = NATIONAL_CODES[case.state]
    return {
        "case_no": case.no,
        "company": company(case),
        "reference": case.reference,
        "status": case.state.value,
        "status_title": title_of(case.state, withdrawing=case.withdrawing),
        "national_code": {"code": code, "title": code_title},
        "hall": {"name": case.hall, "title": office.city.hall_title(case.hall)},
        "cross_region": _cross_region(office, case),
        "accepted_at": instant(case.accepted_at),
        "finished_at": instant(case.finished_at),
        "withdrawing": case.withdrawing and not case.ended,
        "promise": _promise(office, case, hours),
        "elapsed": _elapsed(hours),
        "ledger": dict(hours.parts),
        "links": [_link(link) for link in case.links],
        "facts": dict(case.facts),
        "notices": [_notice(office.city, case, notice) for notice in case.notices],
        "obligations": owed(office, case),
        "commitments": [_commitment(each) for each in given(case.events)],
        "second_notices": sum(notice.repeats for notice in case.notices),
        "package": package and {"version": package.version, "verify_code": package.verify_code},
        "delivery": _delivery(case),
        "notifications": messages(office, case),
        "notifications_optional": not is_quiet(case.events),
    }


def _commitment(one: Given) -> dict[str, Any]:
    """What the applicant declared (告知承诺), and what the window found."""
    return {**one.told(instant), "reason": one.reason, "follows": one.follows.value}


def time_line(case: Case) -> list[dict[str, Any]]:
    """What happened, in order: enough for an outsider to compute the hours again."""
    return [{"seq": seq, **_event(event)} for seq, event in enumerate(case.events, 1)]


def outlook(forecast: Forecast | None) -> dict[str, Any] | None:
    """When it will probably be finished, and on what that stands; None where nobody can say."""
    if forecast is None:
        return None
    return {
        "likely": instant(forecast.likely),
        "late": instant(forecast.late),
        "opens_at": instant(forecast.opens_at),
        "provisional": forecast.provisional,
        "basis": [
            {"link": each.link, "cases": each.cases, "words": each.words}
            for each in forecast.basis
        ],
    }


def company(case: Case) -> str:
    """The company's full name, as far as the form has one."""
    return str(value_at(case.form, "company.name.full") or "")


def _delivery(case: Case) -> dict[str, Any]:
    posted, changed, settled = last_posting(case), last_choice(case), settled_by(case)
    handed_out = settled if settled and settled.kind == "handed_out" else None
    return {
        "mode": mode_of(case),
        "choice": choice_of(case),
        "changed_at": instant(changed.at) if changed else None,
        "changed_by": changed.actor if changed else "",
        "may_change": settled is None,
        "handed_out_at": instant(handed_out.at) if handed_out else None,
        "posted_at": instant(posted.at) if posted else None,
        "carrier": posted.facts["carrier"] if posted else "",
        "tracking": posted.facts["tracking"] if posted else "",
    }


def _cross_region(office: Office, case: Case) -> dict[str, Any] | None:
    """Which hall took it in for the one that decides it, and how long each part of the way took; None: one hall does all."""
    if not case.intake:
        return None
    return {
        "intake": {"name": case.intake, "title": office.city.hall_title(case.intake)},
        "stage": stage_of(case),
        "legs": [_leg(office, case, leg) for leg in legs_of(case)],
    }


def _leg(office: Office, case: Case, leg: Leg) -> dict[str, Any]:
    hours, end = office.city.hours_at(case, leg.hall), leg.end or office.clock.now()
    worked = hours.working(leg.start, max(leg.start, end))
    return {
        "name": leg.name,
        "hall": leg.hall,
        "from": instant(leg.start),
        "to": instant(leg.end),
        "hall_minutes": worked // timedelta(minutes=1),
    }


def _promise(office: Office, case: Case, hours: Hours) -> dict[str, Any]:
    promise = office.city.promise_of(case)
    limit = int(promise.working.total_seconds()) // 60
    return {
        "name": promise.name,
        "title": promise.title,
        "working_minutes": limit,
        # Nothing granted: there was nothing to keep in time, and no figure counts the case.
        "kept": None if case.state in VOID else hours.working_minutes <= limit,
    }


def _elapsed(hours: Hours) -> dict[str, Any]:
    return {
        "working_minutes": hours.working_minutes,
        "wall_minutes": hours.wall_minutes,
        "paused_minutes": hours.paused_minutes,
        "closed_minutes": hours.closed_minutes,
        "provisional": hours.provisional,
    }


def _link(link: Link) -> dict[str, Any]:
    wall = None
    if link.submitted_at and link.done_at:
        # Two processes' clocks may differ: a link never took less than no time.
        last = max(link.submitted_at, link.done_at)
        first, last = whole_minutes(link.submitted_at, last)
        wall = (last - first) // timedelta(minutes=1)
    return {
        "name": link.name,
        "title": link.title,
        "office": link.office,
        "status": link.state.value,
        "status_title": link.state_title,
        "reason": link.reason,
        "reason_code": link.current.reason_code,
        "next_actor": link.next_actor.value,
        "submitted_at": instant(link.submitted_at),
        "done_at": instant(link.done_at),
        "wall_minutes": wall,
        "receipt": link.receipt,
        "adapter": link.adapter,
        "steps": [
            {"name": s.name, "status": s.state.value, "revision": s.revision} for s in link.steps
        ],
    }


def _notice(city: City, case: Case, notice: Notice) -> dict[str, Any]:
    awaited = answer_of(case, city) if notice is case.open_notice else None
    return {
        # Of the one that waits for an answer: the answer carries it.
        "version": version_of(case) if notice is case.open_notice else "",
        "number": notice.number,
        "issued_at": instant(notice.issued_at),
        "answered_at": instant(notice.answered_at),
        "due": awaited.due.isoformat() if awaited and awaited.due else None,
        "repeats": notice.repeats,
        "by": notice.by,
        "reason": notice.reason,
        "items": [asdict(item) for item in notice.items],
    }


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "kind": event.kind,
        "title": KINDS.get(event.kind, event.kind),
        "at": to_the_millisecond(event.at),
        "actor": event.actor,
        "link": event.link,
        "step": event.step,
        "before": event.before,
        "after": event.after,
        "code": event.code,
        "text": event.text,
        "facts": dict(event.facts),
        "clock_at": event.clock_at and to_the_millisecond(event.clock_at),
    }
