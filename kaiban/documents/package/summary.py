"""The package in words a machine reads: ``package.json``, inside the PDF and beside it.

Format ``kaiban-package/1``. It holds what is needed to check the package without asking anyone: the events from which
the hours follow, the hall's open spans during the case, and the hash of every original. Free texts of events and what
the applicant filled in are left out; identity numbers are masked.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from kaiban.documents.masking import masked, well_formed
from kaiban.documents.package.follow_up import Item, next_step, why
from kaiban.documents.wording import utc
from kaiban.domain.assisted import Actor
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import ORIGINAL_SEEN, RECEIVED, SENT_ON
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import Link, LinkState
from kaiban.domain.cases.staff.helped import staff_of
from kaiban.domain.city import City
from kaiban.domain.desk.worklist import Source, source_of
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.hours.ledger import Hours
from kaiban.domain.papers.commitment import given
from kaiban.domain.pointer import value_at

FORMAT: Final = "kaiban-package/1"


@dataclass(frozen=True)
class Enclosure:
    """An original as it lies in the archive: untouched bytes under a safe path.

    ``without_fonts``: some viewers show it as empty sheets.
    """

    link: str
    title: str
    path: str
    media_type: str
    content: bytes
    without_fonts: bool = False

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Issue:
    """One version of a case's package while it is being made."""

    case: Case
    city: City
    version: int
    at: datetime
    verify_code: str
    verify_url: str
    sample: str
    hours: Hours
    #: Results by link name, masked already.
    results: Mapping[str, Mapping[str, Any]]
    enclosures: Sequence[Enclosure]
    follow_up: Sequence[Item]
    #: The verify code of the version before, "" for the first.
    replaces: str = ""
    #: Whether it will be signed.
    signed: bool = False

    @property
    def year(self) -> int:
        """The year by the hall's calendar."""
        return self.at.astimezone(HALL_TIME).year

    @property
    def end(self) -> datetime:
        """Until when the hours are counted."""
        return max(self.case.finished_at or self.at, self.case.accepted_at)

    @property
    def company(self) -> str:
        """The company's name as applied for."""
        return str(value_at(self.case.form, "company.name.full") or "（名称未填写）")

    @property
    def promised(self) -> int:
        """The promise in minutes of working time."""
        return int(self.city.promise_of(self.case).working.total_seconds()) // 60

    @property
    def done(self) -> int:
        """How many links are done."""
        return sum(link.state is LinkState.DONE for link in self.case.links)


def summary(issue: Issue) -> dict[str, Any]:
    """Everything the package says, in JSON's own types; personal numbers masked throughout."""
    case, city = issue.case, issue.city
    promise = city.promise_of(case)
    told = {
        "format": FORMAT,
        "case_no": case.no,
        "version": issue.version,
        "issued_at": utc(issue.at),
        "verify": {"code": issue.verify_code, "url": issue.verify_url},
        "replaces": issue.replaces and {"version": issue.version - 1, "code": issue.replaces},
        "sample": issue.sample,
        "city": {"name": city.name, "title": city.title, "region": city.region},
        "hall": {"name": case.hall, "title": city.hall_of(case).title},
        "company": {"name": issue.company, "credit_code": case.facts.get("credit_code", "")},
        "complete": issue.done == len(case.links),
        "filed": filed(case),
        "cross_region": cross_region(issue),
        "commitments": [each.told(utc) for each in given(case.events)],
        "promise": {
            "name": promise.name,
            "title": promise.title,
            "working_minutes": issue.promised,
        },
        "hours": _hours(issue),
        "events": [_event(event) for event in case.events],
        "links": [_link(link, issue) for link in case.links],
        "documents": [_document(each) for each in issue.enclosures],
        "gaps": [_gap(link) for link in case.links if link.state is not LinkState.DONE],
        "follow_up": [asdict(item) for item in issue.follow_up],
        "remarks": [],
    }
    whole: dict[str, Any] = masked(told, issue.year)
    # A credit code is public and no person's, whatever its digits look like.
    whole["company"]["credit_code"] = issue.case.facts.get("credit_code", "")
    return whole


def filed(case: Case) -> dict[str, Any]:
    """Who filed it and how well that was known, each apart; nobody's number or telephone."""
    by = case.filed_by
    if by is None:
        source = source_of(case)
        actor = Actor.APPLICANT.value if source is Source.ONLINE else "unknown"
        told = {"channel": source.value, "actor": actor}
        return {**told, "staff_helped": True} if staff_of(case) else told
    filer = by.filer
    return {
        "channel": "telephone" if filer.actor is Actor.TELEPHONE else "window",
        "actor": filer.actor.value,
        "name": filer.name,
        "represents": filer.represents,
        "authority": {"kind": filer.authority.value, "number": filer.authority_no},
        "identity": filer.identity.value,
        "confirmed": by.confirmed.value,
        "form_version": by.version,
        "copied_from": [each.source for each in by.copied],
    }


def cross_region(issue: Issue) -> dict[str, Any] | None:
    """Which hall took it in for the one that decided (跨域通办), which originals were seen there, when it came; None: one hall did all.

    How the result goes back comes after the package, and is no part of it.
    """
    case, city = issue.case, issue.city
    if not case.intake:
        return None
    at = {event.kind: event.at for event in case.events}
    return {
        "intake": {"name": case.intake, "title": city.hall_title(case.intake)},
        "sent_on_at": utc(at.get(SENT_ON)),
        "received_at": utc(at.get(RECEIVED)),
        "originals_seen": [
            {"key": event.code.partition(".")[0], "title": event.text, "at": utc(event.at), "files": event.facts.get("files", "").split()}
            for event in case.events
            if event.kind == ORIGINAL_SEEN
        ],
    }  # fmt: skip


def canonical(value: Any) -> bytes:
    """The one way kaiban writes JSON into a package: UTF-8, sorted keys, no spaces."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return well_formed(text).encode()


def _hours(issue: Issue) -> dict[str, Any]:
    case, hours = issue.case, issue.hours
    hall = issue.city.hall_of(case).hours
    return {
        "from": utc(case.accepted_at),
        "to": utc(issue.end),
        "wall_minutes": hours.wall_minutes,
        "working_minutes": hours.working_minutes,
        "paused_minutes": hours.paused_minutes,
        "closed_minutes": hours.closed_minutes,
        "provisional": hours.provisional,
        "within_promise": hours.working_minutes <= issue.promised,
        "parts": dict(hours.parts),
        "open_spans": [
            [utc(span.start), utc(span.end)]
            for span in hall.open_spans(case.accepted_at, issue.end)
        ],
    }


def _event(event: Event) -> dict[str, Any]:
    """What the hours are computed from; who exactly, and why, is not in it."""
    return {
        "kind": event.kind,
        "at": utc(event.at),
        "link": event.link,
        "step": event.step,
        "before": event.before,
        "after": event.after,
    }


def _link(link: Link, issue: Issue) -> dict[str, Any]:
    return {
        "name": link.name,
        "title": link.title,
        "office": link.office,
        "adapter": link.adapter,
        "state": link.state.value,
        "state_title": link.state_title,
        "reason": link.reason,
        "next_actor": link.next_actor.value,
        "receipt": link.receipt,
        "submitted_at": utc(link.submitted_at),
        "done_at": utc(link.done_at),
        "result": dict(issue.results[link.name]),
    }


def _document(each: Enclosure) -> dict[str, Any]:
    return {
        "link": each.link,
        "title": each.title,
        "path": each.path,
        "media_type": each.media_type,
        "size": len(each.content),
        "sha256": each.sha256,
    }


def _gap(link: Link) -> dict[str, Any]:
    return {
        "link": link.name,
        "title": link.title,
        "state": link.state.value,
        "state_title": link.state_title,
        "reason": why(link),
        "next_actor": link.next_actor.value,
        "next_step": next_step(link),
    }
