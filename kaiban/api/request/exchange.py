"""What views share: the body they take, the case they are about, the answer they give."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Response, g, request

from kaiban.api.problems import Problem
from kaiban.api.request.access import may_see
from kaiban.api.request.strict import StrictJsonError, TooManyMarksError, parse
from kaiban.api.schemas.base import NATURAL, writer
from kaiban.api.service import office
from kaiban.domain.cases.case import Case
from kaiban.domain.cases.number import is_case_number
from kaiban.orchestrator.worker.disclosing import note_look

#: The header of a request whose answer has an ETag (``tagged``).
IF_NONE_MATCH: Mapping[str, Any] = {
    "name": "If-None-Match", "in": "header", "required": False,
    "description": "the ETag of an earlier answer: 304 if it would be the same",
    "schema": {"type": "string"},
}  # fmt: skip


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
    if not re.fullmatch(NATURAL, text):
        raise Problem("bad-request", "编号应为自然数。")
    return int(text)


def document() -> dict[str, Any]:
    """The JSON object that was sent, to be kept or changed by whoever asks."""
    if "document" not in g:
        g.document = _document()
    return dict(g.document)


def _document() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise Problem("unsupported-media-type")
    try:
        body = parse(request.get_data(cache=False))
    except TooManyMarksError as error:
        raise Problem("too-large", str(error)) from error
    except StrictJsonError as error:
        raise Problem("bad-json", str(error)) from error
    if not isinstance(body, dict):
        raise Problem("bad-json", "正文应为一个 JSON 对象。")
    return body


def members(*known: str) -> dict[str, Any]:
    """The JSON object that was sent; a problem if it has others than these members."""
    body = document()
    if unknown := sorted(body.keys() - set(known)):
        raise Problem("bad-request", "没有这些内容：" + "、".join(unknown))
    return body


def basis(body: Mapping[str, Any], name: str) -> Any:
    """From what was read the request was made; a problem if it does not say: it might overwrite what it has not seen."""
    if body.get(name) in (None, ""):
        raise Problem("precondition-required", f"请写明 {name}：最近一次读到的值。")
    return body[name]


def link_names(value: Any, field: str) -> tuple[str, ...]:
    """The links named under that key of a body; a problem if it is no list of them."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Problem("bad-request", f"{field} 应为环节名称的列表。")
    if len(set(value)) != len(value):
        raise Problem("bad-request", f"{field} 中有重复的环节。")
    return tuple(value)


def as_json(value: Mapping[str, Any], status: int = 200) -> Response:
    """The value as JSON in UTF-8, written by the schema its route declares: nothing else is ever said."""
    said = writer(g.route.gives).dump(value) if g.route.gives else value
    text = json.dumps(said, ensure_ascii=False)
    return Response(text, status, content_type="application/json; charset=utf-8")


def tagged(answer: Response) -> Response:
    """The answer with its ETag, or 304 if the caller has it already."""
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer
