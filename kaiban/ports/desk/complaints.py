"""Where complaints are kept, and what is told of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from kaiban.domain.complaint import Complaint, StepKind
from kaiban.domain.messages.notification import Message


@dataclass(frozen=True)
class ComplaintsWanted:
    """Which complaints: of a hall, of an owner ("": of any), due before a day; ``closed``: those that are over instead."""

    hall: str = ""
    owner: str = ""
    due_before: date | None = None
    closed: bool = False


class Complaints(Protocol):
    """Where complaints are kept. Writing happens in the transaction in which the case is locked; nothing is ever dropped."""

    def add(self, connection: Any, complaint: Complaint) -> Complaint:
        """Write a new one under the case's next number, which it has afterwards."""

    def save(self, connection: Any, complaint: Complaint) -> None:
        """Write how it stands and its new steps; those written before stay as they are."""

    def get(self, connection: Any, case_no: str, number: int) -> Complaint | None:
        """The one of that number; the case is locked."""

    def of_case(self, case_no: str) -> list[Complaint]:
        """Those about the case, in order."""

    def listed(self, wanted: ComplaintsWanted, offset: int, limit: int) -> list[Complaint]:
        """Those wanted, the most urgent first; of closed ones the latest."""

    def tell(
        self,
        connection: Any,
        complaint: Complaint,
        kind: StepKind,
        text: str,
        address: str,
        at: datetime,
    ) -> None:
        """Write a short message in the transaction of what it tells; due then (real time)."""

    def messages(self, case_no: str, number: int | None = None) -> list[Message]:
        """What was told of it, or of all about the case, in order."""
