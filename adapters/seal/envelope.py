"""The gateway's envelope as we make and open it: enciphered with SM4, signed with SM2.

See protocol.md, sections 1 and 2.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.wire import strict_json
from adapters.wire.sm2 import Signer, Verifier
from adapters.wire.sm4 import deciphered, enciphered

#: Free text of the gateway (protocol.md 2).
FREE = frozenset({"msg", "returnMsg"})
#: What an envelope carries: our requests, their answers, their pushes.
FIELDS = ("requestData", "responseData", "pushData")


class EnvelopeError(ValueError):
    """Not the gateway's, altered, or not made with the key we expected."""


@dataclass(frozen=True)
class Session:
    """A key and the name the gateway knows it by; the application key has no name."""

    id: str
    key: bytes


@dataclass(frozen=True)
class Envelopes:
    """Makes ours and opens theirs."""

    app_code: str
    signer: Signer
    verifier: Verifier

    def closed(self, session: Session, message: bytes, iv: bytes = b"") -> tuple[bytes, str]:
        """Return the body of a request and its signature; ``iv`` only for golden messages."""
        secret = enciphered(session.key, message, iv)
        seen = f"{self.app_code}\n{session.id}\n{secret}".encode()
        sign = base64.b64encode(self.signer.sign(seen)).decode("ascii")
        fields = {
            "appCode": self.app_code,
            "keyId": session.id,
            "requestData": secret,
            "sign": sign,
        }
        return json.dumps(fields).encode("ascii"), sign

    def opened(
        self, raw: bytes, field: str, *keys: Session, answer_to: str = ""
    ) -> dict[str, Any]:
        """Return what an answer or a push says; ``field`` is where it is, one of ``keys`` opens it.

        ``answer_to`` is the signature of our request; a push answers nothing.

        Raises EnvelopeError; nothing is read before the signature has been checked.
        """
        envelope = _object(raw)
        try:
            key_id, secret = str(envelope["keyId"]), str(envelope[field])
            sign = base64.b64decode(str(envelope["sign"]), validate=True)
        except (KeyError, ValueError) as wrong:
            raise EnvelopeError("not an envelope of the gateway") from wrong
        seen = f"{self.app_code}\n{key_id}\n{secret}\n{answer_to}".encode()
        if envelope.get("appCode") != self.app_code or not self.verifier.verify(seen, sign):
            raise EnvelopeError("the gateway's signature is wrong")
        return _object(_plain(secret, key_id, keys))


def message(transaction: str, number: str, body: Mapping[str, Any]) -> bytes:
    """Return a message of ours: always the same bytes for the same content."""
    whole = {"head": {"ywId": transaction, "msgId": number}, "body": body}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def within(raw: bytes, *keys: Session) -> dict[str, Any]:
    """Return what an envelope of either side holds, for reading only: nothing is checked.

    Raises EnvelopeError if none of the keys opens it.
    """
    envelope = _object(raw)
    secret = next((envelope[name] for name in FIELDS if name in envelope), "")
    return _object(_plain(str(secret), str(envelope.get("keyId", "")), keys))


def _plain(secret: str, key_id: str, keys: tuple[Session, ...]) -> bytes:
    key = next((each.key for each in keys if each.id == key_id), None)
    if key is None:
        raise EnvelopeError("enciphered with a key we do not use")
    try:
        return deciphered(key, secret)
    except ValueError as wrong:
        raise EnvelopeError("cannot be deciphered") from wrong


def _object(raw: bytes) -> dict[str, Any]:
    try:
        return strict_json.read(raw, FREE)
    except strict_json.UnreadableJsonError as wrong:
        raise EnvelopeError("not a JSON object in UTF-8") from wrong
