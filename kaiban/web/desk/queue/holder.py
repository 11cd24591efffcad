"""Take a case, hand it on, take it over; a press on a page that is older than that is refused with both shown."""

from typing import Any

from flask import abort, redirect, request, url_for

from kaiban.domain.cases.case import Case
from kaiban.domain.desk.worklist import holder_of, tenure_of
from kaiban.domain.roles import Act
from kaiban.orchestrator.window.queue.assigning import ORDERS, REASONS, Moved, Order
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.queue import case
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again
from kaiban.web.responses.mistakes import to_keep
from kaiban.web.responses.stale import Stale, seen
from kaiban.web.routes import CHANGES, Routes
from kaiban.web.service import office, service

routes = Routes("queue")


@routes.page("/desk/cases/<no>/holder", Staff(Act.TAKE), "POST", writes=CHANGES)
def assign() -> Any:
    """Do it, and go back to the case."""
    what, no = request.form.get("do", ""), the_case().no
    if what not in ORDERS:
        abort(400)
    sent = request.form
    order = Order(the_staff().position, seen(), sent.get("to", ""), sent.get("reason", ""))
    try:
        done = ORDERS[what](office(), service().staff.accounts, no, order)
    except Moved as moved:
        raise _stale(moved.case, what, order) from moved
    if isinstance(done, Case):
        return redirect(url_for("queue.case", no=no, _anchor="holder"), 303)
    wrong = to_keep(done)
    return again(case.case, to=url_for("queue.case", no=no), wrong=wrong)


def _stale(now: Case, what: str, order: Order) -> Stale:
    """Taken meanwhile: who wants it all the same takes it over, for a reason, on the page that says from whom."""
    wish = name_of(order.to) if what == "hand_on" else name_of(order.who.login)
    rows = [[say("谁负责"), wish, name_of(holder_of(now)) or say("没有人")]]
    if order.reason in REASONS:
        rows.append([say("接手原因"), say(REASONS[order.reason]), ""])
    back, to = url_for("queue.case", no=now.no), url_for("queue.assign", no=now.no)
    may = what == "take_over" or (what == "take" and not holder_of(now))
    return Stale(rows, back, to if may and not now.ended else "", tenure_of(now))
