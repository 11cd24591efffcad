"""The gateway's envelopes opened for people to read, wrong ones on purpose, and its clerk."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from flask import Response, g

from adapters.hall.clerk import Case, Clerk, ClerkError, Verdict, open_entry
from adapters.hall.speech import (
    Change,
    Reading,
    Speech,
    Spoil,
    SpoilCall,
    answer,
    read,
    rewritten_value,
)
from adapters.hall.store import Exchange, instant
from adapters.seal import stub_rules as rules
from adapters.seal.stub_envelope import lock, unlock
from adapters.seal.stub_orders import AFTER_CUTTING
from adapters.wire.reading import flat

VOUCHED = "SM2：appCode、keyId、密文；回复还包括请求的 sign"
NOBODY = {"uscc": "91990100NOBODY0000", "orderNo": "GZ00000000000000"}


def opened(stub: Any, raw: bytes) -> tuple[dict[str, Any], Any]:
    """Return the envelope and what is in it; an empty one and None if it cannot be opened."""
    try:
        envelope = json.loads(raw)
        data = next(
            envelope[name]
            for name in ("requestData", "responseData", "pushData")
            if name in envelope
        )
        return envelope, unlock(stub.key_of(envelope["keyId"]), data)
    except (ValueError, KeyError, TypeError, StopIteration):
        return {}, None


def _reading(stub: Any, raw: bytes) -> Reading:
    envelope, inner = opened(stub, raw)
    if inner is None:
        return read(raw)
    fields = {f"envelope.{n}": v for n, v in envelope.items() if not n.endswith("Data")}
    fields |= dict(flat(inner))
    data = next(value for name, value in envelope.items() if name.endswith("Data"))
    start = raw.index(data.encode())
    case = fields.get("body.uscc") or fields.get("uscc") or fields.get("body.orders.0.uscc", "")
    operation = fields.get("head.ywId", "")
    covered = ((start, start + len(data)),)
    return Reading(operation, case, "SM4-CBC, utf-8", fields, covered, VOUCHED)


def _changed(change: Callable[[dict[str, Any]], Any]) -> Spoil:
    def spoilt(stub: Any, response: Response) -> Response:
        envelope, inner = opened(stub, response.get_data())
        if inner is None:
            return response
        change(inner)
        return _sealed(stub, envelope["keyId"], inner)

    return spoilt


def _sealed(stub: Any, key_id: str, inner: Any) -> Response:
    made: Response = stub.sealed(key_id, inner, json.loads(g.asked)["sign"])
    return made


def _bad_signature(stub: Any, response: Response) -> Response:
    envelope = json.loads(response.get_data())
    envelope["sign"] = stub.client_pair.sign("not what it says")
    return answer(json.dumps(envelope).encode(), "application/json")


def _saying(code: str, body: Callable[[Any], dict[str, Any]]) -> Spoil:
    def said(stub: Any, response: Response) -> Response:
        del response
        envelope, asked = opened(stub, g.asked)
        told = body(stub)
        text = rules.REASONS.get(told.get("reason", "")) or rules.TEXTS[code]
        if code == "101":
            head = {"ywId": "", "msgId": "", "code": code, "msg": text}
            return _sealed(stub, "", {"head": head, "body": {}})
        head = {**asked["head"], "code": code, "msg": text}
        return _sealed(stub, envelope["keyId"], {"head": head, "body": told})

    return said


def _second_order(stub: Any, response: Response) -> Response:
    _, asked = opened(stub, g.asked)
    _, told = opened(stub, response.get_data())
    if asked and asked["head"]["ywId"] == "GY0101" and told["head"]["code"] == "000":
        with stub.store.atomic():
            stub.take(asked["body"], stub.now())
    return response


def _resigned(
    stub: Any, body: bytes, change: Mapping[str, Any], pair: Any
) -> tuple[Mapping[str, str], bytes]:
    envelope, push = opened(stub, body)
    data = lock(stub.key_of(""), {**push, **change})
    sign = pair.sign(f"{envelope['appCode']}\n\n{data}\n")
    told = json.dumps({**envelope, "pushData": data, "sign": sign}).encode()
    return {"Content-Type": "application/json"}, told


def _resealed(
    stub: Any, raw: bytes, change: Change, pair: Any, also: str = ""
) -> tuple[bytes, str]:
    """Return an envelope with its content changed, and its signature; one that cannot be opened stays closed."""
    envelope, inner = opened(stub, raw)
    if inner is None:
        return raw, ""
    name = next(each for each in envelope if each.endswith("Data"))
    data = lock(stub.key_of(envelope["keyId"]), rewritten_value(inner, change))
    sign = pair.sign(f"{envelope['appCode']}\n{envelope['keyId']}\n{data}{also}")
    return json.dumps({**envelope, name: data, "sign": sign}).encode(), sign


class SealSpeech(Speech):
    """Enciphered JSON in a signed envelope."""

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "bad-signature": _bad_signature,
        "other-serial": _changed(lambda told: told["head"].update(msgId="NOBODY")),
        "unlisted-code": _changed(lambda told: told["head"].update(code="777", msg="未知状态")),
        "missing-field": _changed(lambda told: told["head"].pop("code", None)),
        "duplicate-case": _second_order,
        "busy": _saying("306", lambda _: {"reason": "S06"}),
        "closed": _saying("102", lambda s: {"opensAt": s.next_opening(s.now()).isoformat()}),
        "session-expired": _saying("101", lambda _: {}),
    }
    spoils_call: ClassVar[Mapping[str, SpoilCall]] = {
        "wrong-ref": lambda stub, _, body: _resigned(stub, body, NOBODY, stub.gateway_pair),
        "forge-key": lambda stub, _, body: _resigned(stub, body, {}, stub.client_pair),
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        return _reading(stub, exchange.asked)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        return _reading(stub, exchange.answered)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change what is in the envelopes; seal and sign them again, the answer over the request's new signature."""
        asked, sign = _resealed(stub, exchange.asked, change, stub.client_pair)
        answered, _ = _resealed(stub, exchange.answered, change, stub.gateway_pair, f"\n{sign}")
        return replace(exchange, asked=asked, answered=answered)

    def adopt(self, stub: Any, exchange: Exchange) -> None:
        """Take over a session: what follows is enciphered with its key."""
        _, told = opened(stub, exchange.answered)
        if told and told["head"]["ywId"] == "GY0001" and told["head"]["code"] == "000":
            stub.begin_session(told["body"]["keyId"], told["body"]["sessionKey"])


class SealClerk(Clerk):
    """Whatever is neither filed, nor returned, nor cancelled can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every order."""
        return [_case(stub, order) for order in stub.store.all("order").values()]

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Cut and file the seals now, or return the order."""
        order = open_entry(stub, "order", case_id)
        if _case(stub, order).stage != "waiting":
            raise ClerkError("该订单已有结果")
        now = stub.now()
        times = {status: (now + (after - AFTER_CUTTING["03"])).isoformat()
                 for status, after in AFTER_CUTTING.items()}  # fmt: skip
        times |= {"00": order["times"]["00"], "10": now.isoformat()}
        code = {"approve": "", "reject": "S03", "supplement": "S02"}[verdict]
        stub.store.put("order", case_id, {**order, "times": times, "returnCode": code})
        for seal in order["seals"]:
            topic = f"{seal['sealType']}:{'10' if code else '03'}"
            stub.call_back(now, "/callbacks/seal", case_id, topic)
        stub.refresh()


def _case(stub: Any, order: Mapping[str, Any]) -> Case:
    times = {status: instant(at) for status, at in order["times"].items()}
    returned = bool(order["returnCode"]) and times["10"] <= stub.now()
    stage, state = next(
        shown
        for shown, so in (
            (("withdrawn", "已撤销"), order["cancelled"]),
            (("refused", "不予备案"), returned and order["returnCode"] in rules.FOR_GOOD),
            (("correction", "已退回"), returned),
            (("done", "已备案"), order["filed"]),
            (("waiting", "制作中"), times["01"] <= stub.now() and not order["returnCode"]),
            (("waiting", "待制作"), True),
        )
        if so
    )
    due = times["10"] if order["returnCode"] else times["03"]
    shown_due = due.isoformat() if stage == "waiting" else ""
    return Case(order["orderNo"], order["unitName"], "main", stage, state, shown_due)  # type: ignore[arg-type] # the stages stand above
