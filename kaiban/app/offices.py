"""What the use cases work with, each part beside where it is kept."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from forms.subject import subject_of
from kaiban.app.departments import WithDepartments
from kaiban.app.printing import ChildPrinting, printers
from kaiban.app.signing import SigningWhenAsked, read_signer
from kaiban.config import ConfigError, resolve
from kaiban.notifying.complaint_wording import ComplaintWording
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.orchestrator.applicant.naming import Names
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.window.kiosk import LONGEST, SHORTEST, KioskKey
from kaiban.orchestrator.worker.upkeep.retention import Keeping
from kaiban.orchestrator.worker.upkeep.worklist_upkeep import WorklistUpkeep
from kaiban.processes.pool import Pool
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.records.complaints import SqlComplaints
from kaiban.storage.cases.records.edit_requests import SqlEditRequests
from kaiban.storage.cases.records.obligations import SqlObligations
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.desk.worklist import SqlWorklist
from kaiban.storage.statistics import SqlFigures
from kaiban.storage.tickets import SqlTickets

if TYPE_CHECKING:
    from kaiban.documents.signing.file_signer import FileSigner
    from kaiban.documents.signing.pades import Signing
    from kaiban.engine.dispatcher import WaitingOnly
    from kaiban.web.access.openid import OpenIdProvider


class Offices(WithDepartments):
    """The office every use case works with, and those beside it: staff, complaints, the halls as places to wait in."""

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
    def figures(self) -> SqlFigures:
        """What is counted of cases that have ended."""
        return SqlFigures(self.database)

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
    def engine(self) -> "WaitingOnly":
        """Promises jobs; does not run them."""
        from kaiban.engine.dbos import DbosEngine
        from kaiban.engine.dispatcher import WaitingOnly

        return WaitingOnly(DbosEngine(self.database.engine, self.wall.now))

    @cached_property
    def printers(self) -> Pool:
        """The child processes in which certificate packages are laid out; none before they are needed."""
        return printers()

    @cached_property
    def signer(self) -> "FileSigner":
        """Who signs packages; only asked for where one is made. ConfigError for keys that cannot be used."""
        return read_signer(self.settings, self.environ, self.wall.now())

    def signing(self) -> "Signing":
        """How packages are signed here."""
        from kaiban.documents.signing.pades import Signing

        return Signing(self.signer, self.wall.now, self.settings.timestamp_url)

    @property
    def sample(self) -> str:
        """What is printed across every page as long as this is not a real city."""
        from kaiban.documents.package.packages import SAMPLE

        return "" if self.settings.env == "production" else SAMPLE

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
            SigningWhenAsked(self.signing),
        )
        return Office(
            self.profile.city, self.departments, self.form, self.cases,
            self.engine, self.clock, packages, self.materials,
            SqlEditRequests(self.database, self.keyring), self.tickets,
        )  # fmt: skip
