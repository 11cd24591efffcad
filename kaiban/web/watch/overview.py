"""The figures of a period (时效监督), and the cases behind each of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

from flask import abort, url_for

from kaiban.domain.cases.rating import LEVELS
from kaiban.domain.cases.states import CASE_TITLES, ENDED
from kaiban.domain.hours.ledger import CLOSED
from kaiban.domain.statistics.shares import SMALLEST, Share
from kaiban.domain.tickets.waits import CLOCK_RULE, REACH
from kaiban.orchestrator.supervisor.dashboard import (
    CAME_IN,
    HAVE_ENDED,
    STEP,
    WERE_GRANTED,
    Dashboard,
    dashboard,
)
from kaiban.orchestrator.supervisor.trend import Stretch
from kaiban.ports.statistics import Scope, Subset
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
from kaiban.web.watch.told import share_told, times_told

routes = Routes("watch")

#: What people read above the cases behind a figure.
SUBSETS: Final[Mapping[Subset, str]] = {
    Subset.GRANTED: "办结",
    Subset.WITHIN_PROMISE: "在承诺时限内办结",
    Subset.LATE: "超过承诺时限",
    Subset.YELLOW: "黄牌",
    Subset.RED: "红牌",
    Subset.SENT_BACK: "有环节要求补正",
    Subset.PROVISIONAL: "所在年度的放假安排当时没有公布，用时是暂计",
    Subset.REFUSED: "不予办理",
    Subset.WITHDRAWN: "已撤回",
    Subset.RATED: "有评价",
    Subset.BADLY_RATED: "差评",
}


#: What people read of the stages of those that came in.
STAGES: Final[Mapping[str, str]] = {CAME_IN: "收件", HAVE_ENDED: "已经结束", WERE_GRANTED: "办结"}


_SPREADSHEETS: Final[Mapping[str, str]] = {
    "figures.xlsx": "数字和办件（XLSX）",
    "figures.csv": "数字（CSV）",
    "cases.csv": "办件（CSV）",
}


@routes.page("/watch", SEE)
def show() -> str:
    """The figures of the days and the hall in the address; this month without any."""
    wrong, scope = asked()
    found = dashboard(service().figures, scope)
    return shown(
        "watch/overview.html", scope, wrong,
        found=found, kept=share_told(found.kept), sent_back=share_told(found.sent_back),
        times=times_told(found.times), steps=list(_steps(found)), links=list(_links(found)),
        holders=list(_holders(found)), intake=list(_intake(found)), way=list(_way(found)),
        answered=share_told(found.answered), satisfied=share_told(found.satisfied), levels=list(_levels(found.ratings)),
        waits=times_told(found.waits), wait_rule=say(CLOCK_RULE), wait_reach=say(REACH), exports=list(_exports(scope)), trend=list(_trend(found.trend)), smallest=SMALLEST,
        to={each.value: url_for(".behind", subset=each.value, **address(scope)) for each in Subset},
    )  # fmt: skip


@routes.page("/watch/cases/<subset>", SEE)
def behind(subset: str) -> str:
    """The cases behind a figure, those that took longest first."""
    if subset not in list(Subset):
        abort(404)
    _, scope = asked()
    found = paged(partial(service().figures.cases, scope, Subset(subset)))
    lines = [
        (no, [length(used), length(promised)], used > promised)
        for no, used, promised in found.rows
    ]
    head = (say("办理用时"), say("承诺"))
    caption = say("用时最长的在前；已经删除的办件只留数字")
    told = CaseList(say(SUBSETS[Subset(subset)]), head, lines, caption)
    return cases_shown(told, found, scope, url_for(".show", **address(scope)))


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


def _trend(stretches: Sequence[Stretch]) -> Iterator[dict[str, Any]]:
    """Each week or month: of few cases nothing but how many."""
    for each in stretches:
        told, days = share_told(each.kept), address(each.scope)
        few = each.is_small
        yield {
            "title": _span(each),
            "to": url_for(".show", **days),
            "cases": url_for(".behind", subset=Subset.GRANTED.value, **days),
            "granted": each.kept.whole,
            "width": 0 if few else each.kept.percent,
            "kept": "—" if few else f"{told['percent']}（{told['base']}）",
            "times": ["—", "—"] if few else [times_told(each.times)[name] for name in ("median", "p90")],
        }  # fmt: skip


def _span(stretch: Stretch) -> str:
    first, last = stretch.scope.first, stretch.scope.last
    if stretch.is_month:
        return say("%(year)s 年 %(month)s 月", year=first.year, month=first.month)
    return f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"


def _links(found: Dashboard) -> Iterator[list[str]]:
    adapters = office().departments.adapters
    for name, spread in found.links_in(adapters):
        title = adapters[name].manifest.title if name in adapters else name
        told = times_told(spread)
        yield [say(title), str(spread.size), told["median"], told["p90"]]


def _holders(found: Dashboard) -> Iterator[list[str]]:
    """Where the hours of granted cases went: the hall's open hours, most first; pauses are told and not counted."""
    for name, count, percent in found.whose:
        if count and name != CLOSED:
            yield [holder_title(name), length(count), "—" if percent is None else f"{percent}%"]


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


def _way(found: Dashboard) -> Iterator[list[str]]:
    """The stages of those that came in, each with its share of the one before and of all."""
    for stage, (of_before, of_all) in found.way.items():
        percents = [f"{each.percent}%" if each.whole else "—" for each in (of_before, of_all)]
        yield [say(STAGES[stage]), str(of_all.part), *percents]


def _levels(ratings: Mapping[int, int]) -> Iterator[list[str]]:
    """Every level in words, the best first, with how often it was given."""
    rated = sum(ratings.values())
    for level, title in LEVELS.items():
        count = ratings.get(level, 0)
        yield [say(title), str(count), f"{Share(count, rated).percent}%" if rated else "—"]


def _exports(scope: Scope) -> Iterator[tuple[str, str]]:
    """What can be taken along, and where it is."""
    yield say("通报（PDF）"), url_for("exports.report", **address(scope))
    for name, title in _SPREADSHEETS.items():
        yield say(title), url_for("exports.spreadsheet", name=name, **address(scope))
