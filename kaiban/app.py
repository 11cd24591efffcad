"""The composition root: the only module that knows every part, and where the wall clock is read."""

import base64
import logging
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from marshmallow import Schema

import forms.derive
import forms.materials
import forms.opening
import forms.refill
import forms.roster
import forms.schema
from forms.locality import Locality
from kaiban.api.app import create_api
from kaiban.api.service import Service
from kaiban.config import ConfigError, Profile, RunningClock, Settings, read_profile, resolve
from kaiban.domain.clock import HALL_TIME
from kaiban.domain.material import Upload, UploadLimits, Wanted
from kaiban.domain.notice import Defect
from kaiban.installed import find_departments, find_others
from kaiban.notifying.texts import InBackground, UnknownGatewayError, gateway
from kaiban.orchestrator.departments import BESIDE, Departments
from kaiban.orchestrator.handing import Sheet
from kaiban.orchestrator.issuing import issue
from kaiban.orchestrator.locking import LONGEST, SHORTEST, Lock
from kaiban.orchestrator.naming import Names
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.pruning import Keeping, prune
from kaiban.orchestrator.reconciling import reconcile
from kaiban.orchestrator.returning import Door
from kaiban.orchestrator.working import work
from kaiban.ports import Adapter, Job, Misconfigured
from kaiban.storage.accounts import Accounts
from kaiban.storage.cases import SqlCases
from kaiban.storage.crypto import KEY_BYTES, Keyring
from kaiban.storage.database import Database
from kaiban.storage.doors import SqlLimits, SqlReturnCodes
from kaiban.storage.filings import SqlFilings
from kaiban.storage.idempotency import IdempotencyKeys
from kaiban.storage.materials import SqlMaterials
from kaiban.storage.migrations import current, newest
from kaiban.web.app import create_pages
from kaiban.web.service import Service as PageService

if TYPE_CHECKING:
    from kaiban.documents.papers.making import Papers
    from kaiban.documents.tables import Sheet as Table
    from kaiban.engine.dbos import DbosEngine, Worker

log = structlog.get_logger()

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]

SECTIONS = "kaiban.sections"


#: How long a browser knows its filings without a click; then the resume code opens them again.
SESSION = timedelta(hours=8)

#: What programs call; everything else is a page.
API_PATHS = ("/api/", "/callbacks/", "/livez", "/readyz", "/metrics", "/problems/")


class TwoDoors:
    """One address for people and programs: the path says which of the two is meant."""

    def __init__(self, pages: WsgiApp, api: WsgiApp) -> None:
        self._pages, self._api = pages, api

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        app = self._api if path.startswith(API_PATHS) else self._pages
        return app(environ, start_response)


class WallClock:
    """Real time; signatures on the wire and access tokens live by it."""

    def now(self) -> datetime:
        """The instant, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one door through which real time enters


@dataclass(frozen=True)
class FormRules:
    """The one form with this city's rules (kaiban.ports.Form)."""

    sections: Mapping[str, type[Schema]]
    locality: Locality

    def check(
        self, entry: Any, wanted: frozenset[str], at: datetime
    ) -> tuple[dict[str, Any], list[Defect]]:
        """Check an entry: the completed form, and every defect at once."""
        checked = forms.opening.check(
            entry, today=at.astimezone(HALL_TIME).date(), sections=self.sections, wanted=wanted,
            locality=self.locality,
        )  # fmt: skip
        return dict(checked.form), _defects(checked.defects)

    def glance(self, part: Mapping[str, Any], at: datetime) -> list[Defect]:
        """What is wrong with what a part of an entry says already, never what it lacks."""
        today = at.astimezone(HALL_TIME).date()
        return _defects(
            forms.opening.glance(part, today=today, sections=self.sections, locality=self.locality)
        )

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field is made of."""
        return forms.derive.asked_for(path)

    def materials(self, form: Mapping[str, Any], links: Sequence[str]) -> list[Wanted]:
        """What the form calls for these links."""
        found = forms.materials.needed(form, links)
        return [
            Wanted(one.key, one.name, one.departments, one.produced, one.sensitive)
            for one in found
        ]

    def brought(self) -> dict[str, str]:
        """The names of all materials an applicant may have to bring, by key."""
        return {one.key: one.name for one in forms.materials.MATERIALS if not one.produced}

    def refilled(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers of a checked form for another one, without what each form is promised anew."""
        return forms.refill.refilled(form, self.sections)


def _defects(found: Iterable[forms.opening.Defect]) -> list[Defect]:
    return [Defect(d.pointer, d.code, d.message, rule=d.rule, example=d.example) for d in found]


class Paperwork:
    """What the pages ask of documents (kaiban.web.service.Paperwork); loaded when first asked for."""

    def __init__(self, kaiban: "Kaiban") -> None:
        self._kaiban = kaiban

    def take_in(self, content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
        """A file as it is kept, or what is wrong with it."""
        from kaiban.documents.uploads import accept

        return accept(content, name, limits)

    def write(
        self, key: str, form: Mapping[str, Any], links: Sequence[str], at: datetime
    ) -> bytes | None:
        """The paper of that key as PDF; None if the form does not call for it."""
        from kaiban.documents.papers.making import NoSuchPaperError

        try:
            return self._kaiban.papers.one(key, form, links, at).pdf
        except NoSuchPaperError:
            return None

    def page_count(self, pdf: bytes) -> int:
        """How many pages a PDF has."""
        from kaiban.documents.pictures import count

        return count(pdf)

    def picture(self, pdf: bytes, number: int) -> bytes | None:
        """A page of a PDF as PNG; None if there is none."""
        from kaiban.documents.pictures import picture

        return picture(pdf, number)

    def table(self, sent: bytes | str) -> "Table | Defect":
        """The rows of a file, or of a text pasted from a spreadsheet."""
        from kaiban.documents.tables import pasted, sheet_of

        return pasted(sent) if isinstance(sent, str) else sheet_of(sent)

    def roster_template(self) -> bytes:
        """The table of staff to fill in, as XLSX."""
        from kaiban.documents.tables import template

        return template(forms.roster.columns())


class Kaiban:
    """One process's parts, each made when first asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.settings = Settings.read(environ)
        self.wall = WallClock()
        self.clock = RunningClock.read(self.settings.clock, self.wall.now)

    @cached_property
    def profile(self) -> Profile:
        """The city profile; ConfigError if it lets something follow later that must not."""
        profile = read_profile(self.settings)
        may = {one.key for one in forms.materials.MATERIALS if one.deferrable and not one.produced}
        if strange := profile.city.materials.deferral.keys - may:
            raise ConfigError(
                f"KAIBAN_CITY: deferral.keys: {', '.join(sorted(strange))}: only {', '.join(sorted(may))}"
            )
        return profile

    @cached_property
    def database(self) -> Database:
        """The one database."""
        return Database(self.settings.database)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys that encrypt personal data."""
        return read_keyring(str(resolve(self.settings.keys, self.environ)))

    @cached_property
    def cases(self) -> SqlCases:
        """Where cases are kept."""
        return SqlCases(self.database, self.keyring)

    @cached_property
    def filings(self) -> SqlFilings:
        """Where forms are kept while somebody fills them in."""
        return SqlFilings(self.database, self.keyring)

    @cached_property
    def door(self) -> Door:
        """How somebody comes back to a form on another device."""
        return Door(
            self.filings,
            SqlReturnCodes(self.database, self.keyring),
            SqlLimits(self.database, self.keyring),
            self.texts,
            self.wall.now,
            self.profile.city.title,
        )

    @cached_property
    def lock(self) -> Lock:
        """What keeps anybody from turning a browser into a kiosk, or a kiosk into a browser."""
        key = str(resolve(self.settings.kiosk_key, self.environ))
        if self.settings.kiosk_key and not SHORTEST <= len(key) <= LONGEST:
            raise ConfigError(f"KAIBAN_KIOSK_KEY: a key of {SHORTEST} to {LONGEST} characters")
        return Lock(key, SqlLimits(self.database, self.keyring), self.wall.now)

    @cached_property
    def names(self) -> Names:
        """Whom to ask about a company name."""
        limits = SqlLimits(self.database, self.keyring)
        return Names(self.departments, limits, self.wall.now)

    @cached_property
    def texts(self) -> InBackground | None:
        """The city's gateway for short messages, if it has one."""
        chosen = self.profile.texts
        if not chosen:
            return None
        try:
            settings = resolve(chosen.get("settings", {}), self.environ)
            return InBackground(gateway(chosen.get("gateway", "http"), settings, self.wall))
        except (UnknownGatewayError, Misconfigured) as error:
            raise ConfigError(str(error)) from error

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        """Which requests were answered already."""
        return IdempotencyKeys(self.database, self.keyring)

    @cached_property
    def keeping(self) -> Keeping:
        """What is kept for a while only."""
        exchanges = timedelta(days=self.settings.exchange_days)
        return Keeping(self.door, self.idempotency, self.profile.drafts, exchanges)

    @cached_property
    def materials(self) -> SqlMaterials:
        """Where the files applicants bring are kept."""
        return SqlMaterials(self.database, self.keyring)

    @cached_property
    def papers(self) -> "Papers":
        """Writes the documents the form is the source of."""
        from kaiban.documents.papers.making import Papers

        return Papers(self.sample)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may call."""
        return Accounts(self.database)

    @cached_property
    def sections(self) -> dict[str, type[Schema]]:
        """The form's sections: ours, and those that come with further departments."""
        joined = {point.name: point.load() for point in entry_points(group=SECTIONS)}
        return {**forms.opening.SECTIONS, **joined}

    @cached_property
    def adapters(self) -> dict[str, type[Adapter]]:
        """The adapter of every department of this city; needs no settings of theirs."""
        return find_departments(self.profile)

    @cached_property
    def departments(self) -> Departments:
        """Every department of this city, ready to be talked to."""
        found = {
            name: _ready(name, kind, self.profile, self.environ, self.wall)
            for name, kind in self.adapters.items()
        }
        missing = [
            f"{name} reads {path}, which the form does not ask"
            for name, adapter in found.items()
            for path in paths_read(adapter.Needs)
            if path.split(".")[0] not in BESIDE
            and not forms.opening.path_exists(path, self.sections)
        ]
        if missing:
            raise ConfigError("; ".join(missing))
        return Departments(found, {other.manifest.name: other for other in self._others()})

    def _others(self) -> Iterator[Adapter]:
        """Who is not in charge, but may have begun something before the profile was changed."""
        for name, kind in find_others(self.profile).items():
            try:
                yield _ready(name, kind, self.profile, self.environ, self.wall)
            except ConfigError as error:
                # What it has begun goes to the window; a link by hand needs no settings.
                log.warning("other_adapter_unavailable", link=name, error=str(error))

    @cached_property
    def engine(self) -> "DbosEngine":
        """Promises jobs; does not run them."""
        from kaiban.engine.dbos import DbosEngine

        return DbosEngine(self.database.engine)

    @cached_property
    def form(self) -> FormRules:
        """The one form's rules."""
        return FormRules(self.sections, Locality(**_tuples(self.profile.locality)))

    @cached_property
    def office(self) -> Office:
        """What every use case works with."""
        from kaiban.documents.packages import DocumentPackages

        packages = DocumentPackages(
            self.profile.city,
            self.departments,
            self.settings.base_url,
            self.keyring.blind("verify code", "packages", "secret").encode(),
            self.sample,
        )
        return Office(
            self.profile.city, self.departments, self.form, self.cases,
            self.engine, self.clock, packages, self.materials,
        )  # fmt: skip

    @property
    def sample(self) -> str:
        """What is printed across every page as long as this is not a real city."""
        from kaiban.documents.packages import SAMPLE

        return "" if self.settings.env == "production" else SAMPLE

    def printed(self, sheet: Sheet) -> bytes:
        """A department's sheet as PDF."""
        from kaiban.documents.sheets import sheet_pdf

        return sheet_pdf(sheet, self.sections, self.profile.city.title, self.sample)

    def web(self) -> Flask:
        """The web process: the pages, and behind the same door the API."""
        pages, api = self.pages(), self.api()
        # Flask's own way of wrapping; a method is what mypy will not see replaced.
        setattr(pages, "wsgi_app", TwoDoors(pages.wsgi_app, api.wsgi_app))  # noqa: B010
        return pages

    def pages(self) -> Flask:
        """The pages alone."""
        return create_pages(
            PageService(
                office=self.office,
                cases=self.cases,
                filings=self.filings,
                door=self.door,
                names=self.names,
                lock=self.lock,
                sections=self.sections,
                wall=self.wall.now,
                secret=self.keyring.blind("session", "pages", "secret").encode(),
                session=SESSION,
                drafts=self.profile.drafts,
                secure=self.settings.base_url.startswith("https:"),
                sample=self.settings.env != "production",
                paperwork=Paperwork(self),
            )
        )

    def api(self) -> Flask:
        """The API alone."""
        return create_api(
            Service(
                office=self.office,
                cases=self.cases,
                accounts=self.accounts,
                idempotency=self.idempotency,
                form=forms.schema.describe(self.sections),
                sections=self.sections,
                wall=self.wall.now,
                ready=self.what_is_missing,
            )
        )

    def prepare_engine(self) -> None:
        """Bring the engine's own tables up to date."""
        from kaiban.engine.dbos import migrate as migrate_engine

        migrate_engine(self.database.engine)

    def worker(self, slot: str) -> "Worker":
        """The worker process of that slot: its name is stable over restarts and unique."""
        from kaiban.engine.dbos import Worker

        queues = {
            name: self.departments[name].manifest.concurrency for name in self.departments.names
        }
        return Worker(
            self.database.engine,
            executor=f"{socket.gethostname()}-{slot}",
            queues={**queues, "platform": 2},
            run=self.run,
            reconcile=lambda: reconcile(self.office),
            prune=lambda: prune(self.office, self.keeping),
            poll_seconds=self.settings.poll_seconds,
        )

    def run(self, job: Job) -> None:
        """Do one job."""
        {"work": work, "issue": issue}[job.kind](self.office, job)

    def what_is_missing(self) -> list[str]:
        """Everything that keeps the service from doing its work."""
        try:
            found = current(self.database)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
            log.error("database_unavailable", error=type(error).__name__)
            return ["database"]
        return [] if found == newest() else ["migration"]


def _ready(
    name: str, kind: Any, profile: Profile, environ: Mapping[str, str], clock: WallClock
) -> Adapter:
    # A counter has no settings; those of the link are its system's.
    by_hand = kind.manifest.by_hand
    settings = {} if by_hand else profile.links.get(name, {}).get("settings", {})
    try:
        adapter: Adapter = kind(resolve(settings, environ), clock=clock)
    except Misconfigured as error:
        raise ConfigError(
            f"links.{name}.settings: {error}"
            + (
                ""
                if settings
                else " (KAIBAN_LINKS names a file with them; `kaiban stubs up` writes one)"
            )
        ) from error
    return adapter


def read_keyring(text: str) -> Keyring:
    """Keys from lines ``id:base64``: the first is used for new cells, ``index`` finds rows.

    Raises ConfigError, without saying what was read.
    """
    try:
        pairs = [line.split(":", 1) for line in text.split()]
        keys = {name: base64.b64decode(value, validate=True) for name, value in pairs}
        index = keys.pop("index")
        return Keyring(keys, next(iter(keys)), index)
    except (ValueError, KeyError, StopIteration) as error:
        raise ConfigError(
            "KAIBAN_KEYS: expected lines `id:base64` and one `index:base64`"
        ) from error


def make_keys(settings: Settings) -> bool:
    """In development, write fresh keys where the settings expect them; never over existing ones."""
    path = Path(settings.keys.removeprefix("file:"))
    if settings.env == "production" or not settings.keys.startswith("file:") or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = (
        f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
        for name in ("k1", "index")
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    return True


def set_up_log(form: str) -> None:
    """Log to stderr: constant events with keys, one JSON object a line or coloured for people."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
