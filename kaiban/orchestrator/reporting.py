"""A case as programs and people see it: the same account for API, command line and pages."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from kaiban.domain.case import CASE_TITLES, NATIONAL_CODES, Case
from kaiban.domain.clock import HALL_TIME, whole_minutes
from kaiban.domain.event import KINDS, Event
from kaiban.domain.exchange import ERRANDS, Exchange
from kaiban.domain.ledger import Hours
from kaiban.domain.link import STATE_TITLES, Link
from kaiban.domain.notice import Notice
from kaiban.domain.pointer import value_at
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
        "accepted_at": instant(case.accepted_at),
        "finished_at": instant(case.finished_at),
        "withdrawing": case.withdrawing,
        "promise": _promise(office, case, hours),
        "elapsed": _elapsed(hours),
        "ledger": dict(hours.parts),
        "links": [_link(link) for link in case.links],
        "facts": dict(case.facts),
        "notices": [_notice(notice) for notice in case.notices],
        "second_notices": sum(notice.repeats for notice in case.notices),
        "package": package and {"version": package.version, "verify_code": package.verify_code},
    }


def time_line(case: Case) -> list[dict[str, Any]]:
    """What happened, in order: enough for an outsider to compute the hours again."""
    return [{"seq": seq, **_event(event)} for seq, event in enumerate(case.events, 1)]


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


def _promise(office: Office, case: Case, hours: Hours) -> dict[str, Any]:
    promise = office.city.promises[case.promise]
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
        "status_title": STATE_TITLES[link.state],
        "reason": link.current.reason,
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


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "number": notice.number,
        "issued_at": instant(notice.issued_at),
        "answered_at": instant(notice.answered_at),
        "repeats": notice.repeats,
        "items": [asdict(item) for item in notice.items],
    }


def _to_the_millisecond(at: datetime) -> str:
    return at.astimezone(HALL_TIME).isoformat(timespec="milliseconds")


def _event(event: Event) -> Mapping[str, Any]:
    return {
        "kind": event.kind,
        "title": KINDS[event.kind],
        "at": _to_the_millisecond(event.at),
        "actor": event.actor,
        "link": event.link,
        "step": event.step,
        "before": event.before,
        "after": event.after,
        "code": event.code,
        "text": event.text,
        "facts": dict(event.facts),
    }
