"""A case as rows and back: one dictionary a table, a row found by its primary key.

Rows here are plain (nothing is sealed yet) and immutable in effect, since what nests is text:
two sets of rows can be compared to see what changed.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.document import Document
from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import Link, LinkState, Step
from kaiban.domain.cases.states import CaseState
from kaiban.domain.hours.closed_clock import ClosedClock
from kaiban.domain.papers.delivery import leaves_by, leaves_from
from kaiban.storage import assisted_cells, codec
from kaiban.storage.cases.records import notices

Row = Mapping[str, Any]
#: Table name -> the part of the primary key after the case number -> row.
Rows = Mapping[str, Mapping[tuple[Any, ...], Row]]

#: Parents before children.
ORDER = ("cases", "links", "steps", "events", "notices", "documents")

_CASE = (
    "city", "hall", "promise", "accepted_at", "finished_at", "withdrawing", "revision",
    "package_due", "package_attempt", "package_version",
)  # fmt: skip
_LINK = ("title", "office", "adapter", "receipt")
_STEP = (
    "reason_code", "revision", "attempt", "tries", "next_action_at", "scheduled_at", "cancelling",
    "submitted_at", "done_at", "unknown_since", "not_found_since", "epoch",
)  # fmt: skip
_EVENT = ("kind", "at", "actor", "link", "step", "before", "after", "code", "clock_at")


def rows_of(case: Case) -> Rows:
    """The rows of a case, without the columns ``case_no`` and ``owner_index``."""
    return {
        "cases": {(): _case_row(case)},
        "links": {(link.name,): _link_row(n, link) for n, link in enumerate(case.links)},
        "steps": {
            (link.name, step.name): _step_row(n, step)
            for link in case.links
            for n, step in enumerate(link.steps)
        },
        "events": {(n,): _event_row(event) for n, event in enumerate(case.events)},
        "notices": {(notice.number,): notices.notice_row(notice) for notice in case.notices},
        "documents": {
            (link, n): _document_row(document)
            for link, documents in case.documents.items()
            for n, document in enumerate(documents)
        },
    }


def cells_of(row: Row) -> dict[str, Any]:
    """The row as it is written."""
    return {name: value.cell if isinstance(value, Text) else value for name, value in row.items()}


def case_of(no: str, row: Row, parts: Mapping[str, Iterable[Row]]) -> Case:
    """The case of opened rows; ``parts`` holds the other tables' rows in their order."""
    return Case(
        no=no,
        owner=row["owner"].decode(),
        state=CaseState(row["state"]),
        form=codec.loads(row["form"]),
        facts=dict(row["facts"]),
        draft=notices.draft(row),
        filed_by=assisted_cells.filed_by(row["filed_by"]),
        intake=row["intake"] or "",
        reference=(row["reference"] or b"").decode(),
        clock=ClosedClock.read(row["clock"]) if row["clock"] else None,
        links=_links(parts["links"], parts["steps"]),
        notices=[notices.notice(each) for each in parts["notices"]],
        events=[_event(each) for each in parts["events"]],
        documents=_documents(parts["documents"]),
        **_picked(row, _CASE),
    )


def _picked(source: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: source[name] for name in names}


def _taken(source: object, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}


class Text:
    """A value that becomes a cell of JSON only where that is asked for; equal to another of the same text."""

    def __init__(self, value: Any) -> None:
        self._value = value

    @cached_property
    def cell(self) -> bytes:
        return codec.dumps(self._value).encode()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and (self._value is other._value or self.cell == other.cell)

    def __hash__(self) -> int:
        return hash(self.cell)


def _case_row(case: Case) -> Row:
    return {
        "owner": case.owner.encode(),
        "state": case.state.value,
        "facts": dict(case.facts),
        "form": Text(case.form),
        "filed_by": assisted_cells.filed_by_cell(case.filed_by),
        "intake": case.intake or None,
        "reference": case.reference.encode() or None,
        "clock": case.clock.told() if case.clock else None,
        **leaving_row(case),
        **notices.draft_row(case.draft),
        **_taken(case, _CASE),
    }


def leaving_row(case: Case) -> Row:
    """How its package still has to leave, and which hall does the next thing about that."""
    by = leaves_by(case)
    return {"leaves_by": by, "leaves_from": leaves_from(case) if by and case.intake else None}


def _link_row(position: int, link: Link) -> Row:
    return {"position": position, "result": Text(dict(link.result)), **_taken(link, _LINK)}


def _step_row(position: int, step: Step) -> Row:
    sent, ref = step.sent or {}, step.ref or {}
    return {
        "position": position,
        "state": step.state.value,
        "reason": step.reason.encode(),
        "sent": None if step.sent is None else Text(step.sent),
        "ref": None if step.ref is None else Text(step.ref),
        "key": ref.get("key") or sent.get("key") or "",
        "number": ref.get("number") or "",
        **_taken(step, _STEP),
    }


def _event_row(event: Event) -> Row:
    return {"facts": dict(event.facts), "text": event.text.encode(), **_taken(event, _EVENT)}


def _document_row(document: Document) -> Row:
    return _taken(document, ("name", "title", "media_type", "content"))


def _links(rows: Iterable[Row], steps: Iterable[Row]) -> list[Link]:
    by_link: dict[str, list[Step]] = {}
    for step in steps:
        by_link.setdefault(step["link"], []).append(_step(step))
    return [
        Link(
            name=row["name"],
            steps=by_link[row["name"]],
            result=codec.loads(row["result"]),
            **_picked(row, _LINK),
        )
        for row in rows
    ]


def _step(row: Row) -> Step:
    return Step(
        name=row["name"],
        state=LinkState(row["state"]),
        reason=row["reason"].decode(),
        sent=None if row["sent"] is None else codec.loads(row["sent"]),
        ref=None if row["ref"] is None else codec.loads(row["ref"]),
        **_picked(row, _STEP),
    )


def _event(row: Row) -> Event:
    return Event(facts=row["facts"], text=row["text"].decode(), **_picked(row, _EVENT))


def _documents(rows: Iterable[Row]) -> dict[str, tuple[Document, ...]]:
    found: dict[str, tuple[Document, ...]] = {}
    for row in rows:
        document = Document(row["name"], row["title"], row["media_type"], row["content"])
        found[row["link"]] = (*found.get(row["link"], ()), document)
    return found
