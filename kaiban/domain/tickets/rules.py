"""What a hall offers: its windows, what each serves, how its day is cut into slots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from kaiban.domain.hours.clock import Shift


@dataclass(frozen=True)
class Business:
    """A kind of business (业务) people come for.

    ``letter`` begins its numbers; ``link`` is the link of a case it belongs to, "" for any.
    """

    name: str
    title: str
    letter: str
    link: str = ""


@dataclass(frozen=True)
class Window:
    """A window (窗口): what it serves, and how many appointments it takes in one slot.

    ``shifts`` is when it works within the hall's hours; () for whenever the hall is open.
    """

    name: str
    title: str
    serves: tuple[str, ...]
    seats: int = 1
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True)
class QueueRules:
    """How a hall takes appointments and calls people.

    A slot can be booked from ``days_ahead`` days before until ``lead`` before it begins. Who comes more than
    ``grace`` after its beginning waits like somebody without an appointment. One phone holds ``per_phone``
    appointments at most. Who has ``near`` people before them is told that it is their turn soon.
    """

    business: Mapping[str, Business]
    windows: Mapping[str, Window]
    slot: timedelta = timedelta(minutes=30)
    days_ahead: int = 7
    lead: timedelta = timedelta(minutes=30)
    grace: timedelta = timedelta(minutes=15)
    per_phone: int = 2
    near: int = 3

    def serving(self, business: str) -> Iterator[Window]:
        """The windows that serve it, in the profile's order."""
        return (window for window in self.windows.values() if business in window.serves)
