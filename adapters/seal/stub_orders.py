"""What becomes of an order of seals, and how the register shows it."""

import base64
import hashlib
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.hall.hours import BEIJING
from adapters.hall.papers.originals import sample_paper
from adapters.hall.store import instant
from adapters.seal.stub_rules import REASONS, SEAL_TYPES, SHOPS

#: When a seal reaches each status after it has been cut.
AFTER_CUTTING = {
    "01": timedelta(0),
    "03": timedelta(minutes=4),
    "07": timedelta(minutes=6),
    "04": timedelta(hours=2),
}


def stamp(at: datetime) -> str:
    """Write an instant as the register does."""
    return f"{at.astimezone(BEIJING):%Y%m%d%H%M%S}"


def taken(
    number: str,
    body: Mapping[str, Any],
    codes: Sequence[str],
    reason: str,
    times: Mapping[str, str],
) -> dict[str, Any]:
    """Return the order as the register keeps it; ``times`` says when it reaches which status."""
    seals = [
        {"sealType": seal["sealType"], "text": seal["text"], "sealCode": code}
        for seal, code in zip(body["seals"], codes, strict=True)
    ]
    known = ("clientNo", "uscc", "unitName", "shopCode")
    return {name: body[name] for name in known} | {
        "orderNo": number,
        "legalRep": body["legalRep"]["name"],
        "seals": seals,
        "times": dict(times),
        "returnCode": reason,
        "cancelled": False,
        "filed": False,
    }


def shown(order: Mapping[str, Any], now: datetime, dice: random.Random) -> dict[str, Any]:
    """Return the order as a query shows it at that instant."""
    returned = bool(order["returnCode"]) and instant(order["times"]["10"]) <= now
    seals = [_seal(order, seal, now, dice) for seal in order["seals"]]
    return {
        "orderNo": order["orderNo"],
        "clientNo": order["clientNo"],
        "uscc": order["uscc"],
        "shopCode": order["shopCode"],
        "shopName": SHOPS[order["shopCode"]][0],
        "cancelled": "1" if order["cancelled"] else "0",
        "returnCode": order["returnCode"] if returned else "",
        "returnMsg": REASONS[order["returnCode"]] if returned else "",
        "seals": seals,
        "certificate": _certificate(order) if order["filed"] else None,
    }


def _seal(
    order: Mapping[str, Any], seal: Mapping[str, str], now: datetime, dice: random.Random
) -> dict[str, Any]:
    way = ("00", "10") if order["returnCode"] or order["cancelled"] else ("00", *AFTER_CUTTING)
    times = [(status, instant(order["times"][status])) for status in way]
    changes = [{"status": s, "changeTime": stamp(at)} for s, at in times if at <= now]
    changes.append(dice.choice(changes))
    dice.shuffle(changes)
    filed = order["filed"]
    return {
        "sealType": seal["sealType"],
        "sealCode": seal["sealCode"] if filed else "",
        "filingNo": _filing_number(order, seal) if filed else "",
        "impression": _impression(seal) if filed else "",
        "changes": changes,
    }


def _filing_number(order: Mapping[str, Any], seal: Mapping[str, str]) -> str:
    return f"示公印备〔{stamp(instant(order['times']['03']))[:4]}〕{seal['sealCode'][-6:]}号"


def _impression(seal: Mapping[str, str]) -> str:
    picture = hashlib.sha256(f"{seal['sealCode']}{seal['text']}".encode()).hexdigest()
    return f"YM-{seal['sealCode']}-{picture[:8]}"


def _certificate(order: Mapping[str, Any]) -> dict[str, str]:
    lines = [
        f"使用单位：{order['unitName']}",
        f"统一社会信用代码：{order['uscc']}",
        f"法定代表人：{order['legalRep']}",
        f"刻制单位：{SHOPS[order['shopCode']][0]}",
        f"备案日期：{instant(order['times']['03']).astimezone(BEIJING):%Y年%m月%d日}",
        "",
    ]
    for seal in order["seals"]:
        title = SEAL_TYPES[seal["sealType"]]
        lines += [f"{title}  编码 {seal['sealCode']}", f"  备案编号 {_filing_number(order, seal)}"]
    paper = sample_paper("印章备案证明", lines)
    content = base64.b64encode(paper).decode()
    return {
        "name": "印章备案证明",
        "content": content,
        "sm3": hashlib.new("sm3", paper).hexdigest(),
    }
