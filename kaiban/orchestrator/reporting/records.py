"""What is recorded about a case: messages, who saw it, complaints, ratings, exchanges with departments."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import ERRANDS, Exchange
from kaiban.domain.cases.rating import LEVELS, Rating
from kaiban.domain.cases.staff.disclosure import RECIPIENTS, WHYS, Disclosure
from kaiban.domain.complaint import COMPLAINT_STATES, STEP_TITLES, Complaint
from kaiban.domain.messages.notification import (
    CHANNEL_TITLES,
    KIND_TITLES,
    MESSAGE_STATE_TITLES,
    STATUTORY,
    masked,
)
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reporting.instants import instant, to_the_millisecond


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


def exchange_line(exchange: Exchange) -> dict[str, Any]:
    """An exchange in one line, without what was said."""
    return {
        "number": exchange.number,
        "at": to_the_millisecond(exchange.at),
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
