"""Programs that call: their tokens, and what they have called already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Token:
    """What a bearer token allows; its name owns the cases opened with it.

    ``used_at`` is when it was used last, to the hour; until ``before_until`` the secret before the present one opens, too.
    """

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    used_at: datetime | None = None
    before_until: datetime | None = None


class Accounts(Protocol):
    """Who may call."""

    def find_token(self, secret: str, at: datetime) -> Token | None:
        """What the secret allows at that instant of real time; None if nothing."""

    def used(self, token: Token, at: datetime) -> None:
        """Write down that it is used, unless that was written within the hour."""


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
class Kept:
    """An answer as it is given again; ``headers`` are empty for one that was kept without."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """The request was answered; this is the answer, and the case it opened, if it did."""

    answer: Kept
    case_no: str | None = None


Begun = New | Running | Mismatch | Stored


class ClaimLostError(Exception):
    """Somebody else took the key over; whatever was done under it must be rolled back."""


class IdempotencyKeys(Protocol):
    """The same request, however often it comes, has one effect."""

    def begin(self, scope: str, key: str, fingerprint: str, instant: datetime) -> Begun:
        """Claim the key, or say what stands in the way."""

    def finish(self, connection: Any, new: New, answer: Kept, case_no: str | None = None) -> None:
        """Store the answer in the transaction of its effect; raises ClaimLostError."""

    def keep(self, new: New, answer: Kept) -> None:
        """Store the answer, unless that was done with its effect; raises ClaimLostError if somebody else has the key."""

    def release(self, new: New) -> None:
        """Give the key back unused."""

    def forget(self, before: datetime) -> int:
        """Drop the keys claimed before then; how many there were."""
