"""The registrar's messages for people to read, wrong ones on purpose, and its clerk."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from flask import Response, request

from adapters.hall.clerk import Case, Clerk, Verdict, open_entry
from adapters.hall.speech import Change, Reading, Speech, Spoil, SpoilCall, answer, read
from adapters.hall.store import Exchange
from adapters.registration.stub import papers
from adapters.registration.stub import reviews as review
from adapters.registration.stub.crypto import new_keys, signed_with, signing_text, target_of
from adapters.registration.stub.door import CALLBACK_PATH, Refused

OPERATIONS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"POST /api/v2/establish", "establish"),
        (r"POST /api/v2/establish/withdraw", "withdraw"),
        (r"POST /api/v2/establish/[^/]+/supplement", "supplement"),
        (r"POST /api/v2/establish/[^/]+/materials", "late-materials"),
        (r"GET /api/v2/establish(/[^/]+)?", "query"),
        (r"PUT /api/v2/materials/[^/]+", "material"),
        (r"GET /api/v2/(licence|notice|names|ping)(/.*)?", r"\1"),
    )
)
SIGNED = frozenset({"x-app-key", "x-timestamp", "x-nonce", "x-sign"})
VOUCHED = "SM2：方法、路径与参数、正文的 SM3、x-timestamp、x-nonce"
NOBODY = {"acceptNo": "SL9901000000000000", "bizSerialNo": "NOBODY"}


def _operation(line: str) -> str:
    path = line.partition("?")[0]
    found = ((pattern.fullmatch(path), name) for pattern, name in OPERATIONS)
    return next((match.expand(name) for match, name in found if match), "")


def _reading(exchange: Exchange, raw: bytes, head: Mapping[str, str]) -> Reading:
    query = dict(parse_qsl(urlsplit(exchange.line.partition(" ")[2]).query))
    signed = {n.lower(): v for n, v in head.items() if n.lower() in SIGNED}
    fields = {**signed, **{f"?{n}": v for n, v in query.items()}, **read(raw).fields}
    serials = (fields.get(n) for n in ("bizSerialNo", "data.bizSerialNo", "?bizSerialNo"))
    case = next(filter(None, serials), "")
    return Reading(_operation(exchange.line), case, "utf-8", fields, ((0, len(raw)),), VOUCHED)


def _signed(stub: Any, body: bytes, over: bytes | None = None) -> Response:
    target, nonce = target_of(request.path, request.args), request.headers.get("x-nonce", "")
    signed = stub.door.headers("200", target, body if over is None else over, nonce)
    made = answer(body, "application/json; charset=utf-8")
    made.headers.update(signed)
    return made


def _changed(change: Callable[[dict[str, Any]], None]) -> Spoil:
    def spoilt(stub: Any, response: Response) -> Response:
        if not response.is_json:
            return response
        told = json.loads(response.get_data())
        change(told)
        return _signed(stub, json.dumps(told, ensure_ascii=False).encode())

    return spoilt


def _bad_signature(stub: Any, response: Response) -> Response:
    return _signed(stub, response.get_data(), response.get_data() + b" ")


def _busy(stub: Any, response: Response) -> Response:
    del response
    busy: Response = stub.door.answer(Refused("50300", "系统繁忙，未受理，请稍后重试"))
    return busy


def _wrong_ref(
    stub: Any, headers: Mapping[str, str], body: bytes
) -> tuple[Mapping[str, str], bytes]:
    del headers
    confused = json.dumps(json.loads(body) | NOBODY).encode()
    return stub.door.headers("POST", CALLBACK_PATH, confused), confused


def _other_key(
    stub: Any, headers: Mapping[str, str], body: bytes
) -> tuple[Mapping[str, str], bytes]:
    del stub
    stamp, nonce = headers["x-timestamp"], headers["x-nonce"]
    text = signing_text("POST", CALLBACK_PATH, body, stamp, nonce)
    return {**headers, "x-sign": signed_with(new_keys()[0], text)}, body


def _again(private: str, said: tuple[str, str, bytes], head: Mapping[str, str]) -> dict[str, str]:
    """Return the head with a signature over what is said now."""
    given = {name.lower(): value for name, value in head.items()}
    text = signing_text(*said, given.get("x-timestamp", ""), given.get("x-nonce", ""))
    return {n: signed_with(private, text) if n.lower() == "x-sign" else v for n, v in head.items()}


class RegistrationSpeech(Speech):
    """JSON, signed in the headers."""

    spoils: ClassVar[Mapping[str, Spoil]] = {
        "bad-signature": _bad_signature,
        "other-serial": _changed(lambda told: told["data"].update(NOBODY)),
        "unlisted-code": _changed(lambda told: told.update(code="79999", msg="未知状态")),
        "missing-field": _changed(lambda told: told["data"].pop("acceptNo", None)),
        "busy": _busy,
    }
    spoils_call: ClassVar[Mapping[str, SpoilCall]] = {
        "wrong-ref": _wrong_ref,
        "forge-key": _other_key,
    }

    def asked(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the request."""
        del stub
        return _reading(exchange, exchange.asked, exchange.asked_head)

    def answered(self, stub: Any, exchange: Exchange) -> Reading:
        """Read the answer."""
        del stub
        return _reading(exchange, exchange.answered, exchange.answered_head)

    def rewritten(self, stub: Any, exchange: Exchange, change: Change) -> Exchange:
        """Change both sides, and sign them again."""
        made = super().rewritten(stub, exchange, change)
        method, _, url = made.line.partition(" ")
        parts = urlsplit(url)
        target = target_of(unquote(parts.path), dict(parse_qsl(parts.query)))
        door = stub.door
        asked = _again(door.client_private, (method, target, made.asked), made.asked_head)
        told = _again(door.own_private, ("200", target, made.answered), made.answered_head)
        return replace(made, asked_head=asked, answered_head=told)

    def adopt(self, stub: Any, exchange: Exchange) -> None:
        """Take over the tickets of papers."""
        told = read(exchange.answered).fields
        for name, ticket in told.items():
            if name.endswith(".ticket"):
                path = told[name.removesuffix("ticket") + "path"]
                papers.honour(stub, ticket, path, told["data.acceptNo"])


STAGES = {
    review.TO_CORRECT: "correction", review.LICENSED: "done", review.GRANTED: "done",
    review.REFUSED: "refused", review.WITHDRAWN: "withdrawn",
}  # fmt: skip
BY_HAND: Mapping[str, Any] = {
    "approve": (review.GRANTED, None, []),
    "reject": (review.REFUSED, {"path": "", "rule": "R13", "msg": "经人工审核，不予登记。"}, []),
    "supplement": (review.TO_CORRECT, None, [
        {"path": "dom.detail", "rule": "R03", "msg": "经人工审核，住所信息请补正。"}]),
}  # fmt: skip


class RegistrationClerk(Clerk):
    """Whatever is not over can be decided."""

    def cases(self, stub: Any) -> list[Case]:
        """Return every application."""
        return [_case(stub, each) for each in stub.store.all("application").values()]

    def decide(self, stub: Any, case_id: str, verdict: Verdict) -> None:
        """Decide one now."""
        open_entry(stub, "application", case_id)
        stub.desk.decide(case_id, *BY_HAND[verdict])


def _case(stub: Any, application: Mapping[str, Any]) -> Case:
    timeline = application["timeline"]
    _, state = review.standing(timeline, stub.now())
    due = next((at for at, _ in timeline if at > stub.now().isoformat()), "")
    stage: Any = STAGES.get(state, "waiting")
    name = application["row"]["entName"]
    return Case(application["acceptNo"], name, "main", stage, review.STATE_TEXTS[state], due)
