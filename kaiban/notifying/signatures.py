"""Signatures of webhooks in the form of Standard Webhooks (https://www.standardwebhooks.com).

A secret is ``whsec_`` and base64 of 24 to 64 random bytes. What is signed is ``id.timestamp.body``; the
header lists one ``v1,base64(HMAC-SHA256)`` for each secret that signs, between spaces.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
BYTES: Final = 32
_FEWEST, _MOST = 24, 64
#: A receiver refuses what is older, or comes from further ahead.
TOLERANCE: Final = timedelta(minutes=5)


def new_secret() -> str:
    """A secret nobody has had before."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def is_secret(text: str) -> bool:
    """Whether it can sign: ``whsec_``, and base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        return False
    return text.startswith(PREFIX) and _FEWEST <= len(key) <= _MOST


def headers(message_id: str, at: datetime, body: bytes, signing: Iterable[str]) -> dict[str, str]:
    """The three headers of a message; the newest secret signs first."""
    moment = str(int(at.timestamp()))
    signed = " ".join(_signature(secret, message_id, moment, body) for secret in signing)
    return {
        "webhook-id": message_id, "webhook-timestamp": moment, "webhook-signature": signed,
    }  # fmt: skip


def is_genuine(secret: str, given: Mapping[str, str], body: bytes, at: datetime) -> bool:
    """Whether whoever knows the secret sent exactly this, just now; header names in small letters."""
    message_id, moment = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) <= 12):  # noqa: PLR2004 - seconds until the year 33658
        return False
    if abs(at.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        return False
    try:
        ours = _signature(secret, message_id, moment, body).encode()
    except binascii.Error:
        return False
    signed = given.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(ours, each) for each in signed)


def _signature(secret: str, message_id: str, moment: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = b".".join((message_id.encode(), moment.encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
