"""The seam to case files (电子案卷) that staff asked for: a worker makes them, as it alone has the key that signs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Order:
    """A case file somebody asked for; ``made_at`` once it was made, ``ready`` if that worked."""

    case_no: str
    by: str
    asked_at: datetime
    made_at: datetime | None = None
    ready: bool = False


class CaseFiles(Protocol):
    """Where they lie until they are fetched; one of a case at a time, the one asked for last."""

    def ask(self, connection: Any, order: Order) -> None:
        """Let one be made, in place of what was made before; one that waits already goes on waiting."""

    def standing(self, no: str) -> Order | None:
        """How the case's stands; None if nobody has asked lately."""

    def content(self, no: str) -> bytes | None:
        """The file; None as long as there is none."""

    def next(self) -> Order | None:
        """The one that waits longest."""

    def keep(self, order: Order, content: bytes | None, at: datetime) -> None:
        """It was made, or (None) could not be."""

    def drop(self, before: datetime) -> int:
        """Forget those made before then; how many there were."""
