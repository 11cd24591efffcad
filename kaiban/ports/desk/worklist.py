"""The list staff work from, and who of them is where in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kaiban.domain.desk.search_terms import Term
from kaiban.domain.desk.worklist import Entry


class View(StrEnum):
    """What of the list is wanted; the values stand in addresses."""

    OPEN = "open"
    MINE = "mine"
    WINDOW = "window"
    RED = "red"
    YELLOW = "yellow"
    DOUBT = "doubt"
    CORRECTED = "corrected"
    OWED = "owed"
    TO_HAND_OUT = "to_hand_out"
    NOBODYS = "nobodys"
    #: What another hall took in for this one, and what this one took in for another (跨域通办).
    CAME_IN = "came_in"
    SENT_OUT = "sent_out"


class Lane(StrEnum):
    """Whose cases: of agents who bring many (中介), of everybody else, or all; the values stand in addresses."""

    ALL = "all"
    AGENTS = "agents"
    CITIZENS = "citizens"


@dataclass(frozen=True)
class Wanted:
    """What is asked for, by whom and when; ``hall`` "" is every hall. ``many`` open cases make an agent."""

    view: View
    login: str
    now: datetime
    many: int
    hall: str = ""
    lane: Lane = Lane.ALL


class Worklist(Protocol):
    """What is read of the list."""

    def page(self, wanted: Wanted, offset: int, limit: int) -> list[Entry]:
        """So many lines of those wanted, what needs somebody first; the first ``offset`` are left out."""

    def counts(self, wanted: Wanted) -> Mapping[View, int]:
        """How many lines each view has, of that hall and lane."""

    def waiting_for_applicants(
        self, began: datetime, active: datetime, after: str, limit: int
    ) -> list[str]:
        """The numbers above ``after`` of cases whose notice is to be answered or whose package is to be fetched.

        Begun before the one instant and with an event since the other; in the order of their numbers.
        """

    def of_terms(self, terms: Iterable[Term], hall: str, limit: int) -> list[Entry]:
        """The cases of that hall, or taken in there ("": of any), one of the terms leads to: those in hand first, then the newest."""

    def of_cases(self, numbers: Iterable[str]) -> Mapping[str, Entry]:
        """The lines of these cases, by number; of one whose line is still to be made there is none."""

    def of_case(self, no: str, hall: str) -> Entry | None:
        """The line of one case of that hall, or taken in there ("": of any)."""


@dataclass(frozen=True)
class Visit:
    """Somebody of the staff has a case open, or had a moment ago."""

    login: str
    seen_at: datetime


class Presence(Protocol):
    """Who has which case open. Instants are of real time."""

    def come_in(self, no: str, login: str, at: datetime, since: datetime) -> list[Visit]:
        """Write down that they are in it; the others who came since then, the latest first."""

    def prune(self, before: datetime, after: datetime) -> int:
        """Forget who came before the one or, by a clock that was wrong, after the other; how many there were."""


class Lines(Protocol):
    """The lines of the list that are missing or not of now."""

    def behind(self) -> list[str]:
        """The numbers of some such cases, those still in hand first."""

    def make(self, no: str) -> None:
        """Make the line of that case anew, and what it is found by."""
