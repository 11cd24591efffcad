"""What waits for people in a hall: found by the bar code of a sheet, or in a list; and changes that wait for approval."""

from collections.abc import Sequence
from typing import Any, Final

from flask import redirect, render_template, request, url_for

from kaiban.domain.cases.link import STATE_TITLES, LinkState
from kaiban.domain.cases.number import is_case_number
from kaiban.domain.desk.worklist import Entry
from kaiban.domain.notices.notice import Defect
from kaiban.domain.roles import Act
from kaiban.ports import AtHand, CaseNotFound
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.telling import refused, said, typed_in
from kaiban.web.following.lanes import TAGS
from kaiban.web.presentation.texts import say
from kaiban.web.routes import NOTHING, Routes
from kaiban.web.service import office, service

routes = Routes("by_hand")

MOST: Final = 100
NO_SUCH = Defect("/code", "by_hand.none", "本大厅没有这个办件单或者办件号，请核对，或者重新扫码。")


@routes.page("/desk/by-hand", Staff(Act.ENTER_RESULTS))
def show() -> str:
    """The links that wait for somebody at the window, those of the oldest case first."""
    who = the_staff().position
    places = office().cases.at_hand(who.within(Act.ENTER_RESULTS), MOST)
    asked = office().edit_requests.waiting(who.within(Act.APPROVE), MOST)
    return render_template(
        "desk/by_hand/by_hand.html", rows=_rows(places),
        waiting=len(asked), code=typed_in("find").get("code", ""), **said(),
    )  # fmt: skip


@routes.page("/desk/by-hand/find", Staff(Act.ENTER_RESULTS), "POST", writes=NOTHING)
def look_for() -> Any:
    """On to what the code names: a sheet's key, or a case; what was typed stands in no address."""
    no, _, rest = request.form.get("code", "").strip().upper().partition("-")
    link = rest.partition("-")[0].lower()
    try:
        case = office().cases.read(no) if is_case_number(no) else None
    except CaseNotFound:
        case = None
    if case is None or not the_staff().position.may(Act.ENTER_RESULTS, case.hall):
        return refused(show, url_for("by_hand.show"), "find", [NO_SUCH])
    if link in {each.name for each in case.links}:
        return redirect(url_for("department.show", no=no, link=link), 303)
    return redirect(url_for("department.overview", no=no), 303)


def _rows(places: Sequence[AtHand]) -> list[dict[str, Any]]:
    lines = service().worklist.of_cases(each.no for each in places)
    return [_row(each, lines.get(each.no)) for each in places]


def _row(place: AtHand, line: Entry | None) -> dict[str, Any]:
    return {
        "no": place.no, "company": (line and line.company) or place.no, "name": place.link,
        "title": say(place.title), "state": say(STATE_TITLES[LinkState.MANUAL]),
        "mark": TAGS.get(LinkState.MANUAL, "work"), "reason": say(place.reason),
    }  # fmt: skip
