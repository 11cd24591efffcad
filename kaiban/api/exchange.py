"""What views share: the body they take, the case they are about, the answer they give."""

import json
import re
from typing import Any

from flask import Response, g, request

from kaiban.api.access import may_see
from kaiban.api.problems import Problem
from kaiban.api.service import office
from kaiban.api.strict import StrictJsonError, parse
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.number import is_case_number
from kaiban.orchestrator.worker.disclosing import note_look

_NATURAL = re.compile(r"0|[1-9][0-9]{0,8}")


def own(no: str, why: str = "query") -> Case:
    """The case, if the caller may know of it; otherwise the answer is the same as for none.

    That somebody else than its owner looks is written down for the owner.
    """
    if not is_case_number(no):
        raise Problem("not-found")
    case = office().cases.read(no)
    if not may_see(case.owner):
        raise Problem("not-found")
    if case.owner != g.token.name:
        note_look(office(), no, g.token.name, why, kind="program")
    return case


def natural(text: str) -> int:
    """A natural number of an address."""
    if not _NATURAL.fullmatch(text):
        raise Problem("bad-request", "编号应为自然数。")
    return int(text)


def document() -> dict[str, Any]:
    """The JSON object that was sent."""
    if request.mimetype != "application/json":
        raise Problem("unsupported-media-type")
    try:
        body = parse(request.get_data(cache=False))
    except StrictJsonError as error:
        raise Problem("bad-json", str(error)) from error
    if not isinstance(body, dict):
        raise Problem("bad-json", "正文应为一个 JSON 对象。")
    return body


def as_json(value: Any) -> Response:
    """The value as JSON in UTF-8."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, content_type="application/json; charset=utf-8")
