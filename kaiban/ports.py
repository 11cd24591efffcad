"""The seams of kaiban as Protocols, and the words spoken across them.

An integrator needs this file and nothing else: what an adapter declares (Manifest), what it
hands over (Prepared), what it answers (the outcomes), and how it says what must happen next
(the exceptions).

AdapterError
 ├── Retryable       surely nothing happened: the same bytes again
 │    └── Unreachable   there is nobody at their address
 ├── Closed          the department does not work now: wait
 ├── Unknown         it may have happened: only ``query`` may follow
 │    └── Silent        no answer came, or none that is theirs
 ├── Misconfigured   a key, certificate, address or permission is wrong: a person must look
 └── Forged          a callback that is not from the department
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal, Protocol

from marshmallow import Schema

from kaiban.domain.case import Case, CaseState, Document
from kaiban.domain.disclosure import Disclosure
from kaiban.domain.exchange import Exchange
from kaiban.domain.filing import Filing
from kaiban.domain.material import Holder, Material, Upload, Wanted
from kaiban.domain.notice import Defect
from kaiban.domain.package import Package
from kaiban.domain.plan import LinkSpec, Requirement, StepSpec
from kaiban.domain.rating import Rating
from kaiban.domain.standing import Standing

__all__ = ["Document", "Requirement", "StepSpec"]  # an adapter takes these from here, too


# --- what an adapter declares -----------------------------------------------------------------

Idempotency = Literal["key", "reject-duplicate", "none"]
Lookup = Literal["by-key", "by-ref", "by-natural-key", "none"]
Finish = Literal["sync", "poll", "callback", "batch", "person"]
Cancel = Literal["before-done", "always", "never"]


@dataclass(frozen=True)
class Manifest:
    """What a department's system can do and how it must be treated.

    ``department`` is the link's name in plan, API and package; ``title`` names the link and
    ``office`` the authority in Chinese. ``idempotency`` says what a second submission of the
    same key does, ``lookup`` how an application can be found again, ``settle`` how long "not
    found" is not yet to be trusted. ``finish`` says how an end is learnt: told at once, asked for,
    called back, fetched as a file, or brought by a ``person``. ``deadline`` is the total time of one
    exchange in seconds of real time; ``promise`` and ``limit`` are working time.
    """

    name: str
    department: str
    title: str
    office: str
    version: str
    protocol: str
    steps: tuple[StepSpec, ...]
    idempotency: Idempotency
    lookup: Lookup
    finish: tuple[Finish, ...]
    owner: str
    cancel: Cancel = "never"
    settle: timedelta = timedelta(0)
    hours: str = ""
    promise: timedelta = timedelta(minutes=60)
    limit: timedelta = timedelta(hours=4)
    concurrency: int = 8
    deadline: float = 10.0
    max_bytes: int = 1_048_576
    encoding: str = "utf-8"
    api: int = 1

    @property
    def label(self) -> str:
        """Name and version, as a link remembers who sent its application."""
        return f"{self.name} {self.version}"

    @property
    def by_hand(self) -> bool:
        """Whether people carry paper there and back, and there is no system to ask."""
        return "person" in self.finish

    @property
    def spec(self) -> LinkSpec:
        """What the plan needs to know."""
        return LinkSpec(self.department, self.title, self.office, self.steps)


@dataclass(frozen=True)
class Ref:
    """How the department is asked about an application: our key, their number, and what else it takes."""

    key: str
    number: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Key:
    """Names one application of one case for one step of one department, once and for all.

    ``revision`` counts correction rounds; ``corrects`` is the application a correction belongs
    to. Departments that want another shape derive it with ``digits``.
    """

    case: str
    department: str
    step: str
    revision: int = 1
    corrects: Ref | None = None

    @property
    def text(self) -> str:
        """The key in words, at most 64 ASCII characters."""
        return f"{self.case}-{self.department}-{self.step}-{self.revision}"

    def digits(self, length: int) -> str:
        """The key as a decimal number of that length, the same for ever."""
        number = int.from_bytes(hashlib.sha256(self.text.encode()).digest(), "big")
        return str(number % 10**length).zfill(length)


@dataclass(frozen=True)
class Prepared:
    """A message as it will be sent, written down before its first byte leaves.

    Every re-send uses the same ``body``. Nonces, time-stamps, signatures and sessions are added
    at send time and are not part of it. ``ref`` finds the application again even if no answer
    ever came. ``meta`` holds no secrets and no personal data. ``files`` are the SHA-256 (hex) of
    the materials the message names; each is handed over (``Adapter.enclose``) before the message.
    """

    key: str
    body: bytes
    ref: Ref
    content_type: str = "application/octet-stream"
    meta: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()


# --- outcomes: what the department answered ----------------------------------------------------


@dataclass(frozen=True)
class Pending:
    """They have it; ask again after ``poll_after`` of business time."""

    ref: Ref
    poll_after: timedelta = timedelta(minutes=1)
    in_review: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Done:
    """Granted. ``result`` satisfies the adapter's Result schema; documents are untouched originals."""

    ref: Ref
    result: Mapping[str, Any]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """Refused, finally, with the department's code and a reason a window clerk can read."""

    code: str
    reason: str


@dataclass(frozen=True)
class Correction:
    """One thing the department wants corrected; ``path`` is a form path (``company.name.full``)."""

    path: str
    code: str
    message: str


@dataclass(frozen=True)
class NeedsCorrection:
    """They want something corrected, or we know before sending that they would."""

    items: tuple[Correction, ...]
    ref: Ref | None = None


@dataclass(frozen=True)
class Partial:
    """Granted for some lines (persons), not for others; the items name the ones left."""

    ref: Ref
    items: tuple[Correction, ...]


@dataclass(frozen=True)
class NotFound:
    """They do not know the application (yet: see ``Manifest.settle``)."""


@dataclass(frozen=True)
class Cancelled:
    """They confirm that it is withdrawn."""


Outcome = Pending | Done | Rejected | NeedsCorrection | Partial | NotFound | Cancelled


class AdapterError(Exception):
    """What an adapter raises; the class says what the engine does next."""


class Retryable(AdapterError):  # noqa: N818 - named for what it tells
    """Surely nothing happened. ``after`` is how long they asked us to wait, if they did."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Unreachable(Retryable):
    """There is nobody at their address: whatever we came for, it would be the same."""


class Closed(AdapterError):  # noqa: N818 - named for what it tells
    """They do not work now; ``until`` is a UTC instant of business time, if they told one."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class Unknown(AdapterError):  # noqa: N818 - named for what it tells
    """It may have happened."""


class Silent(Unknown):
    """No answer came, or none that is theirs: whatever we came for, it would be the same."""


class Misconfigured(AdapterError):  # noqa: N818 - named for what it tells
    """Trying again cannot help."""


class Forged(AdapterError):  # noqa: N818 - named for what it tells
    """Not from the department, or altered, or replayed."""


# --- what is said on the line -------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """One request and its answer, as they went over the line; ``line`` is method and path.

    ``status`` 0 means that no answer came. Headers are left out: secrets are there.
    """

    line: str
    asked: bytes
    status: int = 0
    answered: bytes = b""
    milliseconds: int = 0


_LISTENER: ContextVar[list[Said] | None] = ContextVar("listener", default=None)


@contextmanager
def listening() -> Iterator[list[Said]]:
    """Collect what this thread says to departments inside the block, in order."""
    heard: list[Said] = []
    token = _LISTENER.set(heard)
    try:
        yield heard
    finally:
        _LISTENER.reset(token)


def overheard(said: Said) -> None:
    """Tell whoever is listening, if anybody is; called where bytes leave and arrive."""
    listener = _LISTENER.get()
    if listener is not None:
        listener.append(said)


# --- callbacks and health ----------------------------------------------------------------------


@dataclass(frozen=True)
class RawCallback:
    """A department's call to us, as it came; names of headers in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Hint:
    """Something may have happened to this application: look. Either field may be empty."""

    key: str = ""
    number: str = ""


@dataclass(frozen=True)
class Acknowledgement:
    """What the department wants to read as our thanks for a callback."""

    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Health:
    """Whether the department's system answers, and what it said."""

    ok: bool
    detail: str = ""


class Counter(Protocol):
    """Makes adapters for departments that are served by hand (人工窗口)."""

    def by_hand(self, kind: type["Adapter"]) -> type["Adapter"]:
        """The same department with the same needs and results, without its system."""

    def declared(self, department: str, told: Mapping[str, Any]) -> type["Adapter"]:
        """A department that only a city profile knows; raises Misconfigured."""


class Adapter(Protocol):
    """One department's system.

    An adapter never loops, sleeps, retries, starts threads, or reads the clock or the database.
    """

    manifest: ClassVar[Manifest]
    Settings: ClassVar[type[Schema]]
    Needs: ClassVar[type[Schema]]
    Result: ClassVar[type[Schema]]

    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Say it in their words; pure: no I/O, clock or random; the same needs, the same bytes."""

    def enclose(self, digest: str, content: bytes) -> None:
        """Hand over a material (``Prepared.files``) ahead of the message that names it.

        Known by its content, so the same file again changes nothing; whatever it raises, the
        message has not been sent. Misconfigured if the department takes no files.
        """

    def submit(self, prepared: Prepared) -> Outcome:
        """One exchange that may commit. Anything but an AdapterError counts as Unknown."""

    def query(self, ref: Ref) -> Outcome:
        """Say how the application stands; safe to repeat; the truth."""

    def cancel(self, ref: Ref) -> Outcome:
        """Withdraw it; Rejected if they do not allow it any more."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Which applications the call is about; raises Forged."""

    def acknowledge(self) -> Acknowledgement:
        """What to answer to a callback."""

    def readable(self, raw: bytes) -> Mapping[str, str]:
        """A message of theirs or ours as people may read it: fields by name, nobody identified.

        Never raises; whatever is hidden by its field or its shape is hidden.
        """

    def health(self) -> Health:
        """Whether it answers; writes nothing."""


@dataclass(frozen=True)
class NameOpinion:
    """What a register thinks of a company name, without reserving it.

    ``reasons`` forbid the name, in words with their rule; ``similar`` are names that only warn.
    """

    reasons: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()


class NameRegister(Protocol):
    """What an adapter offers beside its applications if its department keeps the names (名称自主申报)."""

    def check_name(self, full: str) -> NameOpinion:
        """What they think of the whole name; safe to repeat, commits nothing; raises AdapterError."""


# --- what the outer ring gives the orchestrator -------------------------------------------------


class Clock(Protocol):
    """The one door through which time enters."""

    def now(self) -> datetime:
        """The instant of business, UTC."""

    def real(self, business: timedelta) -> timedelta:
        """How long a span of business time lasts for machines (less on a demonstration clock)."""

    def business(self, real: timedelta) -> timedelta:
        """The opposite of ``real``."""


@dataclass(frozen=True)
class Job:
    """One short piece of work for the engine; its identity is all it carries."""

    kind: Literal["work", "issue"]
    case_no: str
    link: str = ""
    step: str = ""
    attempt: int = 0

    @property
    def id(self) -> str:
        """The same work has the same id, so a second enqueue is the first."""
        return ":".join((self.case_no, self.link, self.step, self.kind, str(self.attempt)))

    @property
    def queue(self) -> str:
        """Its bulkhead: the department's queue, or the platform's own."""
        return self.link or "platform"


class Engine(Protocol):
    """Runs jobs durably."""

    def enqueue(self, connection: Any, job: Job, delay: timedelta = timedelta(0)) -> None:
        """Promise to run the job after a real delay, if the transaction of ``connection`` commits."""

    def is_queued(self, connection: Any, job: Job) -> bool:
        """Whether the job is still waiting for its turn, so that nobody has forgotten it."""


class CaseNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No case of that number."""


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

    def disclose(self, no: str, disclosure: Disclosure) -> None:
        """Write down who was shown something of the case."""

    def get_rating(self, no: str, link: str) -> Rating | None:
        """What was said of the case's link, or ("") of the case as a whole."""

    def put_rating(self, no: str, rating: Rating) -> None:
        """Keep a rating in the place of the one given before."""

    def next_number(self, day: str) -> int:
        """The next running number of a day (``yyyymmdd``), each given once."""

    def find_steps(self, department: str, hint: Hint) -> list[tuple[str, str]]:
        """The (case number, step) of a department's applications with that key or number."""

    def begin_exchange(self, no: str, exchange: Exchange) -> int:
        """Write down that a department is about to be spoken to; return the exchange's number."""

    def end_exchange(self, no: str, exchange: Exchange) -> None:
        """Write down what came of it."""

    def last_exchange(self, no: str, link: str, step: str) -> Exchange | None:
        """The latest exchange in which we spoke about the step, ended or not."""

    def overdue(self, before: datetime, limit: int) -> list[tuple[str, str, str]]:
        """Each (case number, link, step) whose next action was due before then; link "" = package."""

    def put_off(self, department: str, now: datetime) -> list[tuple[str, str]]:
        """Each (case number, step) of the department that is to be looked at later than now."""

    def standing(self, department: str) -> Standing:
        """How a department stands, locked until the transaction ends; get cases before, not after."""

    def save_standing(self, standing: Standing) -> None:
        """Write how a department stands now."""


class Form(Protocol):
    """The one form's rules, as the orchestrator asks for them."""

    def check(
        self, entry: Any, wanted: frozenset[str], at: datetime
    ) -> tuple[dict[str, Any], list[Defect]]:
        """Check an entry for these sections: the completed form, and every defect at once.

        ``at`` is when it was first submitted: what was in time then stays in time.
        """

    def glance(self, part: Mapping[str, Any], at: datetime) -> list[Defect]:
        """What is wrong with what a part of an entry says already, never what it lacks."""

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field (``company.name.full``) is made of."""

    def materials(self, form: Mapping[str, Any], links: Sequence[str]) -> list[Wanted]:
        """What the form, as far as it is filled in, calls for these links."""

    def brought(self) -> Mapping[str, str]:
        """The names of all materials an applicant may have to bring, by key."""

    def refilled(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
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
        before: str | None = None,
        limit: int = 50,
    ) -> list[Case]:
        """Cases, the newest first, without documents; ``before`` continues after a number."""

    def get_package(self, no: str, version: int | None = None) -> Package | None:
        """A version of the case's package, by default the latest."""

    def standings(self) -> Mapping[str, Standing]:
        """How the departments stand that were ever spoken to, by link name; locks nothing."""

    def happened(self, no: str) -> int:
        """How many things have happened to the case: cheap, and another number whenever it changes."""

    def disclosures(self, no: str) -> list[Disclosure]:
        """Who saw what of the case, in order."""

    def has_looked(self, no: str, look: Disclosure, since: datetime) -> bool:
        """Whether the same was shown to the same for the same reason since then."""

    def ratings(self, no: str) -> list[Rating]:
        """What was said of the case, as a whole first."""

    def past_spans(self, link: str, step: str, most: int) -> list[Stay]:
        """The latest stays of that step in departments that ended well without a correction."""

    def exchanges(self, no: str, after: int = 0, limit: int = 100) -> list[Exchange]:
        """What was said to departments about the case, in order, from a number on."""

    def exchange(self, no: str, number: int) -> Exchange | None:
        """One of them; None if there is none of that number."""

    def forget_exchanges(self, before: datetime) -> int:
        """Delete those that began before then; return how many there were."""


# --- forms being filled in -----------------------------------------------------------------------


class FilingNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No filing of that id: never there, or expired."""


class ChangedElsewhere(Exception):  # noqa: N818 - named for what it tells
    """Another tab or device was faster; ``current`` is how the filing stands now."""

    def __init__(self, current: Filing) -> None:
        super().__init__("the filing was changed elsewhere")
        self.current = current


class Filings(Protocol):
    """Where filings are kept until they are cases, and how their owners find back to them."""

    def add(self, filing: Filing) -> None:
        """Write a new filing."""

    def get(self, filing_id: str) -> Filing:
        """The filing as last saved; raises FilingNotFound."""

    def save(self, filing: Filing) -> Filing:
        """Write it if its version is the stored one; what was written, one version on.

        Raises ChangedElsewhere if somebody saved or submitted it meanwhile, FilingNotFound.
        """

    def find(self, code: str, phone: str) -> Filing | None:
        """The filing with that code and that number; None for any other pair, or without number."""

    def of_case(self, no: str) -> Filing | None:
        """The filing that became the case."""

    def bind(self, connection: Any, filing: Filing, case_no: str) -> None:
        """Let it be the case, in the transaction that opens the case; its entry is dropped.

        Raises ChangedElsewhere if its version is no longer the stored one, FilingNotFound.
        """

    def reach(self, filing_id: str, phone: str) -> None:
        """Let the number be the one to return with, submitted or not; the version stays.

        Raises FilingNotFound.
        """

    def prune(self, before: datetime) -> int:
        """Drop the filings last saved before then that never became a case; how many there were."""


class ReturnCodes(Protocol):
    """One-time codes sent to a phone; instants are of real time."""

    def put(self, code: str, phone: str, digits: str, at: datetime) -> None:
        """Let these be the digits for that pair, and no others."""

    def redeem(self, code: str, phone: str, digits: str, since: datetime, tries: int) -> bool:
        """Use them up: whether these were the digits, made since then, and tried less than that.

        Every call is a try. Takes as long for a wrong pair as for wrong digits.
        """

    def prune(self, before: datetime) -> int:
        """Drop those made before then; how many there were."""


@dataclass(frozen=True)
class Limit:
    """At most so often in so long: for each subject of that kind."""

    kind: str
    most: int
    within: timedelta


class Limits(Protocol):
    """Counts what must not happen too often, over all processes; instants are of real time."""

    def take(self, limit: Limit, subject: str, at: datetime) -> bool:
        """Count it; whether it is still within the limit."""

    def prune(self, before: datetime) -> int:
        """Drop counts begun before then; how many there were."""


class Texts(Protocol):
    """Sends short messages (短信)."""

    def send(self, phone: str, text: str) -> None:
        """Hand the text over to be sent; raises AdapterError if that surely or maybe failed."""


class MaterialNotFound(Exception):  # noqa: N818 - named for what it tells, as LookupError is
    """No file of that id with that holder."""


class Materials(Protocol):
    """Where the files of filings and cases are kept; writing happens in the caller's transaction."""

    def put(
        self, connection: Any, holder: Holder, material: Material, upload: Upload | None = None
    ) -> None:
        """Keep a file, or a promise (no upload)."""

    def remove(self, connection: Any, holder: Holder, material_id: str) -> None:
        """Drop one; raises MaterialNotFound."""

    def total(self, connection: Any, holder: Holder) -> int:
        """How many bytes the holder's files have together."""

    def bind(self, connection: Any, filing: str, case_no: str, due: date) -> list[Material]:
        """Let all of a filing be the case's; every promise is due that day. Gives what there is."""

    def listed(self, holder: Holder) -> list[Material]:
        """What the holder has, the oldest first, unopened."""

    def get(self, holder: Holder, material_id: str) -> Upload:
        """One file; raises MaterialNotFound."""


# --- what the API asks of storage ----------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """What a bearer token allows; its name owns the cases opened with it."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None


class Accounts(Protocol):
    """Who may call."""

    def find_token(self, secret: str, at: datetime) -> Token | None:
        """What the secret allows at that instant of real time; None if nothing."""


@dataclass(frozen=True)
class New:
    """Go on, and pass this to ``finish`` or ``release``."""

    scope: str
    key: str
    claim: int


@dataclass(frozen=True)
class Running:
    """The same request is being answered just now."""


@dataclass(frozen=True)
class Mismatch:
    """The key belongs to another request."""


@dataclass(frozen=True)
class Stored:
    """The request was answered; this is the answer."""

    status: int
    body: bytes
    case_no: str | None


Begun = New | Running | Mismatch | Stored


class ClaimLostError(Exception):
    """Somebody else took the key over; whatever was done under it must be rolled back."""


class IdempotencyKeys(Protocol):
    """The same request, however often it comes, has one effect."""

    def begin(self, scope: str, key: str, fingerprint: str, instant: datetime) -> Begun:
        """Claim the key, or say what stands in the way."""

    def finish(
        self, connection: Any, new: New, status: int, body: bytes, case_no: str | None = None
    ) -> None:
        """Store the answer in the transaction that stores the case; raises ClaimLostError."""

    def release(self, new: New) -> None:
        """Give the key back unused."""

    def forget(self, before: datetime) -> int:
        """Drop the keys claimed before then; how many there were."""
