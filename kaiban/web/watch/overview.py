"""The figures of a period (时效监督), and the cases behind each of them."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, render_template, request, url_for

from kaiban.domain.cases.states import CASE_TITLES, ENDED
from kaiban.domain.hours.ledger import CLOSED, HOLDER_TITLES, PAUSES, department_of, hall_of
from kaiban.domain.roles import Act
from kaiban.domain.statistics.shares import Share
from kaiban.domain.statistics.spreads import Spread
from kaiban.orchestrator.supervisor.dashboard import (
    STEP,
    Dashboard,
    cases_behind,
    dashboard,
    scope_of,
)
from kaiban.ports.statistics import Scope, Subset
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import hall_title
from kaiban.web.desk.paging import asked_page
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import Routes
from kaiban.web.service import hall_today, office, service
from kaiban.web.watch.told import share_told, times_told

routes = Routes("watch")

SEE = Staff(Act.SEE_FIGURES)

#: What people read above the cases behind a figure.
SUBSETS: Final[Mapping[Subset, str]] = {
    Subset.GRANTED: "办结",
    Subset.IN_TIME: "在承诺时限内办结",
    Subset.LATE: "超过承诺时限",
    Subset.YELLOW: "黄牌",
    Subset.RED: "红牌",
    Subset.SENT_BACK: "有环节要求补正",
    Subset.PROVISIONAL: "所在年度的放假安排当时没有公布，用时是暂计",
    Subset.REFUSED: "不予办理",
    Subset.WITHDRAWN: "已撤回",
}


@routes.page("/watch", SEE)
def show() -> str:
    """The figures of the days and the hall in the address; this month without any."""
    wrong, scope = _asked()
    found = dashboard(service().figures, scope)
    return render_template(
        "watch/overview.html",
        where=hall_title(scope.hall) if scope.hall else say("全市"),
        scope=scope, wrong=wrong, typed=request.args,
        found=found, kept=share_told(found.kept), sent_back=share_told(found.sent_back),
        times=times_told(found.times), steps=list(_steps(found)), links=list(_links(found.links)),
        holders=list(_holders(found.holders)), intake=list(_intake(found)),
        to={each.value: url_for(".behind", subset=each.value, **_address(scope)) for each in Subset},
        periods=list(_periods(scope)), halls=list(_halls(scope)),
    )  # fmt: skip


@routes.page("/watch/cases/<subset>", SEE)
def behind(subset: str) -> str:
    """The cases behind a figure, those that took longest first."""
    if subset not in list(Subset):
        abort(404)
    _, scope = _asked()
    page = asked_page()
    rows, more = cases_behind(service().figures, scope, Subset(subset), page)
    lines = service().worklist.of_cases(no for no, _, _ in rows)
    may_open = the_staff().position.may(Act.SEE_CASES)
    return render_template(
        "watch/cases.html",
        title=say(SUBSETS[Subset(subset)]),
        where=hall_title(scope.hall) if scope.hall else say("全市"),
        scope=scope,
        rows=[
            (no, url_for("queue.case", no=no) if may_open and no in lines else "", length(used), length(promised), used > promised)
            for no, used, promised in rows
        ],
        back=url_for(".show", **_address(scope)),
        more=url_for(".behind", subset=subset, page=page + 1, **_address(scope)) if more else "",
        before=url_for(".behind", subset=subset, page=page - 1, **_address(scope)) if page > 1 else "",
    )  # fmt: skip


def _asked() -> tuple[dict[str, str], Scope]:
    """What the address asks for, and what of it cannot be read."""
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("first", "last"):
        text = request.args.get(name, "").strip()
        try:
            days[name] = date.fromisoformat(text) if text else None
        except ValueError:
            wrong[name], days[name] = say("日期请写成 2026-03-01 的样子。"), None
    hall = request.args.get("hall", "")
    known = hall if hall in office().city.halls else ""
    who = the_staff().position
    return wrong, scope_of(who, days["first"], days["last"], known, hall_today())


def _address(scope: Scope) -> dict[str, Any]:
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    return {**days, "hall": scope.hall} if scope.hall else days


def _steps(found: Dashboard) -> Iterator[dict[str, Any]]:
    """How many granted cases needed how long, half an hour a line; what lies past the usual promise is told apart."""
    promise = next(iter(office().city.promises.values())).working // timedelta(minutes=1)
    rows = [
        (f"{start / 60:g}–{end / 60:g}", count, start >= promise)
        for start, end, count in found.times.steps(STEP)
    ]
    last = 2 * promise // STEP
    if longer := sum(count for _, count, _ in rows[last:]):
        rows[last:] = [(say("%(hours)s 以上", hours=f"{last * STEP / 60:g}"), longer, True)]
    most = max((count for _, count, _ in rows), default=0)
    for title, count, late in rows:
        width = round(100 * count / most, 1)
        yield {"title": title, "count": count, "width": width, "late": late}


def _links(links: Mapping[str, Spread]) -> Iterator[list[str]]:
    adapters = office().departments.adapters
    for name in sorted(
        links, key=lambda each: list(adapters).index(each) if each in adapters else len(adapters)
    ):
        title = adapters[name].manifest.title if name in adapters else name
        told = times_told(links[name])
        yield [say(title), str(links[name].size), told["median"], told["p90"]]


def _holders(holders: Mapping[str, int]) -> Iterator[list[str]]:
    """Where the hours of granted cases went: the hall's open hours, most first; pauses are told and not counted."""
    counted = sum(count for name, count in holders.items() if name not in (CLOSED, *PAUSES))
    for name, count in sorted(holders.items(), key=lambda each: -each[1]):
        if count and name != CLOSED:
            share = "—" if name in PAUSES else f"{Share(count, counted).percent}%"
            yield [_holder(name), length(count), share]


def _holder(name: str) -> str:
    adapters = office().departments.adapters
    if link := department_of(name):
        return say(adapters[link].manifest.office) if link in adapters else link
    return hall_title(hall_of(name)) if hall_of(name) else say(HOLDER_TITLES[name])


def _intake(found: Dashboard) -> Iterator[list[str]]:
    """What came in, by what has become of it: open ones and refusals are no failures, and stand apart."""
    for state, title in CASE_TITLES.items():
        if count := found.intake.get(state, 0):
            share = Share(count, found.came_in).percent
            yield [
                say(title),
                say("已经结束") if state in ENDED else say("还没有结束"),
                f"{count} / {found.came_in}",
                f"{share}%",
            ]


def _periods(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    """The periods people ask for."""
    today = hall_today()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    spans = {
        "本月": (month, today),
        "上月": (before, month - timedelta(days=1)),
        "今年": (today.replace(month=1, day=1), today),
    }
    for title, (first, last) in spans.items():
        asked = _address(Scope(first, last, scope.hall))
        yield (
            f"{url_for('.show')}?{urlencode(asked)}",
            say(title),
            (scope.first, scope.last) == (first, last),
        )


def _halls(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    """For whoever may see more than one."""
    if the_staff().position.within(Act.SEE_FIGURES):
        return
    for hall in ("", *office().city.halls):
        asked = _address(Scope(scope.first, scope.last, hall))
        yield (
            f"{url_for('.show')}?{urlencode(asked)}",
            hall_title(hall) if hall else say("全市"),
            scope.hall == hall,
        )
