"""Programs that are told (Webhook): where, of what, and the secrets they know us by."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from kaiban.domain.messages.notification import Kind

#: How long the secret before still signs.
OVERLAP: Final = timedelta(hours=24)
#: For how long a receiver that failed is left alone, and after how long of nothing else it is given up.
REST: Final = timedelta(seconds=30)
PATIENCE: Final = timedelta(days=5)
#: More than any program needs.
MOST: Final = 20


def event_of(kind: str) -> str:
    """What programs call that kind of message, one a later release added perhaps."""
    return f"case.{kind}"


#: Every event a program can subscribe to, and the kind of message it is.
EVENTS: Final = {event_of(kind): kind for kind in Kind}


@dataclass(frozen=True)
class Secret:
    """A secret of a webhook (``whsec_`` and base64) and until when it signs; None: as long as there is no other."""

    value: str = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True)
class Webhook:
    """A subscription. ``owner`` is the token whose cases it hears of, "" for an operator's: all.

    ``kinds`` are values of `Kind`, one a later release added among them perhaps; empty is all of them. ``secrets`` are newest first. ``disabled`` says why nothing is sent.
    """

    id: str
    owner: str
    url: str
    kinds: Sequence[str]
    secrets: Sequence[Secret]
    created_at: datetime
    failing_since: datetime | None = None
    disabled: str = ""

    def hears(self, kind: Kind) -> bool:
        """Whether it wants to be told of that."""
        return not self.disabled and (not self.kinds or kind in self.kinds)

    def signing(self, at: datetime) -> list[str]:
        """The secrets that sign at that instant, newest first."""
        return [each.value for each in self.secrets if each.until is None or each.until > at]

    def rotated(self, secret: str, at: datetime, overlap: timedelta = OVERLAP) -> "Webhook":
        """With a new secret; the one before signs beside it for a while, older ones no more."""
        before = self.secrets[0]
        return replace(self, secrets=(Secret(secret), Secret(before.value, at + overlap)))
