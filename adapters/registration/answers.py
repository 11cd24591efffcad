"""What the registrar answers (protocol.md 4, 5), taken apart; Unknown for any other shape."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import Schema, fields, validate

from adapters.wire import strict_json
from kaiban.domain.prose import inner
from kaiban.ports import NameOpinion, Ref, Unknown

#: Free text of the registrar (protocol.md 2).
FREE = frozenset({"msg", "stateText"})
# Only such a path is followed; anything else could lead to another host.
_PAPER = re.compile(r"/api/v2/([a-z]+)/[0-9A-Z]+\.pdf")


class RegistrationResult(Schema):
    """What the licence says."""

    credit_code = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9A-HJ-NPQRTUWXY]{18}\Z"),
        metadata={"label": "统一社会信用代码"},
    )
    licence_no = fields.String(required=True, metadata={"label": "营业执照编号"})
    established_on = fields.Date(required=True, metadata={"label": "成立日期"})
    company_name = fields.String(required=True, metadata={"label": "企业名称"})
    office = fields.String(required=True, metadata={"label": "登记机关"})
    receipt = fields.String(required=True, metadata={"label": "受理号"})


@dataclass(frozen=True)
class Paper:
    """An original they offer: where it is, the ticket that opens it once, and its SM3."""

    name: str
    title: str
    media_type: str
    path: str
    ticket: str
    sm3: str


def taken_apart(raw: bytes) -> tuple[str, str, dict[str, Any]]:
    """Return code, text and data of an answer."""
    try:
        told = strict_json.read(raw, FREE)
        code, text, inner = told["code"], told["msg"], told["data"]
    except (ValueError, TypeError, KeyError) as error:
        raise Unknown("the answer is not the JSON the protocol promises") from error
    if not (isinstance(code, str) and isinstance(text, str) and isinstance(inner, dict)):
        raise Unknown("the answer is not the JSON the protocol promises")
    return code, text, inner


def reference(told: Mapping[str, Any], asked: Ref) -> Ref:
    """Return the application asked about, with the number they have given it."""
    number = told.get("acceptNo")
    if not isinstance(number, str) or not number:
        raise Unknown("the answer is about another application or none")
    return replace(asked, number=number)


def licence(told: Mapping[str, Any], number: str) -> tuple[dict[str, str], list[Paper]]:
    """Return what is granted, as RegistrationResult has it, and the originals."""
    try:
        granted, files = told["licence"], told["files"]
        said = {
            "credit_code": granted["uniscid"],
            "licence_no": granted["licenceNo"],
            "established_on": granted["estDate"],
            "company_name": granted["entName"],
            "office": granted["regOrgName"],
            "receipt": number,
        }
        return said, [_paper(each) for each in files]
    except (KeyError, TypeError) as error:
        raise Unknown("the licence lacks what the protocol promises") from error


def opinion(told: Mapping[str, Any]) -> NameOpinion:
    """Return what they think of a name; only a name they forbid has reasons."""
    try:
        reasons = tuple(f"{inner(each['msg'])}（{each['rule']}）" for each in told["reasons"])
        similar = tuple(str(each) for each in told["similar"])
        forbidden = {"可用": False, "提示": False, "禁止": True}[told["result"]]
    except (KeyError, TypeError) as error:
        raise Unknown("the opinion lacks what the protocol promises") from error
    if forbidden != bool(reasons):
        raise Unknown("the opinion contradicts its reasons")
    return NameOpinion(reasons, similar)


def complaints(told: Any) -> Iterator[tuple[str, str, str]]:
    """Return field (``investors.0.conDate``), rule and text of each thing to correct."""
    rows = told if isinstance(told, list) else []
    for each in (row for row in rows if isinstance(row, dict)):
        field = re.sub(r"\[(\d+)\]", r".\1", str(each.get("path")))
        yield field, str(each.get("rule") or "40001"), str(each.get("msg") or "")


def _paper(file: Mapping[str, str]) -> Paper:
    path = _PAPER.fullmatch(file["path"])
    if path is None:
        raise Unknown("a file at a place the protocol does not know")
    name = f"{path[1]}.pdf"
    return Paper(name, file["title"], file["mediaType"], path[0], file["ticket"], file["sm3"])
