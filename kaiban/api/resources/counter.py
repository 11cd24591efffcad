"""Departments served by hand, over HTTP: what a person brings back is entered."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g
from marshmallow import ValidationError

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import document, own
from kaiban.api.request.shapes import shapes_wrong
from kaiban.api.resources.cases import reported
from kaiban.api.routes import Routes
from kaiban.api.schemas.cases import CaseReport
from kaiban.api.schemas.sent import Entered
from kaiban.api.service import office
from kaiban.domain.cases.document import Document
from kaiban.orchestrator.window.by_hand.entering import Entry, enter
from kaiban.ports import Correction

routes = Routes([], "staff")

#: Three of the largest documents, in base64.
MAX_BODY = 42 * 1024 * 1024


@routes.route(
    "POST",
    "/cases/<no>/links/<name>/result",
    "cases:all",
    "录入部门办理结果（人工办理的环节）",
    takes=Entered,
    gives=CaseReport,
    answers=(200, 404, 422),
    largest=MAX_BODY,
)
def enter_result(no: str, name: str) -> Response:
    """Enter what the department said; refused with every defect at once."""
    if name not in {link.name for link in own(no).links}:
        raise Problem("not-found")
    return reported(enter(office(), no, name, _entry(document(), name)))


def _entry(body: Mapping[str, Any], link: str) -> Entry:
    try:
        told = Entered().load(body)
    except ValidationError as error:
        raise Problem("defects", errors=shapes_wrong(error, link)) from error
    documents = tuple(Document(media_type="", **each) for each in told.pop("documents"))
    items = tuple(Correction(code="counter", **each) for each in told.pop("items"))
    return Entry(documents=documents, items=items, **{**told, "by": g.token.name})
