"""How far a case is between two halls (跨域通办), and how long each part of its way took."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import (
    ON_THE_WAY_IN,
    RECEIVED,
    RESULT_RECEIVED,
    RESULT_SENT,
    SENT_ON,
    moves_of,
)


@dataclass(frozen=True)
class Leg:
    """One part of the way: which hall had it, from when until when (None: still)."""

    name: str
    hall: str
    start: datetime
    end: datetime | None


#: The parts of the way, in order, with what people read; {hall} is who has it.
LEGS: Final[Mapping[str, str]] = {
    "intake": "收件、核验原件（%(hall)s）",
    "waiting": "等受理大厅接收（%(hall)s）",
    "deciding": "受理、各部门办理（%(hall)s）",
    "sending": "办结后送出结果（%(hall)s）",
    "returning": "结果送往收件大厅（%(hall)s签收）",
    "collecting": "等申请人领取（%(hall)s）",
}


def stage_of(case: Case) -> str:
    """The last move that still says where it is, one of MOVES; "" for a case that one hall has alone.

    A result that was sent back counts for its version of the package only.
    """
    found = ""
    for event in moves_of(case.events):
        back = event.kind in (RESULT_SENT, RESULT_RECEIVED)
        if not back or (case.ended and event.code == str(case.package_version)):
            found = event.kind
    return found


def legs_of(case: Case) -> list[Leg]:
    """Each part of the way so far, in order; of a result only the way of the latest version."""
    return list(_legs(case)) if case.intake else []


def _legs(case: Case) -> Iterator[Leg]:
    at = {event.kind: event.at for event in case.events if event.kind in ON_THE_WAY_IN}
    sent, received, over = at.get(SENT_ON), at.get(RECEIVED), case.finished_at
    yield Leg("intake", case.intake, case.accepted_at, sent or over)
    if sent:
        yield Leg("waiting", case.hall, sent, received or over)
    if received:
        yield Leg("deciding", case.hall, received, over)
    if received and over and not case.fruitless:
        yield from _way_back(case, over)


def _way_back(case: Case, over: datetime) -> Iterator[Leg]:
    version = str(case.package_version)
    at = {event.kind: event.at for event in case.events if event.code == version}
    gone = at.get("handed_out") or at.get("posted")
    sent, arrived = at.get(RESULT_SENT), at.get(RESULT_RECEIVED)
    if sent is None:
        yield Leg("sending", case.hall, over, gone)
        return
    yield Leg("sending", case.hall, over, sent)
    yield Leg("returning", case.intake, sent, arrived)
    if arrived:
        yield Leg("collecting", case.intake, arrived, gone)
