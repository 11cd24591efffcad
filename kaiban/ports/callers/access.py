"""Who may come in: one-time codes, counts against guessing, sessions. Instants are of real time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class Validity:
    """How long a one-time code can be used, and how often tried."""

    lasting: timedelta
    tries: int


class ReturnCodes(Protocol):
    """One-time codes sent to a phone; ``subject`` is whom one is for (the pair of resume code and phone)."""

    def put(self, subject: str, digits: str, at: datetime) -> None:
        """Let these be the digits for that subject, and no others."""

    def redeem(self, subject: str, digits: str, at: datetime, validity: Validity) -> bool:
        """Use them up: whether these were the digits, and can still be used.

        Every call is a try. Takes as long for a subject without digits as for wrong digits.
        """

    def prune(self, before: datetime, at: datetime) -> int:
        """Drop those made before then, or after the instant it is now; how many there were."""


@dataclass(frozen=True)
class RateLimit:
    """At most so often in so long: for each subject of that kind."""

    kind: str
    most: int
    within: timedelta


@dataclass(frozen=True)
class Counted:
    """How often it was, this time included, and since when that is counted."""

    number: int
    since: datetime


class RateLimits(Protocol):
    """Counts what must not happen too often, over all processes."""

    def take(self, limit: RateLimit, subject: str, at: datetime, amount: int = 1) -> bool:
        """Count it, or so many; whether it is still within the limit."""

    def count(self, limit: RateLimit, subject: str, at: datetime, amount: int = 1) -> Counted:
        """Count it, or so many; how many there are by now."""

    def prune(self, before: datetime, at: datetime) -> int:
        """Drop counts begun before then, or after the instant it is now; how many there were."""


@dataclass(frozen=True)
class Lifetime:
    """How long a session lasts: ``idle`` since it was last used, ``absolute`` since it began."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True)
class Session:
    """What a browser may open, and until when: the earlier of its two ends.

    ``values`` are plain JSON values. ``account`` is who of the staff has signed in; "" is nobody.
    """

    values: Mapping[str, Any]
    created_at: datetime
    used_at: datetime
    idle_ends_at: datetime
    ends_at: datetime
    account: str = ""

    @classmethod
    def begin(
        cls, values: Mapping[str, Any], at: datetime, lifetime: Lifetime, account: str = ""
    ) -> "Session":
        """A session that begins at that instant."""
        return cls(values, at, at, at + lifetime.idle, at + lifetime.absolute, account)

    def ended(self, at: datetime) -> bool:
        """Whether either end has come."""
        return at >= min(self.idle_ends_at, self.ends_at)


class Sessions(Protocol):
    """Sessions at the server. A browser holds the random id, the rows a hash of it."""

    def get(self, sid: str, at: datetime) -> Session | None:
        """The session, if it has not ended."""

    def add(self, sid: str, session: Session, instead: str = "") -> bool:
        """Keep a new one; with ``instead``, in place of that one, whose id opens nothing any more.

        False, and nothing is kept, if that other one is gone: somebody ended it meanwhile.
        """

    def use(self, sid: str, session: Session) -> bool:
        """Write down its values and that it is used; False, and nothing is kept, if it is gone."""

    def remove(self, sid: str) -> None:
        """End it at once."""

    def prune(self, at: datetime) -> int:
        """Drop those that have ended; how many there were."""
