"""What is owed after acceptance, over all cases; and late materials on their way to departments."""

from datetime import date, datetime, timedelta
from typing import Any, Protocol

from kaiban.domain.papers.obligation import Forward, Promise


class Obligations(Protocol):
    """Promises no file has kept yet, and what came late. What is written is written in the caller's transaction."""

    def owing(
        self, until: date, hall: str = "", offset: int = 0, limit: int = 500
    ) -> list[Promise]:
        """Those due by then, the most urgent first; of cases that came to nothing none."""

    def unlapsed(self, until: date, limit: int) -> list[Promise]:
        """The same, without those of which it was written down that they lapsed."""

    def postpone(self, connection: Any, case_no: str, key: str, due: date) -> None:
        """Let that promise be due then; the case is locked."""

    def waive(self, connection: Any, case_no: str, key: str) -> None:
        """Take the promise away: nothing is owed any more; the case is locked."""

    def forwards(self, case_no: str) -> list[Forward]:
        """The case's late materials on their way, by key and link."""

    def to_hand_over(self, hall: str, limit: int) -> list[Forward]:
        """What somebody of the window must bring to a department, the oldest first."""

    def take(self, now: datetime, lease: timedelta) -> Forward | None:
        """The oldest that is due to be sent, ours for that long; whoever does not come back loses it to the next."""

    def settle(self, connection: Any, forward: Forward, due: datetime | None) -> bool:
        """Write how it stands, and when it is tried next; False if somebody else has it by now."""
