"""A pretended gateway for short messages: what it takes is shown on the hall's page, and nowhere sent.

Speaks adapters/texts/protocol.md; written from that page, with none of the client's code.
"""

import hmac
import json
import re
import threading
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

SHOWN = 20
LONGEST = 500
NUMBER = re.compile(r"1[0-9]{10}", re.ASCII)


@dataclass(frozen=True)
class Message:
    """One message as it was taken; ``at`` is the hall's instant."""

    id: str
    to: str
    text: str
    at: str


class Outbox:
    """The last messages, newest first; the same id is taken once."""

    def __init__(self) -> None:
        self._kept: deque[Message] = deque(maxlen=SHOWN)
        self._ids: set[str] = set()
        self._lock = threading.Lock()

    def take(self, message: Message) -> None:
        """Keep it, unless it is a repetition."""
        with self._lock:
            if message.id not in self._ids:
                self._ids.add(message.id)
                self._kept.appendleft(message)

    def all(self) -> list[Message]:
        """Return what is kept, newest first."""
        with self._lock:
            return list(self._kept)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()
            self._ids.clear()


def gateway(hall: Any) -> Blueprint:
    """Return the gateway's views over a hall's outbox."""
    texts = Blueprint("texts", __name__)

    @texts.post("/sms")
    def take() -> Any:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), hall.texts_token.encode()):
            abort(HTTPStatus.UNAUTHORIZED, "another token is expected")
        hall.outbox.take(_message(_body(), hall.clock.now().isoformat()))
        return "", HTTPStatus.ACCEPTED

    @texts.get("/sms")
    def shown() -> Response:
        return jsonify([vars(each) for each in hall.outbox.all()])

    return texts


def _body() -> dict[str, str]:
    try:
        body: Any = json.loads(request.get_data())
    except ValueError:
        abort(HTTPStatus.BAD_REQUEST, "the body is not JSON")
    fits = isinstance(body, dict) and set(body) == {"id", "to", "text"}
    if not fits or not all(isinstance(each, str) for each in body.values()):
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "expected the strings id, to and text")
    return dict(body)


def _message(body: dict[str, str], at: str) -> Message:
    if not NUMBER.fullmatch(body["to"]) or not 0 < len(body["text"]) <= LONGEST:
        abort(HTTPStatus.UNPROCESSABLE_ENTITY, "no mobile number, or no text of a message")
    return Message(**body, at=at)
