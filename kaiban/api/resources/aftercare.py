"""Beside a case over HTTP: what its owner thinks of it, and who saw it."""

from typing import Any

from flask import Response

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, members, own
from kaiban.api.routes import Routes
from kaiban.api.schemas import sent
from kaiban.api.schemas.records import DisclosureList, RatingList, RatingReport
from kaiban.api.service import service
from kaiban.domain.cases.rating import Rating
from kaiban.orchestrator.applicant.aftercare.rating import (
    ANSWERED,
    NO_LEVEL,
    TOO_EARLY,
    Opinion,
    rate,
)
from kaiban.orchestrator.reporting.records import opinions, who_saw

routes = Routes([], "aftercare")


@routes.route(
    "POST",
    "/cases/<no>/rating",
    "cases:write",
    "评价办件或其中一个环节",
    takes=sent.Opinion,
    gives=RatingReport,
    answers=(200, 404, 409, 422),
)
def rate_case(no: str) -> Response:
    """Rate the case, or one of its links; until it is answered, again and again."""
    own(no)
    outcome = rate(service().complaints, no, _opinion(members("level", "link", "remark")))
    if isinstance(outcome, Rating):
        return as_json(opinions([outcome])[0])
    if outcome[0] in (TOO_EARLY, ANSWERED):
        raise Problem("conflict", outcome[0].message)
    raise Problem("defects", errors=outcome)


@routes.route(
    "GET",
    "/cases/<no>/ratings",
    "cases:read",
    "查询评价与答复",
    gives=RatingList,
    answers=(200, 404),
)
def show_ratings(no: str) -> Response:
    """What was said of the case, and what was answered."""
    own(no)
    return as_json({"case_no": no, "ratings": opinions(service().cases.ratings(no))})


@routes.route(
    "GET",
    "/cases/<no>/disclosures",
    "cases:read",
    "谁看过这一办件的内容",
    gives=DisclosureList,
    answers=(200, 404),
)
def show_disclosures(no: str) -> Response:
    """Everybody who was shown something of the case."""
    own(no)
    return as_json({"case_no": no, "disclosures": who_saw(service().cases.disclosures(no))})


def _opinion(body: dict[str, Any]) -> Opinion:
    """The body as an opinion; what is wrong with its values is the use case's to say."""
    link, remark, level = body.get("link", ""), body.get("remark", ""), body.get("level")
    if not isinstance(link, str) or not isinstance(remark, str):
        raise Problem("bad-request", "link 和 remark 应为文字。")
    if type(level) is not int:  # true and 5.0 are no levels
        raise Problem("defects", errors=[NO_LEVEL])
    return Opinion(level, link, remark, "api")
