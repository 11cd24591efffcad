"""Talking to the gateway: one message in one envelope, under a session key we share with our threads."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from adapters.base import SessionCache
from adapters.http import Http
from adapters.seal.envelope import EnvelopeError, Envelopes, Session, message, within
from kaiban.ports import Misconfigured, Retryable, Unknown

_Object = Mapping[str, Any]

ENDED = "101"
KEYS_WRONG = frozenset({"110", "111", "120"})
#: Codes of a gateway that could not read what it was sent.
UNREAD = KEYS_WRONG | {ENDED}


class Line:
    """Sends messages and brings the answers, whose signature and number have been checked."""

    def __init__(
        self, http: Http, envelopes: Envelopes, application: Session, sessions: SessionCache
    ) -> None:
        self._http = http
        self._envelopes = envelopes
        self._application = application
        self._sessions = sessions

    def ask(self, transaction: str, body: _Object) -> tuple[_Object, _Object]:
        """Head and body of the answer to something that commits nothing."""
        return self.talk(message(transaction, secrets.token_hex(16), body))

    def talk(self, plain: bytes) -> tuple[_Object, _Object]:
        """Head and body of the answer; a session that has ended is renewed, once."""
        session = self._sessions.get(self._sign_in)
        answer = self._exchange(session, plain)
        if answer[0]["code"] == ENDED:
            self._sessions.drop(session)
            session = self._sessions.get(self._sign_in)
            answer = self._exchange(session, plain)
        if answer[0]["code"] == ENDED:
            self._sessions.drop(session)
            raise Retryable("somebody else ends our sessions")
        return answer

    def push(self, raw: bytes) -> dict[str, Any]:
        """Return what a push says; raises EnvelopeError."""
        return self._envelopes.opened(raw, "pushData", self._application)

    def plain(self, raw: bytes) -> dict[str, Any]:
        """Return what an envelope holds, ours or theirs, believed or not; raises EnvelopeError."""
        session = self._sessions.peek()
        return within(raw, *filter(None, (self._application, session)))

    def _sign_in(self) -> Session:
        try:
            head, body = self._exchange(
                self._application, message("GY0001", secrets.token_hex(16), {})
            )
            if head["code"] in KEYS_WRONG:
                raise Misconfigured(f"the gateway does not accept our keys: code {head['code']}")
            return Session(str(body["keyId"]), bytes.fromhex(body["sessionKey"]))
        except (Unknown, KeyError, ValueError) as lost:
            # A session key nobody heard of does nothing: the application was surely not sent.
            raise Retryable("no session") from lost

    def _exchange(self, session: Session, plain: bytes) -> tuple[_Object, _Object]:
        sealed, sign = self._envelopes.closed(session, plain)
        answer = self._http.exchange(
            "POST", "/gateway", sealed, headers={"Content-Type": "application/json"}
        )
        try:
            whole = self._envelopes.opened(
                answer.body, "responseData", session, self._application, answer_to=sign
            )
            head, body = whole["head"], whole["body"]
            theirs = head["ywId"], head["msgId"]
            code, _ = head["code"], head["msg"]
        except (EnvelopeError, KeyError, TypeError) as wrong:
            raise Unknown(f"not an answer of the gateway: {type(wrong).__name__}") from wrong
        asked = json.loads(plain)["head"]
        if code not in UNREAD and theirs != (asked["ywId"], asked["msgId"]):
            raise Unknown("the answer to another message")
        return head, body
