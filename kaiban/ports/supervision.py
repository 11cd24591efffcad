"""Where cards are kept, what staff are told, and what supervising departments are handed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from kaiban.domain.hours.cards import Level
from kaiban.domain.messages.notification import Message
from kaiban.domain.supervision.given import CardState, GivenCard
from kaiban.domain.supervision.handover import Handover
from kaiban.domain.supervision.problems import Audience
from kaiban.ports.statistics import Scope


@dataclass(frozen=True)
class CardsWanted:
    """Which cards: of a hall, of who answers ("": of any), of a level, in a state, given from one day of the halls to another."""

    hall: str = ""
    owner: str = ""
    level: Level | None = None
    state: CardState | None = None
    first: date | None = None
    last: date | None = None


class Handovers(Protocol):
    """Results on their way to supervising departments (审管衔接); nothing is ever dropped or given up."""

    def add(self, connection: Any, message: Message, hall: str, at: datetime) -> None:
        """Write one in the caller's transaction; it is due then (real time)."""

    def counts(self, scope: Scope) -> tuple[int, int]:
        """How many results were granted on these days, and of how many there is a receipt."""

    def outstanding(self, hall: str, before: datetime) -> int:
        """How many of that hall ("": of any) were written before then and have no receipt."""

    def listed(
        self, scope: Scope, offset: int, limit: int, *, outstanding: bool
    ) -> Sequence[Handover]:
        """So many of those granted on these days, those without a receipt first, of these the oldest; only these if that is wanted."""


class Cards(Protocol):
    """Where cards are kept. Writing happens in the transaction in which the case is locked; nothing is ever dropped."""

    def due(self, now: datetime, limit: int) -> list[str]:
        """The numbers of the cases that are to be given a card by then, the most urgent first."""

    def schedule(self, connection: Any, no: str, at: datetime | None) -> None:
        """Write down when the case is to be given its next card."""

    def add(self, connection: Any, card: GivenCard) -> None:
        """Write a new one."""

    def save(self, connection: Any, card: GivenCard) -> None:
        """Write how it stands and its new steps."""

    def of_case(self, no: str) -> list[GivenCard]:
        """Those of a case, in order."""

    def listed(self, wanted: CardsWanted, offset: int, limit: int) -> list[GivenCard]:
        """Those wanted, the latest first."""

    def counts(self, wanted: CardsWanted) -> Mapping[tuple[Level, CardState], int]:
        """How many there are of each level in each state."""


class Digests(Protocol):
    """Which digests of problems were written."""

    def begin(self, connection: Any, day: date, audience: Audience, hall: str, problems: int) -> bool:  # fmt: skip
        """Write down that the digest of that day is written in this transaction; False if there was one."""

    def last(self, audience: Audience, hall: str) -> tuple[date, int] | None:
        """The day of the latest, and how many problems there were; None before the first."""


class StaffOutbox(Protocol):
    """What staff, and programs of cards, are to be told."""

    def add(self, connection: Any, message: Message, login: str, at: datetime) -> None:
        """Write a message in the caller's transaction; it is due then (real time)."""

    def forget(self, before: datetime) -> int:
        """Drop what was written before then and is over; how many there were."""
