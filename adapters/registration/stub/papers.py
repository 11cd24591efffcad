"""The papers the pretended registrar issues, and the tickets that open them."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.hall.papers.originals import sample_paper
from adapters.hall.stub import Stub
from adapters.registration.stub.crypto import digest
from adapters.registration.stub.door import Refused
from adapters.registration.stub.kinds import kind_of
from adapters.registration.stub.names import DISTRICTS, PREFECTURE

OFFICE = "示范市市场监督管理局"
TITLES = {"licence": "电子营业执照", "notice": "登记通知书"}
_TICKET_LIFE = timedelta(minutes=10)

Application = Mapping[str, Any]


def offered(stub: Stub, application: Application) -> list[dict[str, str]]:
    """Announce both papers, each with a new ticket that opens it once."""
    return [_offer(stub, application, kind) for kind in TITLES]


def handed_over(stub: Stub, kind: str, number: str, ticket: str) -> bytes:
    """Return the paper the ticket is for and use the ticket up; raises Refused."""
    with stub.store.atomic():
        held = stub.store.get("ticket", ticket)
        stub.store.remove("ticket", ticket)
    if held is None or (held["kind"], held["paper"]) != (kind, number):
        raise Refused("41001", "票据不存在或者已使用")
    if datetime.fromisoformat(held["until"]) < stub.hall.real.now():
        raise Refused("41001", "票据已过期")
    return _printed(stub.store.get("application", held["acceptNo"]) or {}, kind)


def issued(stub: Stub) -> list[bytes]:
    """Return every paper of what has been granted."""
    granted = [each for each in stub.store.all("application").values() if each.get("licence")]
    return [_printed(each, kind) for each in granted for kind in TITLES]


def honour(stub: Stub, ticket: str, path: str, accept_no: str) -> None:
    """Let a ticket drawn elsewhere open a paper."""
    kind, _, number = path.removesuffix(".pdf").removeprefix("/api/v2/").partition("/")
    until = (stub.hall.real.now() + _TICKET_LIFE).isoformat()
    held = {"kind": kind, "paper": number, "until": until, "acceptNo": accept_no}
    stub.store.put("ticket", ticket, held)


def _offer(stub: Stub, application: Application, kind: str) -> dict[str, str]:
    number = application["licence"]["uniscid"] if kind == "licence" else application["acceptNo"]
    ticket = secrets.token_hex(16)
    until = (stub.hall.real.now() + _TICKET_LIFE).isoformat()
    held = {"kind": kind, "paper": number, "until": until, "acceptNo": application["acceptNo"]}
    stub.store.put("ticket", ticket, held)
    return {
        "title": TITLES[kind],
        "mediaType": "application/pdf",
        "sm3": digest(_printed(application, kind)),
        "path": f"/api/v2/{kind}/{number}.pdf",
        "ticket": ticket,
    }


def _printed(application: Application, kind: str) -> bytes:
    row, licence = application["row"], application["licence"]
    of = kind_of(row)
    text = {
        "licence": (
            f"统一社会信用代码：{licence['uniscid']}",
            f"名称：{row['entName']}",
            *of.items(row),
            f"成立日期：{licence['estDate']}",
            f"{of.seat}：{_seat(row['dom'])}",
            f"经营范围：{row['opScope']}",
            f"执照编号：{licence['licenceNo']}",
            f"登记机关：{OFFICE}（虚构）",
        ),
        "notice": (
            f"受理号：{application['acceptNo']}",
            f"{row['entName']}：",
            # Nothing of materials: they may follow after the decision (容缺), or never have come.
            "你单位提交的设立登记申请，经审查，我局决定准予登记。",
            f"统一社会信用代码：{licence['uniscid']}",
            f"{OFFICE}（虚构）  {licence['estDate']}",
        ),
    }
    return sample_paper(TITLES[kind], text[kind])


def _seat(dom: Mapping[str, Any]) -> str:
    """The address with its region once in front, also where the applicant wrote it there."""
    district = DISTRICTS.get(dom["region"], "")
    written = rf"(?:(?:[\u4e00-\u9fff]{{2,6}}省)?\s*{PREFECTURE}\s*)?(?:{district})?\s*"
    return PREFECTURE + district + re.sub(rf"\A{written}", "", dom["detail"])
