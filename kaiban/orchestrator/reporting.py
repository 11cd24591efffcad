"""A case as programs and people see it: the same account for API, command line and pages."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from kaiban.domain.cases.case import CASE_TITLES, NATIONAL_CODES, Case
from kaiban.domain.cases.disclosure import RECIPIENTS, WHYS, Disclosure
from kaiban.domain.cases.event import KINDS, Event
from kaiban.domain.cases.exchange import ERRANDS, Exchange
from kaiban.domain.cases.link import Link
from kaiban.domain.cases.passage import Leg, legs_of, stage_of
from kaiban.domain.cases.rating import LEVELS, Rating
from kaiban.domain.circuit_breaker import CIRCUIT_TITLES, WINDOW, DepartmentCircuit, reason_of
from kaiban.domain.complaint import COMPLAINT_STATES, STEP_TITLES, Complaint
from kaiban.domain.hours.clock import HALL_TIME, whole_minutes
from kaiban.domain.hours.forecast import Forecast
from kaiban.domain.hours.ledger import Hours
from kaiban.domain.messages.notification import (
    CHANNEL_TITLES,
    KIND_TITLES,
    MESSAGE_STATE_TITLES,
    STATUTORY,
    is_quiet,
    masked,
)
from kaiban.domain.notices.notice import Notice
from kaiban.domain.papers.commitment import Given, given
from kaiban.domain.papers.delivery import choice_of, last_choice, last_posting, mode_of, settled_by
from kaiban.domain.pointer import value_at
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.office import Office


def report(office: Office, case: Case) -> dict[str, Any]:
    """Everything about a case except its form; instants are ISO 8601 in hall time."""
    hours = office.city.hours_of(case, office.clock.now())
    package = office.cases.get_package(case.no) if case.package_version else None
    code, code_title = NATIONAL_CODES[case.state]
    return {
        "case_no": case.no,
        "company": company(case),
        "status": case.state.value,
        "status_title": CASE_TITLES[case.state],
        "national_code": {"code": code, "title": code_title},
        "hall": {"name": case.hall, "title": office.city.hall_title(case.hall)},
        "cross_region": _cross_region(office, case),
        "accepted_at": instant(case.accepted_at),
        "finished_at": instant(case.finished_at),
        "withdrawing": case.withdrawing,
        "promise": _promise(office, case, hours),
        "elapsed": _elapsed(hours),
        "ledger": dict(hours.parts),
        "links": [_link(link) for link in case.links],
        "facts": dict(case.facts),
        "notices": [_notice(notice) for notice in case.notices],
        "obligations": owed(office, case),
        "commitments": [_commitment(each) for each in given(case.events)],
        "second_notices": sum(notice.repeats for notice in case.notices),
        "package": package and {"version": package.version, "verify_code": package.verify_code},
        "delivery": _delivery(case),
        "notifications": messages(office, case),
        "notifications_optional": not is_quiet(case.events),
    }


def _commitment(one: Given) -> dict[str, Any]:
    """What the applicant declared (告知承诺), and what the window found; ``check`` None: it was not checked yet."""
    return {
        "key": one.key,
        "title": one.title,
        "version": one.version,
        "words": one.words,
        "given_at": instant(one.at),
        "due": one.due.isoformat(),
        "check": one.check and one.check.value.removeprefix("commitment_"),
        "checked_at": instant(one.checked_at),
        "reason": one.reason,
        "follows": one.follows.value,
    }


def messages(office: Office, case: Case) -> list[dict[str, Any]]:
    """What people were told of the case and how far that got, in order; addresses are masked."""
    return [
        {
            "at": instant(each.at),
            "kind": each.kind.value,
            "kind_title": KIND_TITLES[each.kind],
            "channel": each.channel.value,
            "channel_title": CHANNEL_TITLES[each.channel],
            "address": masked(each.address),
            "status": each.state.value,
            "status_title": MESSAGE_STATE_TITLES[each.state],
            "tries": each.attempts,
            "code": each.code,
            "statutory": each.kind in STATUTORY,
            "text": each.text,
        }
        for each in office.cases.messages(case.no)
    ]


def time_line(case: Case) -> list[dict[str, Any]]:
    """What happened, in order: enough for an outsider to compute the hours again."""
    return [{"seq": seq, **_event(event)} for seq, event in enumerate(case.events, 1)]


def standings(office: Office) -> dict[str, dict[str, Any]]:
    """How every department's system stands with us, by link name; ``detail`` is for operators only."""
    found = office.cases.standings()
    sent = office.cases.sent_since(office.clock.now() - office.clock.business(WINDOW))
    return {
        name: _standing(office, found.get(name, DepartmentCircuit(name)), sent.get(name, 0))
        for name in office.departments.names
    }


def who_saw(disclosures: Iterable[Disclosure]) -> list[dict[str, Any]]:
    """Who saw what, in order; ``what`` are form paths, whose labels the form knows."""
    return [
        {
            "at": instant(each.at),
            "kind": each.kind,
            "kind_title": RECIPIENTS.get(each.kind, each.kind),
            "who": each.who,
            "why": each.why,
            "why_title": WHYS.get(each.why, each.why),
            "what": list(each.what),
            "step": each.step,
            "attempt": each.attempt,
        }
        for each in disclosures
    ]


def grievances(complaints: Iterable[Complaint]) -> list[dict[str, Any]]:
    """What was complained of about a case, with its steps; whoever left a phone is not named."""
    return [
        {
            "number": each.number,
            "state": each.state.value,
            "state_title": COMPLAINT_STATES[each.state],
            "source": each.source,
            "text": each.text,
            "due": each.due and each.due.isoformat(),
            "owner": each.owner,
            "answer": each.answer.text if each.answer else "",
            "steps": [
                {"kind": step.kind.value, "title": STEP_TITLES[step.kind], "at": instant(step.at), "by": step.by}
                for step in each.steps
            ],
            "version": each.version,
        }
        for each in complaints
    ]  # fmt: skip


def opinions(ratings: Iterable[Rating]) -> list[dict[str, Any]]:
    """What was said of a case and its links, with what was answered."""
    return [
        {
            **asdict(each),
            "level_title": LEVELS[each.level],
            "at": instant(each.at),
            "answered_at": instant(each.answered_at),
        }
        for each in ratings
    ]


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


def exchange_line(exchange: Exchange) -> dict[str, Any]:
    """An exchange in one line, without what was said."""
    return {
        "number": exchange.number,
        "at": _to_the_millisecond(exchange.at),
        "link": exchange.link,
        "step": exchange.step,
        "attempt": exchange.attempt,
        "errand": exchange.errand,
        "title": ERRANDS[exchange.errand],
        "outcome": exchange.outcome,
        "code": exchange.code,
        "milliseconds": exchange.milliseconds,
        "text": exchange.said,
        "answers": [message.status for message in exchange.messages],
    }


def exchange_in_full(exchange: Exchange) -> dict[str, Any]:
    """An exchange with every message by field name; nobody in it is identified."""
    return {**exchange_line(exchange), "messages": [asdict(each) for each in exchange.messages]}


def company(case: Case) -> str:
    """The company's full name, as far as the form has one."""
    return str(value_at(case.form, "company.name.full") or "")


def instant(at: datetime | None) -> str | None:
    """An instant as people in the hall read it, to the second, with its offset."""
    return at.astimezone(HALL_TIME).isoformat(timespec="seconds") if at else None


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
        "legs": [_leg(office, leg) for leg in legs_of(case)],
    }


def _leg(office: Office, leg: Leg) -> dict[str, Any]:
    hall, end = office.city.halls.get(leg.hall), leg.end or office.clock.now()
    worked = hall.hours.working(leg.start, max(leg.start, end)) if hall else timedelta()
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
        "kept": hours.working_minutes <= limit,
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


def _standing(office: Office, found: DepartmentCircuit, sent: int) -> dict[str, Any]:
    clock, found = office.clock, office.standing(found)
    counted = found.in_window(clock.now(), clock.business(WINDOW))
    return {
        "state": found.circuit.value,
        "title": CIRCUIT_TITLES[found.circuit],
        "reason": reason_of(found, office.departments[found.department].manifest.office),
        "since": instant(found.opened_at),
        "next_probe_at": instant(found.probe_at),
        "failures": found.failures,
        "resends": {"used": counted.resends, "allowed": counted.allowance(sent)},
        "cause": found.cause.value,
        "detail": found.detail,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "number": notice.number,
        "issued_at": instant(notice.issued_at),
        "answered_at": instant(notice.answered_at),
        "repeats": notice.repeats,
        "by": notice.by,
        "reason": notice.reason,
        "items": [asdict(item) for item in notice.items],
    }


def _to_the_millisecond(at: datetime) -> str:
    return at.astimezone(HALL_TIME).isoformat(timespec="milliseconds")


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "kind": event.kind,
        "title": KINDS.get(event.kind, event.kind),
        "at": _to_the_millisecond(event.at),
        "actor": event.actor,
        "link": event.link,
        "step": event.step,
        "before": event.before,
        "after": event.after,
        "code": event.code,
        "text": event.text,
        "facts": dict(event.facts),
        "clock_at": event.clock_at and _to_the_millisecond(event.clock_at),
    }
