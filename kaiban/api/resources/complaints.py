"""Complaints about a case over HTTP."""

from typing import Any

from flask import Response

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, members, natural, own
from kaiban.api.routes import Routes
from kaiban.api.schemas.records import ComplaintList, ComplaintReport
from kaiban.api.schemas.sent import Complaining, ComplaintReply
from kaiban.api.service import service
from kaiban.domain.complaint import Complaint
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain, say_so
from kaiban.orchestrator.complaint_office import CHANGED, NO_COMPLAINT, NOT_NOW, Outcome
from kaiban.orchestrator.reporting.records import grievances

routes = Routes([], "aftercare")


@routes.route(
    "GET",
    "/cases/<no>/complaints",
    "cases:read",
    "查询办不成事反映和答复",
    gives=ComplaintList,
    answers=(200, 404),
)
def show_complaints(no: str) -> Response:
    """Every complaint about the case, with what was done about it."""
    own(no)
    found = service().complaints.complaints.of_case(no)
    return as_json({"case_no": no, "complaints": grievances(found)})


@routes.route(
    "POST", "/cases/<no>/complaints", "cases:write", "反映办不成的事",
    takes=Complaining, gives=ComplaintReport, answers=(200, 404, 422),
)  # fmt: skip
def complain_of_case(no: str) -> Response:
    """Complain; the same words again, while that is open, are the same complaint."""
    own(no)
    body = _texts(members("text", "phone"), "text", "phone")
    said = Grievance(body.get("text", ""), body.get("phone", ""), "api")
    return _told(complain(service().complaints, no, said))


@routes.route(
    "POST", "/cases/<no>/complaints/<number>/reply", "cases:write", "对答复表示满意或者不满意",
    takes=ComplaintReply, gives=ComplaintReport, answers=(200, 404, 409, 422),
)  # fmt: skip
def reply_to_complaint(no: str, number: str) -> Response:
    """Satisfied: it is closed. Not satisfied: it is taken up again."""
    own(no)
    body = members("satisfied", "text", "version")
    satisfied = body.pop("satisfied", None)
    if not isinstance(satisfied, bool):
        raise Problem("bad-request", "satisfied 应为 true 或 false。")
    said = _texts(body, "text", "version")
    found = say_so(
        service().complaints, no, natural(number),
        satisfied=satisfied, text=said.get("text", ""), version=said.get("version", ""),
    )  # fmt: skip
    return _told(found)


def _told(outcome: Outcome) -> Response:
    if isinstance(outcome, Complaint):
        return as_json(grievances([outcome])[0])
    if outcome[0] is NO_COMPLAINT:
        raise Problem("not-found")
    if outcome[0] in (CHANGED, NOT_NOW):
        raise Problem("conflict", outcome[0].message)
    raise Problem("defects", errors=outcome)


def _texts(body: dict[str, Any], *names: str) -> dict[str, str]:
    if strange := [name for name in names if not isinstance(body.get(name, ""), str)]:
        raise Problem("bad-request", "应为文字：" + "、".join(strange))
    return body
