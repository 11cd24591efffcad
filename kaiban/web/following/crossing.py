"""Where a case is between two halls (跨域通办), in words, and how long each part of the way took: for its applicant and for staff."""

from datetime import datetime, timedelta
from typing import Any, Final

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import RECEIVED, RESULT_SENT, SENT_ON, TAKEN_IN
from kaiban.domain.cases.cross_region.passage import LEGS, Leg, legs_of, stage_of
from kaiban.domain.papers.delivery import ARRIVING, AT_WINDOW, RETURN, leaves_by
from kaiban.web.presentation.texts import clock, length, say
from kaiban.web.service import office

_MINUTE: Final = timedelta(minutes=1)
_BEFORE: Final = {
    TAKEN_IN: "%(intake)s已经收件，核验原件以后转交%(hall)s。",
    SENT_ON: "%(intake)s已经转交，等%(hall)s接收。",
    RECEIVED: "%(hall)s已经接收，各部门正在办理。",
}
_ASKED: Final = "%(hall)s已经发出一次性告知书，等申请人补正以后再接收。"
_BACK: Final = {
    RETURN: "已经办结，等%(hall)s把结果送往%(intake)s。",
    ARRIVING: "结果已经从%(hall)s送出，等%(intake)s签收。",
    AT_WINDOW: "结果已经到%(intake)s，等申请人来领。",
}
_OVER: Final = "办件已经结束，两个大厅之间不用再转。"
_WITHDRAWN: Final = "申请人已经撤回，两个大厅之间不用再转。"


def title_of(hall: str) -> str:
    """A hall's title; the name of one the city does not know any more."""
    return say(office().city.hall_title(hall))


def holder_titles() -> dict[str, str]:
    """What halls are called that hold minutes of a case."""
    return {f"hall:{name}": hall.title for name, hall in office().city.halls.items()}


def crossing_of(case: Case, now: datetime) -> dict[str, Any] | None:
    """What a page says of it; None for a case that one hall has alone."""
    if not case.intake:
        return None
    return {
        "intake": title_of(case.intake), "hall": title_of(case.hall),
        "where": say(_where(case), intake=title_of(case.intake), hall=title_of(case.hall)),
        "legs": legs_told(case, now), "sent": _sent(case),
    }  # fmt: skip


def legs_told(case: Case, now: datetime) -> list[list[str]]:
    """Each part of the way: what it was, from when until when, how long by the hours of the hall that had it, how long at all."""
    return [
        [
            say(LEGS[leg.name], hall=title_of(leg.hall)), clock(leg.start),
            clock(leg.end) if leg.end else say("现在"),
            length(_worked(case, leg, leg.end or now)),
            length(max((leg.end or now) - leg.start, timedelta()) // _MINUTE),
        ]
        for leg in legs_of(case)
    ]  # fmt: skip


def _worked(case: Case, leg: Leg, end: datetime) -> int:
    hours = office().city.hours_at(case, leg.hall)
    return hours.working(leg.start, max(leg.start, end)) // _MINUTE


def _where(case: Case) -> str:
    if case.withdrawing:
        return _WITHDRAWN
    if case.ended:
        return _BACK.get(leaves_by(case) or "", _OVER)
    stage = stage_of(case)
    return _ASKED if stage == SENT_ON and case.open_notice else _BEFORE[stage]


def _sent(case: Case) -> str:
    """How the result was sent back."""
    last = next((each for each in reversed(case.events) if each.kind == RESULT_SENT), None)
    return (
        " ".join(last.facts.get(name, "") for name in ("carrier", "tracking")).strip()
        if last
        else ""
    )
