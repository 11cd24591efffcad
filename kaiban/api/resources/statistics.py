"""Figures of a period for programs: what the watch shows, in its words, with nobody in it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json
from kaiban.api.routes import Routes
from kaiban.api.schemas.asked import PeriodAsked
from kaiban.api.schemas.statistics import HallComparison, SendBacks, Statistics
from kaiban.api.service import office, service
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.statistics.marks import KIND_RULES, KIND_TITLES
from kaiban.orchestrator.supervisor.comparing import HallFigures, halls
from kaiban.orchestrator.supervisor.dashboard import Dashboard, dashboard, period
from kaiban.orchestrator.supervisor.figure_list import (
    CASES,
    CLOCK,
    MINUTES,
    PERCENT,
    Figure,
    figure_list,
)
from kaiban.orchestrator.supervisor.send_backs import MarkLine, send_backs
from kaiban.orchestrator.supervisor.trend import Stretch
from kaiban.ports.statistics import Scope

routes = Routes([], tag="statistics")

_UNITS: Final = {PERCENT: "percent", MINUTES: "minutes", CASES: "cases"}


@routes.route(
    "GET", "/statistics", "statistics:read", "一段日子的数字：达标率、用时、走势、环节、时间归谁、收件去向",
    gives=Statistics, asks=PeriodAsked, answers=(200, 404),
)  # fmt: skip
def show_statistics() -> Response:
    """What `/watch` shows of these days."""
    scope = _scope()
    found = dashboard(service().figures, scope)
    return as_json(
        {
            **_told(scope),
            "figures": [_figure(each) for each in figure_list(found)],
            "trend": [_stretch(each) for each in found.trend],
            "links": list(_links(found)),
            "holders": list(_holders(found)),
            "intake": [
                {"status": state.value, "cases": count, "came_in": found.came_in}
                for state, count in sorted(found.intake.items())
            ],
        }
    )


@routes.route(
    "GET", "/statistics/send-backs", "statistics:read", "退回补正：按栏目、按原因；二次告知、清单以外的材料、重复填写",
    gives=SendBacks, asks=PeriodAsked, answers=(200, 404),
)  # fmt: skip
def show_send_backs() -> Response:
    """What `/watch/send-backs` shows of these days."""
    scope = _scope()
    found = send_backs(service().figures, scope)
    tables = ("places", "reasons", "retyped", "re_entered")
    return as_json(
        {
            **_told(scope),
            "ended": found.sent_back.whole,
            "sent_back": found.sent_back.part,
            "unmarked": found.unmarked,
            "kinds": [
                {"kind": kind.value, "title": KIND_TITLES[kind], "rule": KIND_RULES[kind], **_mark(line)}
                for kind, line in found.kinds.items()
            ],
            **{name: [_mark(line) for line in getattr(found, name)] for name in tables},
        }
    )  # fmt: skip


@routes.route(
    "GET", "/statistics/halls", "statistics:read", "大厅对比：同一个时钟，按全市构成折算",
    gives=HallComparison, asks=PeriodAsked, answers=(200, 404),
)  # fmt: skip
def compare_halls() -> Response:
    """What `/watch/halls` shows of these days."""
    scope = _scope()
    return as_json(
        {**_told(scope), "halls": [_hall(each) for each in halls(service().figures, scope)]}
    )


def _scope() -> Scope:
    asked = g.asked
    if asked["hall"] and asked["hall"] not in office().city.halls:
        raise Problem("not-found")
    today = office().clock.now().astimezone(HALL_TIME).date()
    return period(asked.get("first"), asked.get("last"), asked["hall"], today)


def _told(scope: Scope) -> dict[str, Any]:
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    return {**days, "hall": scope.hall, "clock": CLOCK}


def _figure(each: Figure) -> dict[str, Any]:
    low, high = each.interval or (None, None)
    return {
        "name": each.name, "title": each.title, "value": _number(each.value),
        "unit": _UNITS[each.unit], "numerator": each.part, "denominator": each.whole,
        "interval": {"low": _number(low), "high": _number(high)} if each.interval else None,
        "of": each.of, "rule": each.rule,
    }  # fmt: skip


def _stretch(each: Stretch) -> dict[str, Any]:
    few = each.is_small
    return {
        "first": each.scope.first.isoformat(), "last": each.scope.last.isoformat(),
        "granted": each.kept.whole, "within_promise": None if few else each.kept.part,
        "percent": None if few else _number(each.kept.percent),
        "median": None if few else _number(each.times.median),
        "p90": None if few else each.times.percentile(90),
    }  # fmt: skip


def _links(found: Dashboard) -> Iterator[dict[str, Any]]:
    adapters = office().departments.adapters
    for name, spread in found.links_in(adapters):
        yield {
            "name": name, "title": adapters[name].manifest.title if name in adapters else name,
            "cases": spread.size, "median": _number(spread.median), "p90": spread.percentile(90),
        }  # fmt: skip


def _holders(found: Dashboard) -> Iterator[dict[str, Any]]:
    for name, count, percent in found.whose:
        yield {"name": name, "minutes": count, "percent": _number(percent)}


def _mark(line: MarkLine) -> dict[str, Any]:
    said = {name: getattr(line.marked, name) for name in ("by", "place", "code")}
    share = line.cases
    counts = {"count": line.count, "cases": share.part, "ended": share.whole}
    return {**said, **counts, "percent": _number(share.percent)}


def _hall(each: HallFigures) -> dict[str, Any]:
    few = each.kept.is_small
    minutes, is_at_least = each.typical or (None, False)
    known = office().city.halls
    return {
        "name": each.hall, "title": known[each.hall].title if each.hall in known else each.hall,
        "granted": each.kept.whole, "within_promise": each.kept.part,
        "percent": None if few else _number(each.kept.percent),
        "standardised": _number(each.standardised), "differs": each.differs,
        "typical": minutes, "typical_is_at_least": is_at_least,
    }  # fmt: skip


def _number(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)
