"""The complaints of one's hall: one's own, everybody's, overdue ones, those that are over."""

from datetime import date
from functools import partial
from typing import Any

from flask import render_template, url_for

from kaiban.domain.complaint import COMPLAINT_SOURCES, COMPLAINT_STATES, Complaint
from kaiban.domain.roles import Act
from kaiban.ports import ComplaintsWanted
from kaiban.web.access.admission import Staff, the_staff
from kaiban.web.desk.halls import scope_title
from kaiban.web.desk.views import asked_view, view_chips
from kaiban.web.presentation.complaint_words import TAGS, due_of
from kaiban.web.presentation.paging import paged
from kaiban.web.presentation.staff_names import name_of
from kaiban.web.presentation.texts import clock, say
from kaiban.web.routes import Routes
from kaiban.web.service import hall_today, service

routes = Routes("complaints")

SEE = Staff(Act.SEE_CASES)
EXCERPT = 40
#: Which of them, as the address says it; the first is the usual one.
SHOWN = {"hall": "全部在办", "mine": "我负责的", "overdue": "已逾期", "closed": "已办结"}


@routes.page("/desk/complaints", SEE)
def show() -> str:
    """Those asked for, the most urgent first."""
    shown = asked_view(SHOWN)
    hall = the_staff().position.within(Act.SEE_CASES)
    wanted = {
        "hall": ComplaintsWanted(hall),
        "mine": ComplaintsWanted(hall, the_staff().login),
        "overdue": ComplaintsWanted(hall, due_before=hall_today()),
        "closed": ComplaintsWanted(hall, closed=True),
    }[shown]
    found = paged(partial(service().complaints.complaints.listed, wanted))
    return render_template(
        "desk/complaints/list.html",
        rows=[_row(each, hall_today()) for each in found.rows],
        chips=view_chips({name: say(title) for name, title in SHOWN.items()}, shown),
        hall=scope_title(hall),
        more=found.more, before=found.before,
    )  # fmt: skip


def _row(found: Complaint, today: date) -> dict[str, Any]:
    text = found.text[:EXCERPT] + ("……" if len(found.text) > EXCERPT else "")
    return {
        "to": url_for("complaint.show", no=found.case_no, number=found.number),
        "no": found.case_no, "number": found.number, "text": text, "source": say("差评") if found.rated is not None else say(COMPLAINT_SOURCES[found.source]),
        "at": clock(found.raised_at), "state": say(COMPLAINT_STATES[found.state]), "kind": TAGS[found.state],
        "owner": name_of(found.owner) or say("还没有"), "due": due_of(found),
        "edge": "red" if found.is_overdue(today) else "yellow" if found.due == today else "",
    }  # fmt: skip
