"""The client of protocol.md."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from adapters.base import BaseSettings
from adapters.http import Http, WireClock
from adapters.tls import Trust
from kaiban.ports import Misconfigured, Retryable, Unprocessable

DEADLINE = 10.0
MAX_ANSWER = 65536
TAKEN = 202
NEVER = (400, 422)


class Settings(BaseSettings):
    """Where the gateway is, and the token it knows us by."""

    token = fields.String(required=True)


class HttpTexts:
    """Hands messages to the gateway (kaiban.ports.Texts); may be used by many threads."""

    Settings = Settings

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        try:
            known = Settings().load(dict(settings))
        except ValidationError as error:
            raise Misconfigured(f"texts.settings: {error.messages}") from error
        self._token = known["token"]
        self._http = Http(
            known["url"], clock=clock, deadline=DEADLINE, max_bytes=MAX_ANSWER,
            trust=Trust.of(known),
        )  # fmt: skip

    def refuse_stubs(self) -> None:
        """From now on, raise Misconfigured for whatever a stub says."""
        self._http.refuse_stubs()

    def send(self, phone: str, text: str, message_id: str = "") -> None:
        """Hand it over; again in place only if it surely was not taken."""
        number = message_id or secrets.token_hex(16)
        body = json.dumps({"id": number, "to": phone, "text": text})
        if self._post(body.encode()) in NEVER:
            raise Unprocessable("the gateway will never take this message")

    @retry(
        retry=retry_if_exception_type(Retryable),
        stop=stop_after_attempt(3),
        wait=wait_random_exponential(multiplier=0.2, max=2),
        reraise=True,
    )
    def _post(self, body: bytes) -> int:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._http.exchange("POST", "/sms", body, headers, ok=(TAKEN, *NEVER)).status
