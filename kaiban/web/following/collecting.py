"""The certificate package in hand: look, download, print, fetch."""

import hashlib
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for

from forms import codes
from kaiban.domain.case import Case
from kaiban.domain.clock import HALL_TIME, Shift
from kaiban.domain.link import LinkState
from kaiban.domain.package import Package
from kaiban.orchestrator.delivering import last_posting, mode_of
from kaiban.web.following.progress import the_case
from kaiban.web.routes import OWNER, Routes, the_filing
from kaiban.web.service import office, service
from kaiban.web.words import clock, say

routes = Routes("collecting")

#: What can be downloaded: media type, and the part of the package.
KINDS = {
    "pdf": ("application/pdf", "pdf"),
    "zip": ("application/zip", "archive"),
    "json": ("application/json", "summary"),
}

#: What to do to get the package on paper, by how the applicant wants it.
WAYS = {
    "window": "请在大厅开门时间到出件窗口领取。",
    "kiosk": "请到大厅自助机，用续办码和手机号码打开本页后打印。",
    "post": "证照包会寄到您填写的地址，寄出后这里会显示运单号。",
    "electronic": "您选择了只要电子件：下载保存即可，不用到大厅。",
}
#: How somebody has to come to the hall, and what they have to bring.
BRING = {
    "window": "请带：领取人身份证原件，和印有续办码的受理回执；他人代领的，另带授权委托书。",
    "kiosk": "请带：续办码，和能收短信的手机。",
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
        way=_way(case),
        hall=_hall(case) if mode_of(case) in BRING else [],
    )


@routes.page("/t/<aid>/package.<kind>", OWNER)
def download(kind: str) -> Response:
    """The latest package as one file."""
    case = the_case()
    package = service().cases.get_package(case.no) if kind in KINDS else None
    if package is None:
        abort(404)
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
        (say(link.title), say(link.current.reason) or say(_GAPS.get(link.state, _LATER)))
        for link in case.links
        if link.state is not LinkState.DONE
    ]


_GAPS = {LinkState.REFUSED: "部门不予办理", LinkState.CANCELLED: "没有办理"}
_LATER = "还在办理，办成后自动做出新的一版"


def _way(case: Case) -> dict[str, Any]:
    mode, posted = mode_of(case), last_posting(case)
    title = codes.DELIVERY_MODES.label(mode) if mode else ""
    return {
        "title": say(title),
        "text": say(WAYS.get(mode, "")),
        "bring": say(BRING.get(mode, "")),
        "posted": posted.facts if posted else {},
        "posted_at": clock(posted.at) if posted else "",
        "stale": bool(posted and posted.code != str(case.package_version)),
    }


def _hall(case: Case) -> list[dict[str, str]]:
    """Where and when."""
    hall = office().city.halls[case.hall]
    today = office().clock.now().astimezone(HALL_TIME).date()
    season = [each for each in hall.hours.seasons if each.since <= today] or hall.hours.seasons[:1]
    return [
        {"key": say("地点"), "value": say(hall.title)},
        {
            "key": say("开门时间"),
            "value": say("工作日 %(hours)s", hours=_hours(season[-1].shifts)),
        },
    ]


def _hours(shifts: tuple[Shift, ...]) -> str:
    return "、".join(f"{shift.opens:%H:%M}—{shift.closes:%H:%M}" for shift in shifts)
