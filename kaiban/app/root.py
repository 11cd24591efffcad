"""The one module that knows every part."""

import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property, partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from marshmallow import Schema

import forms.materials
import forms.opening
import forms.schema
from forms.locality import Locality
from kaiban.api.app import create_api, openapi_text
from kaiban.api.service import Service
from kaiban.app.clock import WallClock
from kaiban.app.form import FormRules
from kaiban.app.front import TwoDoors
from kaiban.app.keys import read_keyring
from kaiban.app.paperwork import ANSWERS, Paperwork
from kaiban.app.readiness import Readiness, folders
from kaiban.config import ConfigError, Profile, RunningClock, Settings, read_profile, resolve
from kaiban.domain.notification import Channel
from kaiban.installed import find_departments, find_others
from kaiban.notifying.addresses import AddressPolicy, ForbiddenAddressError
from kaiban.notifying.mail import MailCarrier, MailSettings, WrongMailSettingsError
from kaiban.notifying.signatures import new_secret
from kaiban.notifying.texts import InBackground, TextCarrier, UnknownGatewayError, gateway
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.notifying.webhooks import WebhookCarrier
from kaiban.notifying.wording import Wording
from kaiban.orchestrator.announcing import Announcer
from kaiban.orchestrator.applicant.naming import Names
from kaiban.orchestrator.applicant.phone_codes import PhoneCodes
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.applicant.resuming import Resuming
from kaiban.orchestrator.departments import BESIDE, Departments
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Office, Rules
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.subscribing import Subscriptions
from kaiban.orchestrator.window.handing import Sheet
from kaiban.orchestrator.window.kiosk import LONGEST, SHORTEST, KioskKey
from kaiban.orchestrator.worker.issuing import issue
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.orchestrator.worker.queue_upkeep import upkeep
from kaiban.orchestrator.worker.reconciling import reconcile
from kaiban.orchestrator.worker.reminding import remind
from kaiban.orchestrator.worker.retention import Keeping, prune
from kaiban.orchestrator.worker.working import work
from kaiban.ports import Adapter, Carrier, Job, Lifetime, Misconfigured, Texts
from kaiban.processes.pool import Pool
from kaiban.serving.address import OwnAddress
from kaiban.serving.limits import Limits
from kaiban.serving.proxies import TrustedProxies, is_trusted
from kaiban.serving.server import Server
from kaiban.serving.sightings import Sightings
from kaiban.storage.accounts import Accounts
from kaiban.storage.cases import SqlCases
from kaiban.storage.crypto import Keyring
from kaiban.storage.database import Database
from kaiban.storage.epochs import Epochs
from kaiban.storage.filings import SqlFilings
from kaiban.storage.idempotency import IdempotencyKeys
from kaiban.storage.keys import WrongKeysError, settle_keys, wrong_keys
from kaiban.storage.materials import SqlMaterials
from kaiban.storage.outbox import SqlOutbox
from kaiban.storage.rate_limits import SqlRateLimits
from kaiban.storage.return_codes import SqlReturnCodes
from kaiban.storage.sessions import SqlSessions
from kaiban.storage.tickets import SqlTickets, TicketMessages
from kaiban.storage.webhooks import SqlWebhooks
from kaiban.storage.witness import Witness
from kaiban.web.app import MOST_DRAINED, create_pages, most_taken
from kaiban.web.service import Service as PageService

if TYPE_CHECKING:
    from kaiban.documents.papers.making import Papers
    from kaiban.engine.dbos import DbosEngine, Worker


log = structlog.get_logger()

SECTIONS = "kaiban.sections"


#: How long a browser knows its filings without a click, and at most; then the resume code opens them again.
LIFETIME = Lifetime(idle=timedelta(hours=8), absolute=timedelta(hours=24))


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

    def settle_keys(self) -> None:
        """Keep how to know keys that are new here; ConfigError if they are not those of the data."""
        try:
            settle_keys(self.database, self.keyring, self.wall.now())
        except WrongKeysError as error:
            raise ConfigError(f"KAIBAN_KEYS: {error}") from error

    @cached_property
    def cases(self) -> SqlCases:
        """Where cases are kept."""
        return SqlCases(self.database, self.keyring, self.epochs, self.announcer)

    @cached_property
    def epochs(self) -> Epochs:
        """Who notices that the database was set back."""
        return self.epochs_of(self.database)

    def epochs_of(self, database: Database) -> Epochs:
        """The same for a database that is only becoming ours."""
        return Epochs.of(database, Witness(Path(self.settings.witness)), self.wall.now)

    @cached_property
    def filings(self) -> SqlFilings:
        """Where forms are kept while somebody fills them in."""
        return SqlFilings(self.database, self.keyring)

    @cached_property
    def resuming(self) -> Resuming:
        """How somebody comes back to a form on another device."""
        return Resuming(
            self.filings,
            SqlReturnCodes(self.database, self.keyring),
            SqlRateLimits(self.database, self.keyring),
            self.texts,
            self.wall.now,
            self.profile.city.title,
        )

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
    def outbox(self) -> SqlOutbox:
        """What people and programs are to be told."""
        return SqlOutbox(self.database, self.keyring)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Which programs are told, and where."""
        return SqlWebhooks(self.database, self.keyring)

    @cached_property
    def addresses(self) -> AddressPolicy:
        """Where programs may be told."""
        return AddressPolicy(self.settings.env == "production", self.settings.webhook_networks)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """How programs subscribe."""
        return Subscriptions(self.webhooks, self.outbox, self._why_not, new_secret, self.wall.now)

    def _why_not(self, url: str) -> str:
        try:
            self.addresses.check(url)
        except ForbiddenAddressError as error:
            return str(error)
        return ""

    @cached_property
    def announcer(self) -> Announcer:
        """Who writes down what is to be told, wherever something happens to a case."""
        there = {Channel.SMS: self.profile.texts, Channel.MAIL: self.profile.mail}
        channels = tuple(channel for channel, told in there.items() if told)
        write = Wording(self.profile.city.title, self.settings.base_url)
        return Announcer(self.outbox, self.webhooks, self.filings, channels, write, self.wall.now)

    @cached_property
    def relays(self) -> dict[str, Callable[[], bool]]:
        """Who sends what is to be told, each line for itself: the channels of cases, and what tickets tell."""
        limits = SqlRateLimits(self.database, self.keyring)
        cases = Relay(self.outbox, self.webhooks, limits, self.carriers, self.wall.now)
        found: dict[str, Callable[[], bool]] = {
            each.value: partial(cases.turn, each) for each in self.carriers
        }
        if Channel.SMS in self.carriers:
            messages = TicketMessages(self.database, self.keyring)
            tickets = Relay(messages, self.webhooks, limits, self.carriers, self.wall.now)
            found["tickets"] = partial(tickets.turn, Channel.SMS)
        return found

    @cached_property
    def queue(self) -> Queue:
        """The halls as places to make appointments and wait in."""
        return Queue(
            self.profile.city,
            self.clock,
            SqlTickets(self.database, self.keyring),
            TicketWording(self.profile.city.title, self.settings.base_url),
            self.wall.now,
            told=bool(self.profile.texts),
        )

    @cached_property
    def phone_codes(self) -> PhoneCodes:
        """How somebody proves that a phone is theirs."""
        return PhoneCodes(
            SqlReturnCodes(self.database, self.keyring),
            SqlRateLimits(self.database, self.keyring),
            self.texts,
            self.wall.now,
            self.profile.city.title,
        )

    @cached_property
    def carriers(self) -> dict[Channel, Carrier]:
        """Everything messages are carried on by; ConfigError for wrong settings."""
        found: dict[Channel, Carrier] = {
            Channel.WEBHOOK: WebhookCarrier(self.webhooks, self.addresses, self.wall.now)
        }
        if self.text_gateway:
            found[Channel.SMS] = TextCarrier(self.text_gateway)
        if self.mail:
            found[Channel.MAIL] = MailCarrier(self.mail, self.wall.now)
        return found

    @cached_property
    def mail(self) -> MailSettings | None:
        """The city's mail server, if it has one."""
        if not self.profile.mail:
            return None
        try:
            told = MailSettings.read(resolve(self.profile.mail, self.environ))
        except WrongMailSettingsError as error:
            raise ConfigError(str(error)) from error
        if self.settings.env == "production" and told.security == "none" and not told.is_local:
            raise ConfigError("mail.security: starttls or tls; mails name companies")
        return told

    @cached_property
    def texts(self) -> InBackground | None:
        """The city's gateway for short messages that nobody waits for, if it has one."""
        return InBackground(self.text_gateway) if self.text_gateway else None

    @cached_property
    def text_gateway(self) -> Texts | None:
        """The city's gateway for short messages, if it has one."""
        chosen = self.profile.texts
        if not chosen:
            return None
        try:
            settings = resolve(chosen.get("settings", {}), self.environ)
            made = gateway(chosen.get("gateway", "http"), settings, self.wall)
        except (UnknownGatewayError, Misconfigured) as error:
            raise ConfigError(str(error)) from error
        if self.settings.env == "production" and hasattr(made, "refuse_stubs"):
            made.refuse_stubs()
        return made

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        """Which requests were answered already."""
        return IdempotencyKeys(self.database, self.keyring)

    @cached_property
    def sessions(self) -> SqlSessions:
        """What browsers may open."""
        return SqlSessions(self.database, self.keyring)

    @cached_property
    def keeping(self) -> Keeping:
        """What is kept for a while only."""
        exchanges = timedelta(days=self.settings.exchange_days)
        ways = self.resuming
        return Keeping(
            ways.filings, ways.codes, ways.limits, self.sessions, self.wall.now,
            self.idempotency, self.outbox, self.profile.drafts, exchanges,
        )  # fmt: skip

    @cached_property
    def materials(self) -> SqlMaterials:
        """Where the files applicants bring are kept."""
        return SqlMaterials(self.database, self.keyring)

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
        return Pool(self.settings.document_workers, places, classes=ANSWERS)

    @cached_property
    def quotas(self) -> Quotas:
        """How often strangers may send files and begin forms."""
        limits = SqlRateLimits(self.database, self.keyring)
        return Quotas(limits, self.profile.city.rates, self.wall.now)

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
        return openapi_text(self.sections, self.profile.city)

    @cached_property
    def office(self) -> Office:
        """What every use case works with."""
        from kaiban.documents.packages import DocumentPackages

        packages = DocumentPackages(
            self.profile.city,
            self.departments,
            self.settings.base_url,
            self.keyring.secret("verify"),
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
        """What a web process answers with: the pages, and behind the same door the API."""
        pages, api = self.pages(), self.api()
        ours = OwnAddress(TwoDoors(pages.wsgi_app, api.wsgi_app), self.settings.base_url)
        front = TrustedProxies(ours, self.settings.trusted_proxies, self.sightings.note)
        # Flask's own way of wrapping; a method is what mypy will not see replaced.
        setattr(pages, "wsgi_app", front)  # noqa: B010
        return pages

    def server(self, door: socket.socket) -> Server:
        """The web process that serves whoever comes in at that listening socket."""
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

    def pages(self) -> Flask:
        """The pages alone."""
        return create_pages(
            PageService(
                office=self.office,
                cases=self.cases,
                filings=self.filings,
                resuming=self.resuming,
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
                paperwork=Paperwork(self.document_workers, self.sample),
                quotas=self.quotas,
                queue=self.queue,
                phone_codes=self.phone_codes,
                limits=SqlRateLimits(self.database, self.keyring),
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
                subscriptions=self.subscriptions,
                queue=self.queue,
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
            prune=lambda: (
                remind(self.office),
                prune(self.office, self.keeping),
                upkeep(self.queue),
            ),
            wall=self.wall.now,
            relays=self.relays,
            poll_seconds=self.settings.poll_seconds,
        )

    def run(self, job: Job) -> None:
        """Do one job."""
        {"work": work, "issue": issue}[job.kind](self.office, job)

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
