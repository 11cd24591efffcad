"""The seams to the audit: acts are noted, the chain goes on, an authority of time anchors it."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from kaiban.domain.audit.chain import Head


class Audit(Protocol):
    """Writes down acts beside cases; what happens in a case is recorded with it."""

    def note(self, what: str, **told: str) -> None:
        """Write down an act that changed nothing else; nothing personal but accounts and tokens by name. Raises Unavailable."""

    def recorded(self, what: str, **told: str) -> AbstractContextManager[object]:
        """What is written inside and the record of that act are written together, or neither. Raises Unavailable."""


class AuditChain(Protocol):
    """Gives records their place in the one chain, and keeps its anchors."""

    def advance(self, now: datetime) -> int:
        """Chain what is not yet, at most a batch; how many records that were. ``now`` is real time."""

    def unstamped(self) -> Head | None:
        """Where the chain stands, if no anchor says so yet."""

    def stamp(self, head: Head, token: bytes) -> None:
        """Keep the stamp of that place."""

    def lag(self) -> tuple[datetime | None, datetime | None]:
        """When the oldest record was written that is not chained, and the oldest that no anchor covers."""
