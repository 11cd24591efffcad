"""A city's rules as the domain needs them: its halls, its promises."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.cross_region.intake import IntakeRule
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.complaint import ComplaintRules
from kaiban.domain.hours.clock import HallHours, Promise
from kaiban.domain.hours.closed_clock import ClosedClock, days_between
from kaiban.domain.hours.ledger import Hours, account
from kaiban.domain.hours.term import Term
from kaiban.domain.notices.catalogue import CATALOGUE, Entry
from kaiban.domain.papers.commitment import Commitment
from kaiban.domain.papers.material import MaterialRules
from kaiban.domain.tickets.rules import QueueRules


@dataclass(frozen=True)
class Hall:
    """A service hall (大厅), when it works, and how it takes appointments; ``queue`` is None where it takes none."""

    name: str
    title: str
    hours: HallHours
    queue: QueueRules | None = None


@dataclass(frozen=True)
class Rates:
    """How often strangers and programs may do what costs us much, each within an hour; and programs ask us, within a minute.

    A request with files, or one that reads a table, is an upload. All machines of a hall, and all customers of a
    telephone company, may share one network address: a hall in which a hundred people bring five files each stays
    far below these. What a draft may send is ten times what it may keep (``UploadLimits.total_mb``): files are
    taken away and brought anew. A token is a portal that may speak for a whole city: a thousand companies an hour with
    six requests of three megabytes each.
    """

    uploads_by_draft: int = 120
    megabytes_by_draft: int = 600
    uploads_by_address: int = 2_000
    megabytes_by_address: int = 4_000
    drafts_by_address: int = 500
    uploads_by_token: int = 6_000
    megabytes_by_token: int = 18_000
    requests_by_token: int = 12_000
    #: Tokens that may ask another number of times, by name.
    tokens: Mapping[str, int] = field(default_factory=dict)

    def of_token(self, name: str) -> int:
        """How many requests a minute that token may make."""
        return self.tokens.get(name, self.requests_by_token)


@dataclass(frozen=True)
class NoticeRules:
    """How a city tells what is wrong: how long it gathers first, in business time, and what its notices are called.

    ``wait``: for other departments that may still find something; ``hold``: for staff who are composing, at most.
    Both are far within the law's five days (行政许可法第三十二条). ``word`` stands before the number (发文字号).
    """

    wait: timedelta = timedelta(0)
    hold: timedelta = timedelta(hours=1)
    word: str = "开办告字"
    catalogue: Mapping[str, Entry] = field(default_factory=lambda: CATALOGUE)
    #: Until when a notice is to be answered; no law says.
    answer: Term = field(default_factory=Term)


@dataclass(frozen=True)
class DeskRules:
    """How the work at the windows is shared: an agent is who has so many cases open in one hall at a time (中介)."""

    agent_cases: int = 5


@dataclass(frozen=True)
class City:
    """A city profile: names, region code, halls, promises; the first of each is the usual one."""

    name: str
    title: str
    region: str
    halls: Mapping[str, Hall]
    promises: Mapping[str, Promise]
    materials: MaterialRules = field(default_factory=MaterialRules)
    #: What a link costs the applicant, in words, by link name.
    fees: Mapping[str, str] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    notices: NoticeRules = field(default_factory=NoticeRules)
    complaints: ComplaintRules = field(default_factory=ComplaintRules)
    desk: DeskRules = field(default_factory=DeskRules)
    #: Which hall may take in for which others (跨域通办).
    cross_region: tuple[IntakeRule, ...] = ()
    #: What applicants may declare instead of proving it (告知承诺).
    commitments: tuple[Commitment, ...] = ()
    #: Until when a package that lies at the window is to be fetched.
    fetching: Term = field(default_factory=Term)

    def commitment(self, key: str) -> Commitment | None:
        """What may be declared under that key; None if the profile has nothing of it."""
        return next((each for each in self.commitments if each.key == key), None)

    def hall_title(self, name: str) -> str:
        """A hall's title; the name of one the city does not have any more."""
        hall = self.halls.get(name)
        return hall.title if hall else name

    def intake_rule(self, intake: str, decides: str, day: date) -> IntakeRule | None:
        """By which rule that hall may take in for that other one on that day; None if by none."""
        return next((each for each in self.cross_region if each.holds(intake, decides, day)), None)

    def decided_elsewhere(self, intake: str, day: date) -> dict[str, IntakeRule]:
        """For which halls that one may take in on that day, and by which rule."""
        found = ((hall, self.intake_rule(intake, hall, day)) for hall in self.halls)
        return {hall: rule for hall, rule in found if rule}

    def hall_of(self, case: Case) -> Hall:
        """The case's hall, on the days of a clock that is closed with the hours of then."""
        return replace(self.hall_named(case.hall), hours=self.hours_at(case, case.hall))

    def hours_at(self, case: Case, hall: str) -> HallHours:
        """The hours of a hall the case went through, in the same way."""
        usual = self.hall_named(hall).hours
        return case.clock.hours(hall, usual) if case.clock else usual

    def hall_named(self, name: str) -> Hall:
        """That hall. One that the profile no longer has goes on by the hours of the usual one, under its own name."""
        usual = next(iter(self.halls.values()))
        return self.halls.get(name) or Hall(name, name, usual.hours)

    def promise_of(self, case: Case) -> Promise:
        """The case's promise, of a closed clock that of then; in place of one that the profile no longer has, the usual one."""
        if case.clock:
            return case.clock.promise
        return self.promises.get(case.promise) or next(iter(self.promises.values()))

    def knows(self, case: Case) -> bool:
        """Whether the profile, or the case's own closed clock, has its hall and promise."""
        return case.clock is not None or (
            case.hall in self.halls and case.promise in self.promises
        )

    def hours_of(self, case: Case, now: datetime) -> Hours:
        """Account for every minute of the case from its events, until its end or ``now``."""
        hall = self.hall_of(case).hours
        order = [link.name for link in case.links]
        end = max(case.finished_at or now, case.accepted_at)
        hours = account(case.accepted_at, end, holdings(case.events), hall, order)
        doubted = case.clock is not None and case.clock.provisional
        return replace(hours, provisional=True) if doubted else hours

    def closing(self, case: Case, end: datetime) -> ClosedClock:
        """The clock of the case as it is closed with its end at that instant."""
        names = filter(None, (case.hall, case.intake))
        return ClosedClock(
            self.calendar_version,
            self.promise_of(case),
            {
                name: days_between(self.hours_at(case, name), case.accepted_at, end)
                for name in names
            },
            self.hours_of(case, end).provisional,
        )

    @property
    def calendar_version(self) -> str:
        """What tells these hours and promises from others."""
        told = repr((calendars(self), list(self.promises.values())))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def calendars(city: City) -> list[tuple[Any, ...]]:
    """What the halls' calendars say, in an order that does not change."""
    return [
        (
            hall.name, hall.hours.seasons, type(hall.hours.days).__name__,
            _days(hall.hours.days), sorted(hall.hours.own.items()),
        )
        for hall in city.halls.values()
    ]  # fmt: skip


def _days(days: object) -> list[tuple[str, Any]]:
    told = vars(days) if hasattr(days, "__dict__") else {}
    return [
        (name, sorted(map(str, value.items() if isinstance(value, Mapping) else value)))
        for name, value in sorted(told.items())
    ]
