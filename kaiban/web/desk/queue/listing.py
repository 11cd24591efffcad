"""The list of cases (办件队列): parts of it by address, so that they can be kept as bookmarks, and a search that is not."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for

from kaiban.domain.roles import Act
from kaiban.orchestrator.window.queue.finding import MOST, find, numbered
from kaiban.orchestrator.window.queue.listing import Choice, Listed, listed
from kaiban.ports import Lane, View
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import scope_title
from kaiban.web.desk.queue.lines import table_of
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told
from kaiban.web.routes import NOTHING, Routes
from kaiban.web.sent import whole_number
from kaiban.web.service import office, service

routes = Routes("queue")

SEE = Staff(Act.SEE_CASES)

#: What people read on the chips, in the order in which they stand.
VIEWS: Final[Mapping[View, str]] = {
    View.OPEN: "全部在办",
    View.MINE: "我的",
    View.WINDOW: "等窗口处理",
    View.RED: "红牌（超时）",
    View.YELLOW: "黄牌",
    View.DOUBT: "待核实",
    View.CORRECTED: "补正已交",
    View.OWED: "容缺待补",
    View.TO_HAND_OUT: "待领取",
    View.NOBODYS: "没人负责",
    View.CAME_IN: "跨域转入",
    View.SENT_OUT: "跨域转出",
}
#: Shown where halls take in for one another, or once did.
CROSSING: Final = frozenset({View.CAME_IN, View.SENT_OUT})
LANES: Final[Mapping[Lane, str]] = {
    Lane.ALL: "不分",
    Lane.AGENTS: "中介",
    Lane.CITIZENS: "群众",
}


@routes.page("/desk", Staff())
def show() -> Any:
    """The part that was asked for, or what was found; for whoever sees no case, their account."""
    who = the_staff().position
    if not who.may(Act.SEE_CASES):
        return redirect(url_for("accounts.show"), 303)
    choice = _choice(bound=bool(who.within(Act.SEE_CASES)))
    shown = _found(told("looked_for")) if told("looked_for") else _part(choice)
    where = scope_title(who.within(Act.SEE_CASES) or choice.hall)
    return render_template("desk/queue/list.html", where=where, **shown)


def _part(choice: Choice) -> dict[str, Any]:
    """A page of the list, with the ways to the others."""
    part = listed(office(), service().worklist, the_staff().position, choice)
    return {
        "table": table_of(part.entries), "found": None, "looked_for": "",
        "views": list(_views(choice, part)), "lanes": list(_lanes(choice)), "halls": list(_halls(choice)),
        "page": part.page, "pages": part.pages, "to_page": _to(choice, page="{page}"),
        "many": office().city.desk.agent_cases,
    }  # fmt: skip


def _found(looked_for: str) -> dict[str, Any]:
    """What was found, instead."""
    found = find(service().worklist, the_staff().position, looked_for)
    return {
        "table": table_of(found[:MOST]),
        "found": found,
        "looked_for": looked_for,
        "most": MOST,
    }


@routes.page("/desk/search", SEE, "POST", writes=NOTHING)
def search() -> Any:
    """Look for a case. What was typed may be personal: it stays here and is in no address; a case number leads to the case."""
    text, who = request.form.get("q", "").strip(), the_staff().position
    if (found := numbered(service().worklist, who, text)) is not None:
        return redirect(url_for("queue.case", no=found.no), 303)
    if not text:
        return redirect(url_for("queue.show"), 303)
    return again(show, 200, to=url_for("queue.show"), typed=(), looked_for=text)


def _choice(*, bound: bool) -> Choice:
    """What the address asks for; what there is not counts as not asked for."""
    view, lane, hall, page = (
        request.args.get(name, "") for name in ("view", "lane", "hall", "page")
    )
    number = whole_number(page, 1)
    return Choice(
        View(view) if view in list(View) else View.OPEN,
        Lane(lane) if lane in list(Lane) else Lane.ALL,
        hall if not bound and hall in service().staff.halls else "",
        number,
    )


def _to(choice: Choice, **other: str) -> str:
    """The address of another part, without what goes without saying."""
    asked = {"view": choice.view.value, "lane": choice.lane.value, "hall": choice.hall, **other}
    named = [(name, value) for name, value in asked.items() if value not in _USUAL]
    # What stands for the page's number is put in by the template.
    query = urlencode(named, safe="{}")
    return f"{url_for('queue.show')}?{query}" if query else url_for("queue.show")


#: Not said in addresses.
_USUAL: Final = (View.OPEN.value, Lane.ALL.value, "")


def _views(choice: Choice, part: Listed) -> Iterator[tuple[str, str, bool]]:
    crosses = bool(office().city.cross_region)
    for view, title in VIEWS.items():
        if view in CROSSING and not (crosses or part.counts[view]):
            continue
        text = f"{say(title)} {part.counts[view]}"
        yield _to(choice, view=view.value), text, view is choice.view


def _lanes(choice: Choice) -> Iterator[tuple[str, str, bool]]:
    for lane, title in LANES.items():
        yield _to(choice, lane=lane.value), say(title), lane is choice.lane


def _halls(choice: Choice) -> Iterator[tuple[str, str, bool]]:
    """For whoever sees several."""
    if the_staff().position.within(Act.SEE_CASES):
        return
    for name in ("", *service().staff.halls):
        yield _to(choice, hall=name), scope_title(name), name == choice.hall
