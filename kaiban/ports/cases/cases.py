"""Cases: their rows, the one form behind them, the package that comes of them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.exchange import Both, Exchange
from kaiban.domain.cases.rating import Rating
from kaiban.domain.cases.staff.disclosure import Disclosure
from kaiban.domain.cases.staff.edit_request import EditRequest
from kaiban.domain.cases.states import CaseState
from kaiban.domain.circuit_breaker import DepartmentCircuit
from kaiban.domain.hours.waiting import Horizon
from kaiban.domain.messages.notification import Message
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Wanted
from kaiban.domain.papers.package import Package
from kaiban.domain.papers.verification import IssuedPackage
from kaiban.ports.adapters.adapter import Hint
from kaiban.ports.cases.lists import EVERY_CASE, CaseFilter, CaseLine, FeedPage, FeedPlace
from kaiban.ports.jobs import Job


class CaseNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No case of that number."""


@dataclass(frozen=True)
class AtHand:
    """A link of a case that waits for people at the window: the case's number, its name, its title, and why it waits."""

    no: str
    link: str
    title: str
    reason: str


@dataclass(frozen=True)
class NoticePaper:
    """A notice or refusal as it was printed: ``digest`` is its SHA-256 in hex, ``name`` unique in the case."""

    name: str
    at: datetime
    digest: str
    pdf: bytes


@dataclass(frozen=True)
class EarlierForm:
    """What was the case's form until so many events had happened."""

    events: int
    form: Mapping[str, Any]


class Transaction(Protocol):
    """One short transaction; no network call happens inside it."""

    @property
    def connection(self) -> Any:
        """What Engine.enqueue needs."""

    def add(self, case: Case) -> None:
        """Write a new case."""

    def get(self, no: str) -> Case:
        """The case, locked until the transaction ends; raises CaseNotFound."""

    def save(self, case: Case) -> None:
        """Write what changed: case, links, steps, new events, notices, facts, documents."""

    def add_package(self, no: str, package: Package) -> None:
        """Keep a new version of the case's package."""

    def add_notice_paper(self, no: str, paper: NoticePaper) -> NoticePaper:
        """Keep what was printed, or return what was printed under that name before; the case is locked."""

    def due_notices(self, now: datetime, limit: int) -> list[str]:
        """The cases whose gathered notice is to go out by then, the most urgent first."""

    def disclose(self, no: str, disclosure: Disclosure) -> None:
        """Write down who was shown something of the case."""

    def get_rating(self, no: str, link: str) -> Rating | None:
        """What was said of the case's link, or ("") of the case as a whole."""

    def put_rating(self, no: str, rating: Rating) -> None:
        """Keep a rating in the place of the one given before."""

    def next_number(self, day: str) -> int:
        """The next running number of a day (``yyyymmdd``), each given once."""

    def about_the_same(self, form: Mapping[str, Any]) -> list[str]:
        """The numbers of the cases about the same company and people, oldest first; nobody else adds one until the end."""

    @property
    def epoch(self) -> int:
        """The epoch of the database: higher each time it was set back."""

    def doubt_epoch(self, at: datetime) -> None:
        """A department knows a key of ours by another application: it was issued twice."""

    def find_steps(self, department: str, hint: Hint) -> list[tuple[str, str]]:
        """The (case number, step) of a department's applications with that key or number."""

    def begin_exchange(self, no: str, exchange: Exchange) -> int:
        """Write down that a department is about to be spoken to; return the exchange's number."""

    def end_exchange(self, no: str, exchange: Exchange) -> None:
        """Write down what came of it."""

    def last_exchange(self, no: str, link: str, step: str) -> Exchange | None:
        """The latest exchange in which we spoke about the step, ended or not."""

    def overdue(self, horizon: Horizon, limit: int) -> list[tuple[str, str, str]]:
        """Each (case number, link, step) due beyond the horizon on either side; link "" = package.

        At most so many of each link: what waits in one department's long line hides nothing of another's.
        """

    def is_heard(self, no: str, call: Exchange) -> bool:
        """Whether that call about that step was written down before; the case is locked."""

    def redate_exchanges(self, now: datetime) -> int:
        """Let those begun later than now, and not ended, have begun now; return how many there were."""

    def put_off(self, department: str, now: datetime) -> list[tuple[str, str]]:
        """Each (case number, step) of the department that is to be looked at later than now."""

    def standing(self, department: str) -> DepartmentCircuit:
        """How a department stands, locked until the transaction ends; get cases before, not after."""

    def seen_standing(self, department: str) -> DepartmentCircuit:
        """How a department stood when the transaction first looked at any, not locked."""

    def sent_since(self, since: datetime) -> Mapping[str, int]:
        """How many messages departments were sent since then, by link name."""

    def save_standing(self, standing: DepartmentCircuit) -> None:
        """Write how a department stands now."""


class EditRequests(Protocol):
    """Where changes wait for a second person; writing happens in the caller's transaction, the case locked."""

    def add(self, connection: Any, asked: EditRequest) -> None:
        """Keep a new one."""

    def decide(self, connection: Any, decided: EditRequest) -> None:
        """Write how it was decided."""

    def get(self, request_id: str, connection: Any = None) -> EditRequest:
        """The request, as that transaction sees it or as last committed; raises KeyError."""

    def of_case(self, no: str) -> list[EditRequest]:
        """Every request of a case, the latest first."""

    def waiting(self, hall: str, limit: int) -> list[EditRequest]:
        """Those that wait, of a hall's cases or ("") of all, the oldest first."""


class Form(Protocol):
    """The one form's rules, as the orchestrator asks for them."""

    def check(
        self, entry: Any, wanted: frozenset[str], at: datetime
    ) -> tuple[dict[str, Any], list[Defect]]:
        """Check an entry for these sections: the completed form, and every defect at once.

        ``at`` is when it was first submitted: what was in time then stays in time.
        """

    def glance(
        self, part: Mapping[str, Any], at: datetime, whole: Mapping[str, Any]
    ) -> list[Defect]:
        """What is wrong with what a part of an entry says already, never what it lacks; ``whole`` says for whom it is."""

    @property
    def applicants(self) -> Mapping[str, Any]:
        """The types of applicants this city registers here, by key, in their order."""

    def begun_for(self, applicant: str) -> Mapping[str, Any]:
        """What a form begins with for this type of applicant, or for the first this city registers."""

    def not_applying(self, form: Any) -> Mapping[str, str]:
        """The links that do not apply to the type of applicant a form is for, each with the reason."""

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field (``company.name.full``) is made of."""

    def group_of(self, path: str, form: Mapping[str, Any]) -> str:
        """The row or person a path lies in, which is mended as a whole; the path itself if it lies in none."""

    def materials(self, form: Mapping[str, Any], links: Sequence[str]) -> list[Wanted]:
        """What the form, as far as it is filled in, calls for these links."""

    @property
    def spared(self) -> frozenset[str]:
        """The keys of materials this city asks of nobody."""

    @property
    def foreign_registrar(self) -> str:
        """Who registers companies with holders from abroad, Hong Kong, Macao or Taiwan, in words."""

    def brought(self) -> Mapping[str, str]:
        """The names of all materials an applicant may have to bring, by key."""

    def of_persons(self) -> frozenset[str]:
        """The keys of those of which each person brings their own."""

    def to_be_seen(self, form: Mapping[str, Any]) -> Mapping[str, str]:
        """What a checked form confirms and somebody of the staff has to look at: the place by the word that confirms it."""

    def completed(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """A checked form as departments read it, with what is worked out on the way out and not kept."""

    def refilled(
        self, form: Mapping[str, Any], into: Mapping[str, Any] | None = None
    ) -> Mapping[str, Any]:
        """The answers of a checked form for another one, without what each form is promised anew."""


class PackageMaker(Protocol):
    """Makes certificate packages."""

    def make(self, case: Case, version: int, at: datetime) -> Package:
        """The package of the case as it stands at that instant; slow, needs no transaction."""


@dataclass(frozen=True)
class Stay:
    """How long a department had something, in which hall: from handed in to granted."""

    hall: str
    submitted_at: datetime
    done_at: datetime


class Cases(Protocol):
    """Where cases are kept."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Begin; commit at the end of the block, roll back on any exception."""

    def read(self, no: str) -> Case:
        """The case as last committed, without a lock; raises CaseNotFound."""

    def browse(
        self,
        *,
        states: Sequence[CaseState] = (),
        owner: str | None = None,
        hall: str = "",
        before: str | None = None,
        limit: int = 50,
    ) -> list[Case]:
        """Cases, of a hall or all, the newest first, without documents; ``before`` continues after a number."""

    def lines(
        self, wanted: CaseFilter = EVERY_CASE, *, before: str | None = None, limit: int = 50
    ) -> list[CaseLine]:
        """Those cases as lines, which costs the same however many there are: the newest first, or by their end where that is asked for."""

    def changes(self, owner: str | None, after: FeedPlace | None, limit: int) -> FeedPage:
        """An owner's cases (None: all) by when they were written last, behind that place; raises FeedRestarted.

        Whoever goes on where a page ended meets every case that was written since, and none that was not.
        """

    def drafting(self, hall: str, limit: int) -> list[Case]:
        """Cases, of a hall or any, whose next notice is being gathered, what goes out first first; without documents."""

    def copied(self, hall: str, limit: int) -> list[Case]:
        """Cases, of a hall or any, with something supervisors are told of, the latest such first; without documents."""

    def leaving(self, by: str, hall: str, limit: int) -> list[Case]:
        """Cases about whose package a hall (or "": any) has to do that next, the longest finished first; without documents."""

    def due(self, now: datetime, queues: Collection[str], most: int) -> list[Job]:
        """What is due at once, so many for each of the queues, what waits longest first."""

    def at_hand(self, hall: str, limit: int) -> list[AtHand]:
        """What waits for people in a hall's open cases, those of the oldest case first; "" is every hall."""

    def get_package(self, no: str, version: int | None = None) -> Package | None:
        """A version of the case's package, by default the latest."""

    def find_issued(self, code: str) -> IssuedPackage | None:
        """The version of a package with that verify code, and what has become of its case; None if there is none."""

    def get_notice_paper(self, no: str, name: str) -> NoticePaper | None:
        """What was printed of the case under that name."""

    def notice_papers(self, no: str) -> list[NoticePaper]:
        """Everything that was printed of the case, in order."""

    def earlier_forms(self, no: str) -> list[EarlierForm]:
        """The case's form before it was corrected or grew, the oldest first."""

    def standings(self) -> Mapping[str, DepartmentCircuit]:
        """How the departments stand that were ever spoken to, by link name; locks nothing."""

    def sent_since(self, since: datetime) -> Mapping[str, int]:
        """How many messages departments were sent since then, by link name."""

    def happened(self, no: str) -> int:
        """How many things have happened to the case: cheap, and another number whenever it changes."""

    def disclosures(self, no: str) -> list[Disclosure]:
        """Who saw what of the case, in order."""

    def check_audit(self) -> None:
        """Raise Unavailable where nothing personal may be shown, as the audit has gone without an anchor for too long."""

    def has_looked(self, no: str, look: Disclosure, since: datetime) -> bool:
        """Whether the same was shown to the same for the same reason since then."""

    def ratings(self, no: str) -> list[Rating]:
        """What was said of the case, as a whole first."""

    def past_spans(self, link: str, step: str, most: int) -> list[Stay]:
        """The latest stays of that step in departments that ended well without a correction."""

    def messages(self, no: str) -> list[Message]:
        """What people were told of the case, in order."""

    def exchanges(self, no: str, after: int = 0, limit: int = 100) -> list[Exchange]:
        """What was said to departments about the case, in order, from a number on."""

    def exchange(self, no: str, number: int) -> Exchange | None:
        """One of them; None if there is none of that number."""

    def passed(self, no: str, number: int) -> Sequence[Both]:
        """The bytes of each message of that exchange; none of those written down before they were kept."""

    def forget_exchanges(self, before: datetime) -> int:
        """Delete those that began before then; return how many there were."""
