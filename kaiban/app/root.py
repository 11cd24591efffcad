"""The one module that knows every part."""

import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property, partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from argon2 import PasswordHasher
from marshmallow import Schema

import forms.materials
import forms.opening
import forms.structure.schema
from forms.locality import Locality
from forms.subject import subject_of
from kaiban.app.clock import WallClock
from kaiban.app.form import FormRules
from kaiban.app.paperwork import ANSWERS, Paperwork
from kaiban.app.printing import AT_ONCE, ChildPrinting, printers
from kaiban.app.readiness import Readiness, folders
from kaiban.app.telling import Telling
from kaiban.config import ConfigError, Profile, resolve
from kaiban.installed import find_departments, find_others
from kaiban.notifying.complaint_wording import ComplaintWording
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.orchestrator.applicant.naming import Names
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.departments import BESIDE, Departments
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Office, Rules
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.window.by_hand.handing import Sheet
from kaiban.orchestrator.window.kiosk import LONGEST, SHORTEST, KioskKey
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet
from kaiban.orchestrator.worker.forwarding import Forwarding
from kaiban.orchestrator.worker.steps.case_run import run, run_alone
from kaiban.orchestrator.worker.upkeep.queue_upkeep import upkeep
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.orchestrator.worker.upkeep.reminding import remind
from kaiban.orchestrator.worker.upkeep.retention import Keeping, prune
from kaiban.orchestrator.worker.upkeep.worklist_upkeep import WorklistUpkeep
from kaiban.ports import PLATFORM, Adapter, Job, Lifetime, Misconfigured
from kaiban.processes.places import Places, spare_cores
from kaiban.processes.pool import Pool
from kaiban.processes.temporary import choose_temporary_folder
from kaiban.serving.proxies import TrustedProxies, is_trusted
from kaiban.serving.sightings import Sightings
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.alarm import alarm
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.records.complaints import SqlComplaints
from kaiban.storage.cases.records.edit_requests import SqlEditRequests
from kaiban.storage.cases.records.obligations import SqlObligations
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.desk.worklist import SqlWorklist
from kaiban.storage.encryption.keys import wrong_keys
from kaiban.storage.tickets import SqlTickets

if TYPE_CHECKING:
    from flask import Flask

    from kaiban.documents.papers.making import Papers
    from kaiban.engine.dbos import Worker
    from kaiban.engine.dispatcher import WaitingOnly
    from kaiban.serving.server import Server
    from kaiban.web.access.openid import OpenIdProvider


log = structlog.get_logger()

SECTIONS = "kaiban.sections"


#: How long a browser knows its filings without a click, and at most; then the resume code opens them again.
LIFETIME = Lifetime(idle=timedelta(hours=8), absolute=timedelta(hours=24))


#: So many cases a worker keeps between their transactions, of 50 to 100 KB each.
KEPT = 200


class Kaiban(Telling):
    """One process's parts, each made when first asked for."""

    @cached_property
    def cases(self) -> SqlCases:
        """Where cases are kept."""
        return SqlCases(
            self.database, self.keyring, self.epochs, self.announcer, subject_of, self.profile.city
        )

    @cached_property
    def worklist(self) -> SqlWorklist:
        """The list staff work from."""
        return SqlWorklist(self.database, self.keyring)

    @cached_property
    def worklist_upkeep(self) -> WorklistUpkeep:
        """Who makes lines of it anew that are not of now."""
        lines = SqlLines(self.database, self.keyring, self.profile.city)
        return WorklistUpkeep(lines, self.wall.now)

    @cached_property
    def kiosk_key(self) -> KioskKey:
        """What keeps anybody from turning a browser into a kiosk, or a kiosk into a browser."""
        key = str(resolve(self.settings.kiosk_key, self.environ))
        if self.settings.kiosk_key and not SHORTEST <= len(key) <= LONGEST:
            raise ConfigError(f"KAIBAN_KIOSK_KEY: a key of {SHORTEST} to {LONGEST} characters")
        return KioskKey(key)

    @cached_property
    def names(self) -> Names:
        """Whom to ask about a company name."""
        limits = SqlRateLimits(self.database, self.keyring)
        return Names(self.departments, limits, self.wall.now)

    @cached_property
    def tickets(self) -> SqlTickets:
        """Appointments and numbers of the halls."""
        return SqlTickets(self.database, self.keyring)

    @cached_property
    def queue(self) -> Queue:
        """The halls as places to make appointments and wait in."""
        return Queue(
            self.profile.city,
            self.clock,
            self.tickets,
            TicketWording(self.profile.city.title, self.settings.base_url),
            self.wall.now,
            told=bool(self.profile.texts),
        )

    @cached_property
    def complaints(self) -> ComplaintOffice:
        """Complaints about cases."""
        return ComplaintOffice(
            self.office,
            SqlComplaints(self.database, self.keyring),
            SqlRateLimits(self.database, self.keyring),
            ComplaintWording(self.profile.city.title, self.settings.base_url),
            self.wall.now,
            told=bool(self.profile.texts),
        )

    @cached_property
    def obligations(self) -> SqlObligations:
        """What is owed after acceptance, and what came late."""
        return SqlObligations(self.database)

    @cached_property
    def keeping(self) -> Keeping:
        """What is kept for a while only."""
        exchanges = timedelta(days=self.settings.exchange_days)
        ways = self.resuming
        return Keeping(
            ways.filings, ways.codes, ways.limits, self.sessions, self.wall.now,
            self.idempotency, self.outbox, self.profile.drafts, exchanges, self.staff.accounts,
            SqlPresence(self.database),
        )  # fmt: skip

    @cached_property
    def papers(self) -> "Papers":
        """Writes the documents the form is the source of."""
        from kaiban.documents.papers.making import papers

        return papers(self.sample)

    @cached_property
    def document_workers(self) -> Pool:
        """The child processes in which the pages' documents are read and made; none before they are needed."""
        # Half of the threads is left for pages, whatever comes in.
        places = self.settings.threads // 2
        machine = Places(Path(self.settings.var) / "places", spare_cores())
        return Pool(self.settings.document_workers, places, classes=ANSWERS, machine=machine)

    @cached_property
    def printers(self) -> Pool:
        """The child processes in which certificate packages are laid out; none before they are needed."""
        return printers()

    @cached_property
    def quotas(self) -> Quotas:
        """How often strangers may send files and begin forms."""
        limits = SqlRateLimits(self.database, self.keyring)
        return Quotas(limits, self.profile.city.rates, self.wall.now)

    @cached_property
    def hasher(self) -> PasswordHasher:
        """What hashes of passwords cost."""
        return PasswordHasher()

    @cached_property
    def staff(self) -> StaffOffice:
        """Who of the staff may come in."""
        return StaffOffice(
            SqlStaff(self.database, self.keyring, self.hasher),
            self.sessions,
            SqlRateLimits(self.database, self.keyring),
            self.profile.city.halls,
            self.wall.now,
            self.profile.city.title,
        )

    @cached_property
    def openid(self) -> "OpenIdProvider | None":
        """Where staff may sign in beside here, if the city has such a provider; ConfigError for wrong settings."""
        if not self.profile.openid:
            return None
        from kaiban.web.access.openid import OpenIdProvider, WrongOpenIdSettingsError

        told = resolve(self.profile.openid, self.environ)
        back = f"{self.settings.base_url}/desk/openid/back"
        try:
            return OpenIdProvider.read(told, back, https=self.settings.env == "production")
        except WrongOpenIdSettingsError as error:
            raise ConfigError(str(error)) from error

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
    def engine(self) -> "WaitingOnly":
        """Promises jobs; does not run them."""
        from kaiban.engine.dbos import DbosEngine
        from kaiban.engine.dispatcher import WaitingOnly

        return WaitingOnly(DbosEngine(self.database.engine, self.wall.now))

    @cached_property
    def form(self) -> FormRules:
        """The one form's rules."""
        return FormRules(self.sections, Locality(**_tuples(self.profile.locality)))

    @cached_property
    def rules(self) -> Rules:
        """What forms are checked by; needs neither a database nor what departments have told us."""
        found = {name: self._rehearsing(name, kind) for name, kind in self.adapters.items()}
        return Rules(Departments(found), self.form, self.clock)

    def _rehearsing(self, name: str, kind: type[Adapter]) -> Adapter:
        try:
            return _ready(name, kind, self.profile, self.environ, self.wall)
        except ConfigError:
            return kind.rehearsing()

    @cached_property
    def openapi(self) -> str:
        """The API's description, as it is served."""
        from kaiban.api.app import openapi_text

        return openapi_text(self.sections, self.profile.city)

    @cached_property
    def office(self) -> Office:
        """What every use case works with."""
        from kaiban.documents.package.packages import DocumentPackages

        packages = DocumentPackages(
            self.profile.city,
            self.departments,
            self.settings.base_url,
            self.keyring.secret("verify"),
            self.sample,
            ChildPrinting(self.printers),
        )
        return Office(
            self.profile.city, self.departments, self.form, self.cases,
            self.engine, self.clock, packages, self.materials,
            SqlEditRequests(self.database, self.keyring), self.tickets,
        )  # fmt: skip

    @property
    def sample(self) -> str:
        """What is printed across every page as long as this is not a real city."""
        from kaiban.documents.package.packages import SAMPLE

        return "" if self.settings.env == "production" else SAMPLE

    def printed(self, sheet: Sheet) -> bytes:
        """A department's sheet as PDF."""
        from kaiban.documents.sheets import sheet_pdf

        return sheet_pdf(sheet, self.sections, self.profile.city.title, self.sample)

    def printed_notice(self, sheet: NoticeSheet | RefusalSheet) -> bytes:
        """A notice or refusal as PDF."""
        from kaiban.documents.notices import notice_pdf

        return notice_pdf(sheet, self.profile.city.title, self.settings.base_url, self.sample)

    def web(self) -> "Flask":
        """What a web process answers with: the pages, and behind the same door the API."""
        from kaiban.app.front import TwoDoors
        from kaiban.serving.address import OwnAddress

        choose_temporary_folder()
        pages, api = self.pages(), self.api()
        ours = OwnAddress(TwoDoors(pages.wsgi_app, api.wsgi_app), self.settings.base_url)
        front = TrustedProxies(ours, self.settings.trusted_proxies, self.sightings.note)
        # Flask's own way of wrapping; a method is what mypy will not see replaced.
        setattr(pages, "wsgi_app", front)  # noqa: B010
        return pages

    def server(self, door: socket.socket) -> "Server":
        """The web process that serves whoever comes in at that listening socket."""
        from kaiban.serving.limits import Limits
        from kaiban.serving.server import Server
        from kaiban.web.request_sizes import MOST_DRAINED, most_taken

        limits = Limits(
            head=self.settings.head_seconds,
            body=self.settings.body_seconds,
            from_one=self.settings.connections_per_address,
            kept=most_taken(self.profile.city.materials.limits),
            drained=MOST_DRAINED,
        )
        trusted = partial(is_trusted, self.settings.trusted_proxies)
        return Server(self.web(), door, self.settings.threads, limits, trusted)

    @cached_property
    def sightings(self) -> Sightings:
        """What web processes saw and `kaiban doctor` tells."""
        return Sightings(Path(self.settings.var))

    def pages(self) -> "Flask":
        """The pages alone."""
        from kaiban.web.app import create_pages
        from kaiban.web.service import Service

        return create_pages(
            Service(
                office=self.office,
                cases=self.cases,
                filings=self.filings,
                assisted=self.assisted,
                resuming=self.resuming,
                filing_announcer=self.filing_announcer,
                names=self.names,
                kiosk_key=self.kiosk_key,
                sections=self.sections,
                wall=self.wall.now,
                secret=self.keyring.secret("session"),
                sessions=self.sessions,
                lifetime=LIFETIME,
                drafts=self.profile.drafts,
                secure=self.settings.base_url.startswith("https:"),
                sample=self.settings.env != "production",
                paperwork=Paperwork(
                    self.document_workers,
                    self.sample,
                    self.profile.city.title,
                    self.settings.base_url,
                    self.sections,
                ),
                quotas=self.quotas,
                staff=self.staff,
                openid=self.openid,
                worklist=self.worklist,
                presence=SqlPresence(self.database),
                queue=self.queue,
                phone_codes=self.phone_codes,
                limits=SqlRateLimits(self.database, self.keyring),
                complaints=self.complaints,
                obligations=self.obligations,
            )
        )

    def api(self) -> "Flask":
        """The API alone."""
        from kaiban.api.app import create_api
        from kaiban.api.service import Service

        return create_api(
            Service(
                office=self.office,
                cases=self.cases,
                accounts=self.accounts,
                idempotency=self.idempotency,
                form=forms.structure.schema.describe(self.sections),
                sections=self.sections,
                wall=self.wall.now,
                ready=self.what_is_missing,
                subscriptions=self.subscriptions,
                queue=self.queue,
                complaints=self.complaints,
            )
        )

    def prepare_engine(self) -> None:
        """Bring the engine's own tables up to date."""
        from kaiban.engine.dbos import migrate as migrate_engine

        migrate_engine(self.database.engine)

    def worker(self, slot: str) -> "Worker":
        """The worker process of that slot: its name is stable over restarts and unique."""
        from kaiban.engine.dbos import Worker

        self.cases.keep(KEPT)

        queues = {
            name: self.departments[name].manifest.concurrency for name in self.departments.names
        }
        return Worker(
            self.database.engine,
            executor=f"{socket.gethostname()}-{slot}",
            queues={**queues, PLATFORM: AT_ONCE},
            run=partial(run, self.office),
            due=lambda queues, most: self.cases.due(self.clock.now(), queues, most),
            alarm=alarm(self.database),
            reconcile=lambda: reconcile(self.office),
            prune=lambda: (
                remind(self.office, self.obligations),
                prune(self.office, self.keeping),
                upkeep(self.queue),
            ),
            wall=self.wall.now,
            relays={
                **self.relays,
                "late_materials": Forwarding(self.office, self.obligations).turn,
                "worklist": self.worklist_upkeep.turn,
            },
            poll_seconds=self.settings.poll_seconds,
        )

    def run(self, job: Job) -> None:
        """Do one job, and leave what follows to the workers."""
        run_alone(self.office, job)

    @cached_property
    def readiness(self) -> Readiness:
        """Whether this process can do its work."""
        return Readiness(self.database, folders(self.settings.var), self.wrong_keys)

    def what_is_missing(self) -> list[str]:
        """Everything that keeps the service from doing its work, by the names of ``readiness.SENTENCES``."""
        return self.readiness.missing()

    def wrong_keys(self) -> list[str]:
        """What is wrong with the keys, in sentences."""
        try:
            return [f"KAIBAN_KEYS: {each}" for each in wrong_keys(self.database, self.keyring)]
        except ConfigError as error:
            return [str(error)]


def _ready(
    name: str, kind: Any, profile: Profile, environ: Mapping[str, str], clock: WallClock
) -> Adapter:
    # A counter has no settings; those of the link are its system's.
    by_hand = kind.manifest.by_hand
    settings = {} if by_hand else profile.links.get(name, {}).get("settings", {})
    try:
        adapter: Adapter = kind(resolve(settings, environ), clock=clock)
        if environ.get("KAIBAN_ENV") == "production":
            adapter.refuse_stubs()
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


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
