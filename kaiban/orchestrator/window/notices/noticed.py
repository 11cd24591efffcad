"""Notices as programs and supervisors see them: the preview, the proof of delivery, what was refused or told twice."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.messages.notification import masked
from kaiban.domain.notices.notice import FRESHNESS_TITLES
from kaiban.orchestrator.reporting.instants import instant
from kaiban.orchestrator.window.notices.composing import Preview
from kaiban.orchestrator.window.notices.notice_delivery import Delivery


def preview_report(found: Preview) -> dict[str, Any]:
    """The preview as JSON."""
    return {
        "version": found.version,
        "due": instant(found.due),
        "second": found.second,
        "needs_reason": found.needs_reason,
        "items": [
            {
                "number": line.number,
                "freshness": line.freshness.value,
                "freshness_title": FRESHNESS_TITLES[line.freshness],
                **asdict(line.item),
            }
            for line in found.lines
        ],
        "dropped": [asdict(each) for each in found.dropped],
    }


def deliveries_report(found: Iterable[Delivery]) -> list[dict[str, Any]]:
    """The proof of delivery as JSON; addresses are masked."""
    return [
        {**asdict(each), "at": instant(each.at), "address": each.address and masked(each.address)}
        for each in found
    ]


def copies(cases: Iterable[Case]) -> Iterator[dict[str, Any]]:
    """What supervisors get of these cases (双告知): each refusal, and each time something was told late."""
    for case in cases:
        yield from (
            {"kind": "refusal", "case_no": case.no, "at": instant(event.at), "link": event.link,
             "code": event.code, **event.facts}
            for event in case.events if event.kind == "copied"
        )  # fmt: skip
        yield from (
            {"kind": "second_notice", "case_no": case.no, "at": instant(notice.issued_at),
             "number": notice.number, "by": notice.by, "reason": notice.reason}
            for notice in case.notices if notice.repeats
        )  # fmt: skip
        yield from (
            {"kind": "unlisted", "case_no": case.no, "at": instant(event.at), "by": event.actor,
             "reason": event.text}
            for event in case.events if event.kind == "unlisted"
        )  # fmt: skip


def latest_copies(cases: Iterable[Case], limit: int) -> list[dict[str, Any]]:
    """So many of the same, the latest first."""
    return sorted(copies(cases), key=lambda each: each["at"], reverse=True)[:limit]
