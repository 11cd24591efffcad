"""What is owed in one's hall: what falls due soon, what is overdue, what must be brought to a department."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import render_template, url_for

from kaiban.domain.papers.commitment import FALSE_FOLLOWS
from kaiban.domain.papers.obligation import LAPSES, Forward, Promise
from kaiban.domain.roles import Act
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import scope_title
from kaiban.web.desk.views import asked_view, view_chips
from kaiban.web.presentation.paging import PAGE, Paged, paged
from kaiban.web.presentation.texts import clock, day, say
from kaiban.web.routes import Routes
from kaiban.web.service import hall_today, office, service

routes = Routes("obligations")

SEE = Staff(Act.SEE_CASES)
#: As far ahead as anything may be promised, and what is soon.
FAR, SOON = timedelta(days=366), timedelta(days=3)
YESTERDAY = timedelta(days=-1)
#: Which of them, as the address says it; the first is the usual one.
SHOWN = {
    "soon": "快到期和已逾期",
    "overdue": "已逾期",
    "all": "全部待补交",
    "hand": "要转交部门的",
}
_UNTIL = {"soon": SOON, "overdue": YESTERDAY, "all": FAR}


@routes.page("/desk/obligations", SEE)
def show() -> str:
    """Those asked for, the most urgent first."""
    shown = asked_view(SHOWN)
    hall, owed = the_staff().position.within(Act.SEE_CASES), service().obligations
    to_hand = owed.to_hand_over(hall, PAGE)
    found: Paged[Promise] = Paged([], "", "")
    if shown != "hand":
        found = paged(partial(owed.owing, hall_today() + _UNTIL[shown], hall))
    return render_template(
        "desk/obligations/list.html",
        rows=[row_of(each, hall_today()) for each in found.rows],
        to_hand=[_hand_row(each) for each in to_hand], shown=shown,
        chips=view_chips({name: _chip(name, title, len(to_hand)) for name, title in SHOWN.items()}, shown),
        hall=scope_title(hall),
        more=found.more, before=found.before,
    )  # fmt: skip


def row_of(promise: Promise, today: date) -> dict[str, Any]:
    """What is told of a promise on pages of staff."""
    left = promise.days_left(today)
    return {
        "to": url_for("case_obligations.show", no=promise.case_no), "no": promise.case_no,
        "name": material(promise.key), "accepted": clock(promise.at), "due": day(promise.due),
        "left": left_of(left), "follows": follows_of(promise.key), "version": promise.commitment,
        "edge": "red" if left < 0 else "yellow" if left <= SOON.days else "",
    }  # fmt: skip


def left_of(days: int) -> str:
    """How far it is to the last day."""
    if days < 0:
        return say("逾期 %(days)s 天", days=-days)
    return say("还有 %(days)s 天", days=days) if days else say("今天到期")


def material(key: str) -> str:
    """What a material is called, or what is declared in its place (告知承诺)."""
    commitment = office().city.commitment(key)
    return say(commitment.title if commitment else office().form.brought().get(key, key))


def follows_of(key: str) -> str:
    """What follows when it does not come, or when what is declared is false."""
    if commitment := office().city.commitment(key):
        return say(FALSE_FOLLOWS[commitment.follows])
    return say(LAPSES[office().city.materials.deferral.follows(key)])


def _chip(name: str, title: str, count: int) -> str:
    return f"{say(title)} {count}" if name == "hand" and count else say(title)


def _hand_row(forward: Forward) -> list[str]:
    return [
        forward.case_no, material(forward.key), office_of(forward.link), clock(forward.at),
        url_for("case_obligations.show", no=forward.case_no),
    ]  # fmt: skip


def office_of(link: str) -> str:
    """What a link's department is called."""
    adapters = office().departments.adapters
    return say(adapters[link].manifest.office) if link in adapters else link
