"""The certificate package in hand: look, download, print, fetch."""

import hashlib
from datetime import time
from typing import Any, Final

from flask import Response, abort, redirect, render_template, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.link import LinkState
from kaiban.domain.hours.clock import END_OF_DAY, HALL_TIME, EveryDay, HallHours, Shift
from kaiban.domain.papers.delivery import mode_of
from kaiban.domain.papers.package import Package
from kaiban.web.access.kiosk_device import is_kiosk
from kaiban.web.following.deadlines import fetch_by
from kaiban.web.following.delivery.delivery_ways import BRING, way_of
from kaiban.web.following.progress import the_case
from kaiban.web.materials.files import PDF, shown
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service

routes = Routes("collecting")

#: What can be downloaded: media type, and the part of the package.
KINDS = {
    "pdf": (PDF, "pdf"),
    "zip": ("application/zip", "archive"),
    "json": ("application/json", "summary"),
}


@routes.page("/t/<aid>/package", OWNER)
def show() -> Any:
    """What the package holds and lacks, and the ways to take it home."""
    case = the_case()
    package = service().cases.get_package(case.no)
    if package is None:
        return redirect(url_for("progress.show", aid=the_filing().id))
    return render_template(
        "following/package.html",
        filing=the_filing(),
        case=case,
        package=package,
        versions=[(event.code, clock(event.at)) for event in _makings(case)],
        missing=_missing(case),
        way=way_of(case),
        until=fetch_by(case),
        hall=_hall(case) if mode_of(case) in BRING else [],
    )


@routes.page("/t/<aid>/package.<kind>", OWNER)
def download(kind: str) -> Any:
    """The latest package as one file; on a machine of the hall only to be looked at."""
    case = the_case()
    package = service().cases.get_package(case.no) if kind in KINDS else None
    if package is None or (is_kiosk() and kind != "pdf"):
        abort(404)
    if is_kiosk():
        return shown(package.pdf, PDF, say("证照包"))
    return _file(package, kind, case.no)


def _file(package: Package, kind: str, no: str) -> Response:
    media_type, part = KINDS[kind]
    answer = Response(getattr(package, part), content_type=media_type)
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{no}-v{package.version}.{kind}"'
    )
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer


def _makings(case: Case) -> list[Any]:
    """Every time a version was made, the latest first."""
    return [event for event in reversed(case.events) if event.kind == "package"]


def _missing(case: Case) -> list[tuple[str, str]]:
    """The links whose results the package lacks, and why."""
    return [
        (say(link.title), say(link.reason) or say(_GAPS.get(link.state, _LATER)))
        for link in case.links
        if link.state is not LinkState.DONE
    ]


_GAPS = {LinkState.REFUSED: "部门不予办理", LinkState.CANCELLED: "没有办理"}
_LATER = "还在办理，办成后自动做出新的一版"


def _hall(case: Case) -> list[dict[str, str]]:
    """Where and when: in the hall that took it in, if another decided it."""
    hall = office().city.hall_named(case.intake or case.hall)
    return [
        {"key": say("地点"), "value": say(hall.title)},
        {"key": say("开门时间"), "value": _open(hall.hours)},
    ]


def _open(hours: HallHours) -> str:
    """On which days and from when to when, in the season of today."""
    today = office().clock.now().astimezone(HALL_TIME).date()
    season = [each for each in hours.seasons if each.since <= today] or hours.seasons[:1]
    days = "每天 %(hours)s" if isinstance(hours.days, EveryDay) else "工作日 %(hours)s"
    usual, others = season[-1].shifts, sorted(season[-1].by_weekday.items())
    told = [say(_WEEKDAYS[day], hours=_shifts(shifts)) for day, shifts in others]
    return "；".join([say(days, hours=_shifts(usual)), *told])


_WEEKDAYS: Final = {
    1: "周一 %(hours)s", 2: "周二 %(hours)s", 3: "周三 %(hours)s", 4: "周四 %(hours)s", 5: "周五 %(hours)s",
    6: "周六 %(hours)s", 7: "周日 %(hours)s",
}  # fmt: skip


def _shifts(shifts: tuple[Shift, ...]) -> str:
    """From when to when; a hall that does not close opens at no hour either."""
    if shifts == (Shift(time.min, END_OF_DAY),):
        return say("全天")
    if not shifts:
        return say("不开门")
    return "、".join(f"{shift.opens:%H:%M}—{_closing(shift)}" for shift in shifts)


def _closing(shift: Shift) -> str:
    return "24:00" if shift.closes == END_OF_DAY else f"{shift.closes:%H:%M}"
