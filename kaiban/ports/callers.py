"""Programs that call: their tokens, and what they have called already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Token:
    """What a bearer token allows; its name owns the cases opened with it."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None


class Accounts(Protocol):
    """Who may call."""

    def find_token(self, secret: str, at: datetime) -> Token | None:
        """What the secret allows at that instant of real time; None if nothing."""


@dataclass(frozen=True)
class New:
    """Go on, and pass this to ``finish`` or ``release``."""

    scope: str
    key: str
    claim: int


@dataclass(frozen=True)
class Running:
    """The same request is being answered just now."""


@dataclass(frozen=True)
class Mismatch:
    """The key belongs to another request."""


@dataclass(frozen=True)
class Stored:
    """The request was answered; this is the answer."""

    status: int
    body: bytes
    case_no: str | None


Begun = New | Running | Mismatch | Stored


class ClaimLostError(Exception):
    """Somebody else took the key over; whatever was done under it must be rolled back."""


class IdempotencyKeys(Protocol):
    """The same request, however often it comes, has one effect."""

    def begin(self, scope: str, key: str, fingerprint: str, instant: datetime) -> Begun:
        """Claim the key, or say what stands in the way."""

    def finish(
        self, connection: Any, new: New, status: int, body: bytes, case_no: str | None = None
    ) -> None:
        """Store the answer in the transaction that stores the case; raises ClaimLostError."""

    def release(self, new: New) -> None:
        """Give the key back unused."""

    def forget(self, before: datetime) -> int:
        """Drop the keys claimed before then; how many there were."""
