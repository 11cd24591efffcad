"""Where the hours went (时间去了哪里): by whose they were, by weekday and hour, and what made cases as long as they were."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from flask import abort, request, url_for

from kaiban.domain.hours.ledger import HOLDER_TITLES, PAUSES, department_of
from kaiban.domain.statistics.hours_ledger import Hour
from kaiban.domain.statistics.shares import Share
from kaiban.orchestrator.supervisor.hours import WhereHoursWent, where_hours_went
from kaiban.ports.statistics import Scope
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.texts import length, say
from kaiban.web.routes import Routes
from kaiban.web.service import office, service
from kaiban.web.watch.scopes import (
    SEE,
    CaseList,
    address,
    asked,
    cases_shown,
    holder_title,
    shown,
)

routes = Routes("hours")

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@routes.page("/watch/hours", SEE)
def show() -> str:
    """The minutes of the days and the hall in the address; ``whose`` in it: by weekday and hour, of that one alone."""
    wrong, scope = asked()
    found = where_hours_went(service().figures, scope)
    holders = found.ledger.holders()
    whose = request.args.get("whose", "")
    whose = whose if whose in holders else ""
    return shown(
        "watch/hours.html", scope, wrong,
        found=found, holders=list(_holders(holders, found.cases, scope)),
        whose=list(_whose(holders, scope, whose)), week=_week(found.ledger.hours(whose)),
        path=list(_path(found, scope)),
    )  # fmt: skip


@routes.page("/watch/hours/<holder>", SEE)
def behind(holder: str) -> str:
    """The cases behind a holder's minutes, those in which it had most of them first."""
    _, scope = asked()
    figures = service().figures
    if holder not in HOLDER_TITLES and holder not in figures.holders(scope):
        abort(404)
    found = paged(partial(figures.held, scope, holder))
    lines = [(no, [length(its), length(used)], False) for no, its, used in found.rows]
    head = (say("归这一方的时间"), say("办理用时"))
    told = CaseList(holder_title(holder), head, lines)
    return cases_shown(told, found, scope, url_for(".show", **address(scope)))


def _holders(holders: Mapping[str, int], cases: int, scope: Scope) -> Iterator[dict[str, Any]]:
    counted = sum(count for name, count in holders.items() if name not in PAUSES)
    for name, count in sorted(holders.items(), key=lambda each: -each[1]):
        yield {
            "title": holder_title(name),
            "to": url_for(".behind", holder=name, **address(scope)),
            "total": length(count),
            "mean": length(round(count / cases)),
            "share": "—" if name in PAUSES else f"{Share(count, counted).percent}%",
        }


def _whose(
    holders: Mapping[str, int], scope: Scope, chosen: str
) -> Iterator[tuple[str, str, bool]]:
    yield url_for(".show", **address(scope)), say("全部"), not chosen
    for name in sorted(holders, key=lambda each: -holders[each]):
        to = url_for(".show", whose=name, **address(scope))
        yield to, holder_title(name), name == chosen


def _week(minutes: Mapping[Hour, int]) -> dict[str, Any]:
    """The weekdays and hours in which there is anything, as a table; each cell with how dark it is, from 0 to 4."""
    most = max(minutes.values(), default=0)
    hours = (
        range(min(each.hour for each in minutes), max(each.hour for each in minutes) + 1)
        if minutes
        else ()
    )
    rows = []
    for weekday in sorted({each.weekday for each in minutes}):
        counts = [minutes.get(Hour(weekday, hour), 0) for hour in hours]
        cells = [(length(count) if count else "", -(-4 * count // most)) for count in counts]
        rows.append((say(WEEKDAYS[weekday - 1]), cells, length(sum(counts))))
    return {"hours": [f"{hour}:00" for hour in hours], "rows": rows}


def _path(found: WhereHoursWent, scope: Scope) -> Iterator[list[Any]]:
    """What stood on the critical paths, most minutes first; of a department, the way to what a quicker one would bring."""
    for holder, its in sorted(found.path.items(), key=lambda each: -each[1].minutes):
        link = department_of(holder)
        to = (
            url_for("what_if.show", link=link, takes="2/3", **address(scope))
            if link in office().departments.adapters
            else ""
        )
        yield [holder_title(holder), f"{its.cases} / {found.cases}", length(its.minutes), to]
