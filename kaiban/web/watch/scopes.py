"""Of which cases a page of the watch tells: the days and the hall in its address, and the ways to others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import render_template, request, url_for

from kaiban.domain.hours.ledger import HOLDER_TITLES, department_of, hall_of
from kaiban.domain.roles import Act
from kaiban.orchestrator.supervisor.dashboard import scope_of
from kaiban.ports.statistics import Scope
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import hall_title, scope_title
from kaiban.web.presentation.paging import Paged, here_with
from kaiban.web.presentation.texts import say
from kaiban.web.service import hall_today, office, service

SEE: Final = Staff(Act.SEE_FIGURES)
_SCOPE: Final = ("first", "last", "hall", "page")
#: The pages beside one another, and what people call them.
_PAGES: Final = {
    "watch.show": "达标情况",
    "watch_cards.show": "红黄牌",
    "send_backs.show": "退回补正",
    "hours.show": "时间去了哪里",
    "what_if.show": "假如……会怎样",
    "comparison.show": "大厅对比",
    "handovers.show": "审管衔接",
}


def asked() -> tuple[dict[str, str], Scope]:
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


def address(scope: Scope) -> dict[str, Any]:
    """The same in an address."""
    days = {"first": scope.first.isoformat(), "last": scope.last.isoformat()}
    return {**days, "hall": scope.hall} if scope.hall else days


def _with(scope: Scope) -> dict[str, Any]:
    """Everything the address asks for, of another scope."""
    return {**_besides(), **address(scope)}


def _besides() -> dict[str, str]:
    """What the address asks for beside days and hall."""
    return {name: text for name, text in request.args.items() if name not in _SCOPE}


def shown(template: str, scope: Scope, wrong: Mapping[str, str], **told: Any) -> str:
    """A page of the watch, with its days and its hall above it, and the ways to other ones."""
    return render_template(
        template,
        where=scope_title(scope.hall), scope=scope, wrong=wrong, typed=request.args,
        besides=_besides(), here=url_for(str(request.endpoint)), pages=list(_pages(scope)),
        periods=list(_periods(scope)), halls=list(_halls(scope)), **told,
    )  # fmt: skip


def holder_title(name: str) -> str:
    """Who that holder of the hours ledger is, as people know them."""
    adapters = office().departments.adapters
    if link := department_of(name):
        return say(adapters[link].manifest.office) if link in adapters else link
    return hall_title(hall_of(name)) if hall_of(name) else say(HOLDER_TITLES[name])


def _periods(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    """The periods people ask for."""
    today = hall_today()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    spans = {
        "本月": (month, today),
        "上月": (before, month - timedelta(days=1)),
        "上季度": _last_quarter(today),
        "今年": (today.replace(month=1, day=1), today),
    }
    for title, (first, last) in spans.items():
        to = here_with(_with(Scope(first, last, scope.hall)))
        yield to, say(title), (scope.first, scope.last) == (first, last)


def _last_quarter(today: date) -> tuple[date, date]:
    begins = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    last = begins - timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def _halls(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    """For whoever may see more than one."""
    if the_staff().position.within(Act.SEE_FIGURES):
        return
    for hall in ("", *office().city.halls):
        to = here_with(_with(Scope(scope.first, scope.last, hall)))
        yield to, scope_title(hall), scope.hall == hall


def _pages(scope: Scope) -> Iterator[tuple[str, str, bool]]:
    for endpoint, title in _PAGES.items():
        yield url_for(endpoint, **address(scope)), say(title), request.endpoint == endpoint


@dataclass(frozen=True)
class CaseList:
    """The cases behind a figure, a page of them: each with its number, what is told of it, and whether it was late."""

    title: str
    head: Sequence[str]
    rows: Sequence[tuple[str, list[str], bool]]
    caption: str = ""


def cases_shown(found: CaseList, page: Paged[Any], scope: Scope, back: str) -> str:
    """The list, with the ways to its other pages and back; cases that were deleted are told and not linked."""
    to = _case_address(no for no, _, _ in found.rows)
    return render_template(
        "watch/cases.html",
        title=found.title, where=scope_title(scope.hall), scope=scope,
        head=list(found.head), rows=[(no, to[no], cells, late) for no, cells, late in found.rows],
        caption=found.caption, back=back,
        more=page.more, before=page.before,
    )  # fmt: skip


def _case_address(numbers: Iterable[str]) -> dict[str, str]:
    """Where each case is looked at; "" where it is no more, or may not be looked at."""
    numbers = list(numbers)
    known = service().worklist.of_cases(numbers) if the_staff().position.may(Act.SEE_CASES) else {}
    return {no: url_for("queue.case", no=no) if no in known else "" for no in numbers}
