"""Notices as cells: what is gathered, what was told, and what was printed of it.

The cell ``items`` keeps the shape it had before there was a draft: the release before this one reads it.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kaiban.domain.notices.notice import Defect, Draft, Dropped, Item, Notice
from kaiban.ports import NoticePaper
from kaiban.storage import codec
from kaiban.storage.encryption.encrypted_columns import Cells, at
from kaiban.storage.schema import notice_papers

_PLAIN = tuple(each.name for each in fields(Defect))
_MORE = tuple(each.name for each in fields(Item) if each.name not in _PLAIN)


def draft_row(found: Draft | None) -> Mapping[str, Any]:
    """The cells of a case that hold its draft."""
    if found is None:
        return {"draft": None, "notice_due": None}
    told = {
        "since": found.since.isoformat(),
        "items": [asdict(item) for item in found.items],
        "dropped": _dropped_cells(found.dropped),
    }
    return {"draft": codec.dumps(told).encode(), "notice_due": found.due}


def draft(row: Mapping[str, Any]) -> Draft | None:
    """The draft in a case's row."""
    if row["draft"] is None:
        return None
    told = codec.loads(row["draft"])
    items = tuple(Item(**each) for each in told["items"])
    since = datetime.fromisoformat(told["since"])
    return Draft(since, row["notice_due"], items, _dropped(told["dropped"]))


def notice_row(found: Notice) -> Mapping[str, Any]:
    """A notice's row without its key."""
    details = {
        "by": found.by,
        "reason": found.reason,
        "items": [_more(item) for item in found.items],
        "dropped": _dropped_cells(found.dropped),
    }
    return {
        "issued_at": found.issued_at,
        "answered_at": found.answered_at,
        "repeats": found.repeats,
        "items": codec.dumps([_plain(item) for item in found.items]).encode(),
        "details": codec.dumps(details).encode(),
    }


def notice(row: Mapping[str, Any]) -> Notice:
    """The notice of a row, also of one an earlier release has written or added to."""
    details = codec.loads(row["details"]) if row["details"] else {}
    mores = details.get("items", [])
    items = [
        Item(**each, **(mores[place] if place < len(mores) else {}))
        for place, each in enumerate(codec.loads(row["items"]))
    ]
    return Notice(
        row["number"], row["issued_at"], tuple(items), row["answered_at"], row["repeats"],
        details.get("by", ""), details.get("reason", ""), _dropped(details.get("dropped", [])),
    )  # fmt: skip


def add_paper(connection: Connection, cells: Cells, no: str, paper: NoticePaper) -> NoticePaper:
    """Keep what was printed, unless it was printed before: then that is what counts. The case is locked."""
    known = get_paper(connection, cells, no, paper.name)
    if known is None:
        cells.insert(connection, notice_papers, {"case_no": no, **asdict(paper)})
    return known or paper


def get_paper(connection: Connection, cells: Cells, no: str, name: str) -> NoticePaper | None:
    """What was printed of the case under that name."""
    wanted = select(notice_papers).where(at(notice_papers, (no, name)))
    found = connection.execute(wanted).mappings().first()
    return _paper(cells.opened(notice_papers, found)) if found else None


def papers(connection: Connection, cells: Cells, no: str) -> list[NoticePaper]:
    """Everything that was printed of the case, in order."""
    table = notice_papers.c
    wanted = select(notice_papers).where(table.case_no == no).order_by(table.at, table.name)
    rows = connection.execute(wanted).mappings()
    return [_paper(cells.opened(notice_papers, row)) for row in rows]


def _paper(row: Mapping[str, Any]) -> NoticePaper:
    return NoticePaper(row["name"], row["at"], row["digest"], row["pdf"])


def _plain(item: Defect) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _PLAIN}


def _more(item: Defect) -> dict[str, Any]:
    return {name: getattr(Item.of(item), name) for name in _MORE}


def _dropped_cells(dropped: tuple[Dropped, ...]) -> list[dict[str, Any]]:
    return [asdict(each) for each in dropped]


def _dropped(cells: list[Mapping[str, Any]]) -> tuple[Dropped, ...]:
    return tuple(Dropped(Item(**each["item"]), each["by"], each["reason"]) for each in cells)
