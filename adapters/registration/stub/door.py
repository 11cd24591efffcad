"""The registrar's door: who may come in, and how every answer is signed."""

import json
import secrets
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Response, request

from adapters.hall.clock import RealClock
from adapters.hall.stub import kept
from adapters.registration.stub.crypto import (
    is_signed_by,
    new_keys,
    signed_with,
    signing_text,
    target_of,
)

APP_KEY = "kaiban-demo"
CALLBACK_PATH = "/callbacks/registration"
ACK = b'{"code":"00000"}'
WINDOW = timedelta(seconds=300)
_SHORTEST_NONCE, _LONGEST_NONCE = 16, 64


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """Ends a request with a code; ``data`` goes with it."""

    def __init__(self, code: str, text: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.data = data or {}


class Door:
    """Checks requests and signs answers; both pairs of demonstration keys are kept in ``folder``."""

    def __init__(self, folder: Path, clock: RealClock) -> None:
        self._clock = clock
        self.own_private, self.own_public = _pair(folder / "registration-department.pem")
        self.client_private, self._client_public = _pair(folder / "registration-client.pem")
        self._nonces: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def hand_over(self) -> dict[str, str]:
        """Return what the other side needs: its name, its key, our key."""
        return {
            "app_key": APP_KEY,
            "private_key": self.client_private,
            "department_key": self.own_public,
        }

    def admit(self) -> None:
        """Check the request at hand; raises Refused."""
        head = request.headers
        if head.get("x-app-key") != APP_KEY:
            raise Refused("40101", "应用标识不存在")
        stamp, nonce = head.get("x-timestamp", ""), head.get("x-nonce", "")
        sent = _instant(stamp)
        if sent is None or abs(self._clock.now() - sent) > WINDOW:
            raise Refused("40108", "时间戳超出允许范围")
        if not (nonce.isalnum() and _SHORTEST_NONCE <= len(nonce) <= _LONGEST_NONCE):
            raise Refused("40103", "随机串格式不符")
        target = target_of(request.path, request.args)
        text = signing_text(request.method, target, request.get_data(), stamp, nonce)
        if not is_signed_by(self._client_public, text, head.get("x-sign", "")):
            raise Refused("40102", "签名验证失败")
        if not self._first_use(nonce):
            raise Refused("40107", "随机串重复")

    def answer(self, answer: Any) -> Response:
        """Sign an answer: an object, a PDF, or a refusal."""
        if isinstance(answer, bytes):
            body, kind = answer, "application/pdf"
        else:
            body, kind = _envelope(answer), "application/json; charset=utf-8"
        target = target_of(request.path, request.args)
        response = Response(body, content_type=kind)
        # The request's nonce comes back, so that an answer cannot be passed off for another one.
        nonce = request.headers.get("x-nonce", "")
        response.headers.update(self.headers("200", target, body, nonce))
        return response

    def headers(self, first: str, target: str, body: bytes, nonce: str = "") -> dict[str, str]:
        """Sign what the department says; a new nonce unless one is to be echoed."""
        nonce = nonce or self.new_nonce()
        stamp = str(int(self._clock.now().timestamp() * 1000))
        sign = signed_with(self.own_private, signing_text(first, target, body, stamp, nonce))
        return {"x-timestamp": stamp, "x-nonce": nonce, "x-sign": sign}

    def new_nonce(self) -> str:
        """Make up something nobody can guess."""
        return secrets.token_hex(16)

    def _first_use(self, nonce: str) -> bool:
        with self._lock:
            oldest = self._clock.now() - 2 * WINDOW
            self._nonces = {n: at for n, at in self._nonces.items() if at > oldest}
            if nonce in self._nonces:
                return False
            self._nonces[nonce] = self._clock.now()
            return True


def _envelope(answer: Any) -> bytes:
    if isinstance(answer, Refused):
        told = {"code": answer.code, "msg": answer.text, "data": answer.data}
    else:
        told = {"code": "00000", "msg": "成功", "data": answer}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _instant(stamp: str) -> datetime | None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == len("1700000000000")):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)


def _pair(path: Path) -> tuple[str, str]:
    text = kept(path, lambda: "".join(new_keys()).encode()).decode()
    middle = text.index("-----BEGIN PUBLIC KEY-----")
    return text[:middle], text[middle:]
