"""The pretended seal filing gateway (protocol.md)."""

import json
import re
import secrets
import threading
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask, Response, abort, request

from adapters.hall.hours import BEIJING, Days, Hours
from adapters.hall.sm2 import KeyPair
from adapters.hall.store import instant
from adapters.hall.stub import HallContext, Stub
from adapters.seal import stub_orders as orders
from adapters.seal import stub_rules as rules
from adapters.seal.stub_envelope import lock, unlock
from adapters.seal.stub_speech import SealClerk, SealSpeech

Answer = tuple[str, dict[str, Any]]

APP_CODE = "KBYB01"
SESSION = timedelta(hours=2)
HEAD = {"ywId": re.compile(r"GY\d{4}"), "msgId": re.compile(r"[0-9A-Za-z]{1,32}")}
ANYTHING = re.compile(r".*", re.DOTALL)


class SealStub(Stub):
    """Takes orders, cuts seals in 30 to 90 minutes, files them, tells whoever asks or wants to be told."""

    name = "seal"
    title = "公章刻制"
    port = 7102
    hours = Hours(time(8, 30), time(17, 30), Days.WITH_SATURDAYS)
    speech = SealSpeech()
    clerk = SealClerk()

    def __init__(self, hall: HallContext) -> None:
        super().__init__(hall)
        self._gate = threading.Lock()
        # Sessions die with the gateway, as theirs do.
        self._session: dict[str, Any] = {}
        self._app_key = self.secret("seal-application.key", 16).decode()
        self.gateway_pair = self._pair("seal-gateway.json")
        self.client_pair = self._pair("seal-client.json")

    def routes(self, app: Flask) -> None:
        """One address for everything."""
        app.add_url_rule("/gateway", view_func=self._gateway, methods=["POST"])

    def settings(self) -> dict[str, Any]:
        """Return what the office gives to those it admits."""
        return {
            "url": self.url,
            "app_code": APP_CODE,
            "app_key": self._app_key,
            "private_key": self.client_pair.private_pem,
            "gateway_key": self.gateway_pair.public_pem,
        }

    def refresh(self) -> None:
        """File every seal that is due."""
        for number in self.store.all("order"):
            self._filed(number)

    def callback_message(self, key: str, topic: str) -> tuple[Mapping[str, str], bytes]:
        """Return a push about one seal of the order ``key``; the topic is type and status."""
        order = self.store.get("order", key) or {}
        seal_type, _, status = topic.partition(":")
        seal = next(each for each in order["seals"] if each["sealType"] == seal_type)
        push = {
            "uscc": order["uscc"],
            "orderNo": key,
            "sealCode": seal["sealCode"],
            "sealType": seal_type,
            "status": "10" if order["cancelled"] else status,
            "changeTime": orders.stamp(self.now()),
        }
        data = lock(self._app_key, push)
        sign = self.gateway_pair.sign(f"{APP_CODE}\n\n{data}\n")
        body = {"appCode": APP_CODE, "keyId": "", "pushData": data, "sign": sign}
        return {"Content-Type": "application/json"}, json.dumps(body).encode()

    def callback_accepted(self, status: int, body: bytes) -> bool:
        """Only the agreed words are thanks."""
        return status == 200 and body.strip() == b'{"code":"000"}'

    # --- the envelope -------------------------------------------------------------------------------

    def _gateway(self) -> Response:
        envelope = request.get_json(force=True, silent=True)
        expected = {"appCode", "keyId", "requestData", "sign"}
        if not isinstance(envelope, dict) or set(envelope) != expected:
            abort(400)
        if envelope["appCode"] != APP_CODE:
            abort(403)
        return self.sealed(*self._answered(envelope), envelope["sign"])

    def sealed(self, key_id: str, answer: Mapping[str, Any], request_sign: str) -> Response:
        """Return an answer in its envelope."""
        data = lock(self._key(key_id) or self._app_key, answer)
        sign = self.gateway_pair.sign(f"{APP_CODE}\n{key_id}\n{data}\n{request_sign}")
        told = {"appCode": APP_CODE, "keyId": key_id, "responseData": data, "sign": sign}
        return Response(json.dumps(told), content_type="application/json")

    def key_of(self, key_id: str) -> str:
        """Return the key of a session, over or not, for whoever reads the journal; or KeyError."""
        if not key_id:
            return self._app_key
        kept = self.store.get("session_key", key_id)
        if kept is None:
            raise KeyError(key_id)
        return str(kept["key"])

    def _answered(self, envelope: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """Return which key the answer is enciphered with, and the answer."""
        key_id = envelope["keyId"]
        signed = f"{envelope['appCode']}\n{key_id}\n{envelope['requestData']}"
        if not self.client_pair.signed(signed, envelope["sign"]):
            return "", _message({}, "110")
        key = self._key(key_id)
        if key is None:
            return "", _message({}, "101")
        try:
            asked = unlock(key, envelope["requestData"])
        except ValueError:
            return "", _message({}, "111")
        return key_id, self._reply(asked, key_id)

    def _reply(self, asked: Any, key_id: str) -> dict[str, Any]:
        wrong = rules.wrong_field({"head": HEAD, "body": ANYTHING}, asked, "message")
        head = {} if wrong else asked["head"]
        transaction = self._transactions().get(head.get("ywId", ""))
        if transaction is None or (key_id == "") != (head["ywId"] == "GY0001"):
            return _message(head, "120", msg=f"报文格式错误：{wrong or 'ywId'}")
        self.operation(head["ywId"])
        wrong = rules.wrong_field(rules.SHAPES[head["ywId"]], asked["body"])
        if wrong:
            return _message(head, "120", msg=f"报文格式错误：{wrong}")
        # One at a time, or the same message twice at once would be taken twice.
        with self.store.atomic():
            if head["msgId"] in self._seen(key_id):
                return _message(head, "201")
            code, body = transaction(asked["body"])
            if code == "000":
                self._seen(key_id).add(head["msgId"])
        return _message(head, code, body)

    def _key(self, key_id: str) -> str | None:
        if not key_id:
            return self._app_key
        with self._gate:
            session = self._session
        alive = session.get("id") == key_id and self.hall.real.now() < session["until"]
        return str(session["key"]) if alive else None

    def _seen(self, key_id: str) -> set[str]:
        """Return the numbers of the messages taken in this session."""
        with self._gate:
            return self._session["seen"] if self._session.get("id") == key_id else set()

    def _transactions(self) -> dict[str, Any]:
        return {
            "GY0001": self._new_session,
            "GY0101": self._order,
            "GY0102": self._query,
            "GY0103": self._cancel,
            "GY0104": self._shops,
        }

    # --- the transactions ---------------------------------------------------------------------------

    def _new_session(self, body: Mapping[str, Any]) -> Answer:
        del body  # it is empty
        key_id, key = secrets.token_hex(8), secrets.token_hex(16)
        self.begin_session(key_id, key)
        return "000", {"keyId": key_id, "sessionKey": key}

    def begin_session(self, key_id: str, key: str) -> None:
        """Begin a session; the one before it is over."""
        until = self.hall.real.now() + SESSION
        with self._gate:
            self._session = {"id": key_id, "key": key, "seen": set(), "until": until}
        self.store.put("session_key", key_id, {"key": key})

    def _order(self, body: Mapping[str, Any]) -> Answer:
        now = self.now()
        if not self.open_at(now):
            return "102", {"opensAt": self.next_opening(now).isoformat()}
        reason = self._at_order(body)
        if reason:
            return f"3{reason[1:]}", {"reason": reason}
        number = self.take(body, now)
        if "测试超时" in self.magic(body["unitName"]) and self._meets(body["uscc"], "timeout"):
            self.lose_answer()
        return "000", {"orderNo": number}

    def _query(self, body: Mapping[str, Any]) -> Answer:
        wanted = body["sealType"]
        found = [
            orders.shown(order, self.now(), self.draw(order["orderNo"], "shown"))
            for order in self._orders(body["uscc"])
            if not wanted or any(seal["sealType"] == wanted for seal in order["seals"])
        ]
        return "000", {"orders": found}

    def _cancel(self, body: Mapping[str, Any]) -> Answer:
        order = self.store.get("order", body["orderNo"])
        if order is None or order["uscc"] != body["uscc"]:
            return "321", {}
        if not order["returnCode"] and instant(order["times"]["01"]) <= self.now():
            return "320", {}
        self.store.put("order", order["orderNo"], order | {"cancelled": True})
        return "000", {}

    def _shops(self, body: Mapping[str, Any]) -> Answer:
        del body  # it is empty
        shops = [
            {"shopCode": code, "name": name, "state": state}
            for code, (name, state) in rules.SHOPS.items()
        ]
        return "000", {"shops": shops}

    # --- orders -------------------------------------------------------------------------------------

    def take(self, body: Mapping[str, Any], now: datetime) -> str:
        """Write the order down and plan all that will happen to it."""
        number = f"GZ{now.astimezone(BEIJING):%Y%m%d}{self.store.next_number('order'):06}"
        codes = [f"{body['regionCode']}{self.store.next_number('seal'):07}" for _ in body["seals"]]
        reason = self._in_review(body)
        order = orders.taken(number, body, codes, reason, self._times(number, now))
        self.store.put("order", number, order)
        company = self.store.get("company", body["uscc"]) or {"orders": []}
        self.store.put("company", body["uscc"], {"orders": [*company["orders"], number]})
        status = "10" if reason else "03"
        # The register is known for saying some things twice.
        for seal in [*order["seals"], order["seals"][0]]:
            at = instant(order["times"][status])
            self.call_back(at, "/callbacks/seal", number, f"{seal['sealType']}:{status}")
        return number

    def _times(self, number: str, now: datetime) -> dict[str, str]:
        cut = now + self.lasting(number, "cutting", timedelta(minutes=45), timedelta(minutes=85))
        looked = now + self.lasting(number, "look", timedelta(minutes=15), timedelta(minutes=30))
        cut, looked = self.next_opening(cut), self.next_opening(looked)
        spans = orders.AFTER_CUTTING.items()
        times = {status: cut + span / self.hall.pace for status, span in spans}
        times |= {"00": now, "10": looked}
        return {status: at.isoformat() for status, at in times.items()}

    def _orders(self, uscc: str) -> list[dict[str, Any]]:
        company = self.store.get("company", uscc) or {"orders": []}
        return [self._filed(number) for number in company["orders"]]

    def _filed(self, number: str) -> dict[str, Any]:
        """Return the order; once its seals are in the register, that is written down."""
        with self.store.atomic():
            order = self.store.get("order", number) or {}
            due = instant(order["times"]["03"]) <= self.now()
            if due and not (order["filed"] or order["cancelled"] or order["returnCode"]):
                order["filed"] = True
                self.store.put("order", number, order)
                self.commit(order["uscc"], "main", order["clientNo"])
        return order

    # --- findings -----------------------------------------------------------------------------------

    def _at_order(self, body: Mapping[str, Any]) -> str:
        if "测试驳回" in self.magic(body["unitName"]) or self._has_official_seal(body["uscc"]):
            return "S03"
        seen = next((reason for reason, applies in rules.AT_ORDER if applies(body)), "")
        return seen or self._steered(body, in_review=False)

    def _in_review(self, body: Mapping[str, Any]) -> str:
        seen = next((reason for reason, applies in rules.IN_REVIEW if applies(body)), "")
        if not seen and "测试补正" in self.magic(body["unitName"]):
            seen = "S05" if self._meets(body["uscc"], "correction") else ""
        return seen or self._steered(body, in_review=True)

    def _steered(self, body: Mapping[str, Any], *, in_review: bool) -> str:
        for reason in self.findings_in(body["unitName"], "S"):
            late = reason in rules.FOUND_IN_REVIEW
            if (
                reason in rules.REASONS
                and late == in_review
                and (reason in rules.FOR_GOOD or self._meets(body["uscc"], reason))
            ):
                return reason
        return ""

    def _meets(self, uscc: str, what: str) -> bool:
        """Tell whether the company meets this for the first time."""
        met = self.store.get("met", f"{uscc}:{what}") is not None
        self.store.put("met", f"{uscc}:{what}", {})
        return not met

    def _has_official_seal(self, uscc: str) -> bool:
        return any(
            order["filed"] and any(seal["sealType"] == rules.OFFICIAL for seal in order["seals"])
            for order in self._orders(uscc)
        )

    def _pair(self, name: str) -> KeyPair:
        return KeyPair.kept_in(self.hall.secrets / name)


def _message(
    head: Mapping[str, str], code: str, body: dict[str, Any] | None = None, msg: str = ""
) -> dict[str, Any]:
    body = body or {}
    text = msg or rules.REASONS.get(body.get("reason", "")) or rules.TEXTS[code]
    said = {"ywId": head.get("ywId", ""), "msgId": head.get("msgId", "")}
    return {"head": said | {"code": code, "msg": text}, "body": body}
