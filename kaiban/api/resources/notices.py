"""One-time notices over HTTP: looked at, added to, taken from, issued; and how each reached the applicant."""

from typing import Any

from flask import Response, g
from marshmallow import Schema, ValidationError

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, basis, document, natural, own
from kaiban.api.request.shapes import shapes_wrong
from kaiban.api.resources.cases import reported
from kaiban.api.routes import Routes
from kaiban.api.schemas.cases import CaseReport
from kaiban.api.schemas.notices import CopyList, NoticePreview, ProofOfDelivery
from kaiban.api.schemas.sent import Found, Issuing, TakenOff
from kaiban.api.service import office, service
from kaiban.orchestrator.window.notices.composing import (
    Finding,
    add_finding,
    drop_item,
    issue_notice,
    preview,
)
from kaiban.orchestrator.window.notices.notice_delivery import deliveries, issues_of
from kaiban.orchestrator.window.notices.noticed import (
    deliveries_report,
    latest_copies,
    preview_report,
)

routes = Routes([], "notices")

#: So many of what supervisors are told of are shown.
LATEST = 200


@routes.route(
    "GET",
    "/cases/<no>/notices/preview",
    "cases:all",
    "预览下一份一次性告知书",
    gives=NoticePreview,
    answers=(200, 404),
)
def show_preview(no: str) -> Response:
    """What the next notice would say if it went out now."""
    own(no)
    return as_json({"case_no": no, **preview_report(preview(office(), no))})


@routes.route(
    "POST",
    "/cases/<no>/notices/findings",
    "cases:all",
    "把窗口发现的问题加进下一份告知书",
    takes=Found,
    gives=CaseReport,
    answers=(200, 404, 422),
)
def add_a_finding(no: str) -> Response:
    """Put what somebody found into the next notice."""
    own(no)
    return reported(add_finding(office(), no, Finding(**_told(Found))))


@routes.route(
    "POST",
    "/cases/<no>/notices/dropped",
    "cases:all",
    "从下一份告知书中删去一项",
    takes=TakenOff,
    gives=CaseReport,
    answers=(200, 404, 422),
)
def drop_an_item(no: str) -> Response:
    """Take a line of the preview off, with the reason."""
    own(no)
    return reported(drop_item(office(), no, **_told(TakenOff)))


@routes.route(
    "POST",
    "/cases/<no>/notices",
    "cases:all",
    "发出一次性告知书",
    takes=Issuing,
    gives=CaseReport,
    answers=(200, 404, 422, 428),
)
def issue_a_notice(no: str) -> Response:
    """Let the next notice go out as it was previewed."""
    own(no)
    told = _told(Issuing)
    basis(told, "version")
    return reported(issue_notice(office(), no, **told))


@routes.route(
    "GET",
    "/cases/<no>/notices/<number>",
    "cases:read",
    "告知书的送达证明",
    gives=ProofOfDelivery,
    answers=(200, 404),
)
def show_notice_delivery(no: str, number: str) -> Response:
    """How the notice of that number reached the applicant."""
    case, wanted = own(no), natural(number)
    if not issues_of(case, wanted):
        raise Problem("not-found")
    found = deliveries(case, service().cases.messages(no), wanted)
    return as_json({"case_no": no, "number": wanted, "deliveries": deliveries_report(found)})


@routes.route(
    "GET",
    "/notices/copies",
    "cases:all",
    "抄告监督人员：不予办理、二次告知、清单外材料",
    gives=CopyList,
)
def show_copies() -> Response:
    """The latest refusals, second notices and materials asked for off the list."""
    return as_json({"copies": latest_copies(service().cases.copied("", LATEST), LATEST)})


def _told(schema: type[Schema]) -> dict[str, Any]:
    """What was sent, and by whom: nobody is named who has not proved to be that."""
    try:
        told: dict[str, Any] = schema().load(document())
    except ValidationError as error:
        raise Problem("defects", errors=shapes_wrong(error)) from error
    return {**told, "by": g.token.name}
