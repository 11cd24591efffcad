"""Write the facts of a case when it ends, and forget them where it goes on after all."""

import json
from dataclasses import asdict, fields
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from kaiban.domain.statistics.case_facts import CaseFacts
from kaiban.domain.statistics.timeline import Leg, Timeline
from kaiban.storage.encryption.encrypted_columns import written
from kaiban.storage.schema import case_facts as facts
from kaiban.storage.schema import case_marks as marks
from kaiban.storage.schema import case_minutes as minutes
from kaiban.storage.schema import case_timelines as timelines

LINK: Final = "link"
HOLDER: Final = "holder"
#: What is kept under other names, or beside.
_BESIDE: Final = frozenset(
    {"no", "minutes", "links", "accepted_on", "ended_on", "timeline", "marks"}
)
#: Where a case came from: the release before wants it said, and nobody reads it.
_UNSAID: Final = ""
_PLAIN: Final = tuple(each.name for each in fields(CaseFacts) if each.name not in _BESIDE)


def freeze(connection: Connection, told: CaseFacts) -> None:
    """Write the facts of a case that has ended, unless they are: what is written stays as it was."""
    its = {"case_no": told.no, "timeline": timeline_text(told.timeline)}
    # Cases from before there were timelines have their facts already.
    if written(connection, timelines, its) and written(connection, facts, _row(told)):
        _write_minutes(connection, told)
    # Those from before there were marks are without them, and their links were not counted.
    lacking = update(facts).where(facts.c.case_no == told.no, facts.c.marks.is_(None))
    known = {"marks": len(told.marks), "asked": told.asked}
    if connection.execute(lacking.values(known)).rowcount and told.marks:
        connection.execute(insert(marks), _marks(told))


def date_minutes(connection: Connection, no: str) -> None:
    """Write the day of its minutes, where a release that knew of none wrote them."""
    day = select(facts.c.ended_on).where(facts.c.case_no == no).scalar_subquery()
    undated = update(minutes).where(minutes.c.case_no == no, minutes.c.ended_on.is_(None))
    connection.execute(undated.values(ended_on=day))


def thaw(connection: Connection, no: str) -> None:
    """Forget the facts of a case that goes on after all."""
    for table in (facts, minutes, timelines, marks):
        connection.execute(delete(table).where(table.c.case_no == no))


def timeline_text(told: Timeline) -> str:
    """A timeline as kept: minutes count from the acceptance, so that most of them are short."""
    zero = told.accepted
    legs = [[leg.holder, leg.start - zero, leg.end - zero] for leg in told.legs]
    spans = [[first - zero, last - zero] for first, last in told.open]
    return json.dumps([zero, told.finished - zero, told.order, legs, spans], separators=(",", ":"))


def timeline_read(no: str, hall: str, promised: int, text: str) -> Timeline:
    """A timeline as it was."""
    zero, length, order, legs, spans = json.loads(text)
    return Timeline(
        no, hall, promised, zero, zero + length, tuple(order),
        tuple(Leg(holder, zero + start, zero + end) for holder, start, end in legs),
        tuple((zero + first, zero + last) for first, last in spans),
    )  # fmt: skip


def _row(told: CaseFacts) -> dict[str, Any]:
    days = {"accepted_on": told.accepted_on.isoformat(), "ended_on": told.ended_on.isoformat()}
    plain = {name: getattr(told, name) for name in _PLAIN}
    return {"case_no": told.no, "source": _UNSAID, **plain, **days}


def _write_minutes(connection: Connection, told: CaseFacts) -> None:
    kept = {LINK: told.links, HOLDER: told.minutes}
    its = {"case_no": told.no, "ended_on": told.ended_on.isoformat()}
    rows = [
        {**its, "kind": kind, "name": name, "minutes": count}
        for kind, counts in kept.items()
        for name, count in counts.items()
    ]
    connection.execute(insert(minutes), rows)


def _marks(told: CaseFacts) -> list[dict[str, Any]]:
    where = {"case_no": told.no, "ended_on": told.ended_on.isoformat(), "hall": told.hall}
    return [
        {**where, "number": number, **asdict(mark)} for number, mark in enumerate(told.marks, 1)
    ]
