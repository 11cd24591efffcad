"""The complaints about one case, and one more taken down at the window or from the 12345 hotline."""

from typing import Any

from flask import redirect, render_template, request, url_for

from kaiban.domain.complaint import COMPLAINT_SOURCES, Complaint
from kaiban.domain.roles import Act
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from kaiban.orchestrator.reporting.case import company
from kaiban.web.access.admission import Staff, the_case, the_staff
from kaiban.web.desk.complaints.listing import SEE
from kaiban.web.desk.complaints.one import row_of
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import again, told, typed
from kaiban.web.responses.mistakes import errors_kept, to_keep
from kaiban.web.routes import ADDS, Routes
from kaiban.web.service import service

routes = Routes("case_complaints")

#: How one comes to staff.
AT_THE_DESK = ("window", "12345")


@routes.page("/desk/cases/<no>/complaints", SEE)
def show() -> str:
    """What was complained of, and a form for one more."""
    case, wrong = the_case(), told("wrong", [])
    return render_template(
        "desk/complaints/of_case.html",
        case=case, company=company(case),
        rows=[row_of(each) for each in service().complaints.complaints.of_case(case.no)],
        may=the_staff().position.may(Act.ANSWER_COMPLAINTS, case.hall),
        sources=[(name, say(COMPLAINT_SOURCES[name])) for name in AT_THE_DESK],
        days=service().office.city.complaints.answer_days, typed=typed(),
        wrong={pointer[1:]: say(text) for pointer, text in wrong},
        errors=errors_kept(),
    )  # fmt: skip


@routes.page("/desk/cases/<no>/complaints", Staff(Act.ANSWER_COMPLAINTS), "POST", writes=ADDS)
def take_down() -> Any:
    """Take one down for somebody who stands here or has called."""
    sent, case = request.form, the_case()
    source = sent.get("source", "")
    said = Grievance(
        sent.get("text", ""), sent.get("phone", ""), source if source in AT_THE_DESK else "",
        the_staff().login,
    )  # fmt: skip
    found = complain(service().complaints, case.no, said)
    if not isinstance(found, Complaint):
        return again(show, wrong=to_keep(found))
    return redirect(url_for("complaint.show", no=case.no, number=found.number), 303)
