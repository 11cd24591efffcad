"""The registrar's signed exchange (protocol.md 2): what is signed, and what is believed."""

import base64
import binascii
import secrets
import threading  # kit: the memory for replays is shared by threads
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from adapters.base import Answer, WireClock
from adapters.http import Http
from adapters.wire.sm2 import Signer, Verifier, sm3
from kaiban.ports import Forged, RawCallback, Unknown

WINDOW = timedelta(seconds=300)
_JSON = "application/json; charset=utf-8"


class SignedChannel:
    """Signs each request when it is sent and believes only what the department has signed."""

    def __init__(
        self, http: Http, clock: WireClock, app_key: str, signer: Signer, verifier: Verifier
    ) -> None:
        self._http = http
        self._clock = clock
        self._app_key = app_key
        self._signer = signer
        self._verifier = verifier
        self._seen: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def call(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> bytes:
        """Exchange once; what the base's exchange raises, and Unknown for an answer nobody signed."""
        target = _target(path, query or {})
        nonce = secrets.token_hex(16)
        answer = self._http.exchange(
            method, target, body, self._headers(method, target, body, nonce)
        )
        self._check(answer, target, nonce)
        return answer.body

    def check(self, raw: RawCallback) -> None:
        """Check that a callback is from the department, fresh, and heard for the first time.

        Raises Forged. The memory for replays is this process's own: all a replay in another
        process could do is to make us look once more.
        """
        head = {name.lower(): value for name, value in raw.headers.items()}
        stamp, nonce = head.get("x-timestamp", ""), head.get("x-nonce", "")
        sent = _instant(stamp)
        if sent is None or abs(self._clock.now() - sent) > WINDOW:
            raise Forged("the time-stamp is missing or out of the window")
        text = _text("POST", raw.path, raw.body, stamp, nonce)
        if not self._verifier.verify(text, _signature(head)):
            raise Forged("the signature is missing or wrong")
        if not self._first(nonce):
            raise Forged("replayed")

    def _headers(self, method: str, target: str, body: bytes, nonce: str) -> dict[str, str]:
        stamp = str(int(self._clock.now().timestamp() * 1000))
        signature = self._signer.sign(_text(method, target, body, stamp, nonce))
        return {
            "Content-Type": _JSON,
            "x-app-key": self._app_key,
            "x-timestamp": stamp,
            "x-nonce": nonce,
            "x-sign": base64.b64encode(signature).decode(),
        }

    def _check(self, answer: Answer, target: str, nonce: str) -> None:
        head = {name.lower(): value for name, value in answer.headers.items()}
        stamp = head.get("x-timestamp", "")
        text = _text(str(answer.status), target, answer.body, stamp, nonce)
        if head.get("x-nonce") != nonce or not self._verifier.verify(text, _signature(head)):
            raise Unknown("the answer is not signed by the department, or not for this request")

    def _first(self, nonce: str) -> bool:
        now = self._clock.now()
        with self._lock:
            self._seen = {n: at for n, at in self._seen.items() if now - at < 2 * WINDOW}
            if nonce in self._seen:
                return False
            self._seen[nonce] = now
            return True


def _target(path: str, query: Mapping[str, str]) -> str:
    pairs = [f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in sorted(query)]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


def _text(first: str, target: str, body: bytes, stamp: str, nonce: str) -> bytes:
    return "\n".join([first, target, sm3(body), stamp, nonce]).encode()


def _signature(head: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(head.get("x-sign", ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _instant(stamp: str) -> datetime | None:
    # 13 digits: milliseconds since 1970.
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == len("1700000000000")):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)
