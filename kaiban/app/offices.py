"""What the use cases work with, each part beside where it is kept."""

from contextlib import suppress
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher

from forms.subject import subject_of
from kaiban.app.auditing import keep_anchor, stamping
from kaiban.app.departments import WithDepartments
from kaiban.app.papers.glyphs import InstalledGlyphs
from kaiban.app.papers.printing import ChildLooking, ChildPrinting, printers
from kaiban.app.papers.signing import SigningWhenAsked, ending, read_signer, read_sm2_signer
from kaiban.config import ConfigError, resolve
from kaiban.domain.supervision.problems import Finding, Problem
from kaiban.notifying.complaint_wording import ComplaintWording
from kaiban.notifying.digest_wording import DigestWording
from kaiban.notifying.staff_wording import StaffWording
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.orchestrator.alerting import Alerting
from kaiban.orchestrator.applicant.naming import Names
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.reporting.case_file import Audited, index, pieces
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.supervisor.cards import CardDesk
from kaiban.orchestrator.supervisor.digest import Digesting, ProblemDesk
from kaiban.orchestrator.supervisor.problems import Lookout
from kaiban.orchestrator.window.kiosk import LONGEST, SHORTEST, KioskKey
from kaiban.orchestrator.worker.giving_cards import CardGiving
from kaiban.orchestrator.worker.upkeep.case_filing import CaseFiling
from kaiban.orchestrator.worker.upkeep.retention import Keeping
from kaiban.orchestrator.worker.upkeep.sealing import Sealing
from kaiban.orchestrator.worker.upkeep.worklist_upkeep import WorklistUpkeep
from kaiban.processes.pool import Pool
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.audit.chaining import SqlChain
from kaiban.storage.audit.reading import SqlAuditReader
from kaiban.storage.cases.cases import SqlCases
from kaiban.storage.cases.records.case_files import SqlCaseFiles
from kaiban.storage.cases.records.complaints import SqlComplaints
from kaiban.storage.cases.records.edit_requests import SqlEditRequests
from kaiban.storage.cases.records.obligations import SqlObligations
from kaiban.storage.desk.catching_up import SqlLines
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.desk.worklist import SqlWorklist
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.supervision.cards import SqlCards
from kaiban.storage.supervision.digests import SqlDigests
from kaiban.storage.tickets import SqlTickets

if TYPE_CHECKING:
    from kaiban.documents.signing.file_signer import FileSigner
    from kaiban.documents.signing.pades import Signing
    from kaiban.documents.signing.pkcs11_signer import Pkcs11Signer
    from kaiban.engine.dispatcher import WaitingOnly
    from kaiban.web.access.openid import OpenIdProvider


#: So long before its end a token is told of.
ENDING_SOON: Final = timedelta(days=30)


class Offices(WithDepartments):
    """The office every use case works with, and those beside it: staff, complaints, the halls as places to wait in."""

    @cached_property
    def cases(self) -> SqlCases:
        """Where cases are kept."""
        return SqlCases(
            self.database, self.keyring, self.epochs, self.announce, subject_of, self.profile.city,
            self.audit,
        )  # fmt: skip

    @cached_property
    def sealing(self) -> Sealing:
        """Who chains and anchors the audit."""
        city = self.profile.city.name
        return Sealing(
            SqlChain(self.database), self.wall.now, stamping(self.settings, city),
            partial(keep_anchor, self.settings, city),
        )  # fmt: skip

    @cached_property
    def case_files(self) -> SqlCaseFiles:
        """Where case files lie that staff asked for."""
        return SqlCaseFiles(self.database, self.keyring)

    def case_file(self, no: str, by: str) -> bytes:
        """The signed case file of a case, for somebody; ConfigError where the key cannot be used."""
        from kaiban.documents.case_file.archive import case_file

        found, at, sign = self.cases.read(no), self.clock.now(), self.signing().detached
        audited = Audited(self.audit_reader.of_case(no), self.audit_reader.anchors())
        contents = {each.path: each.content for each in pieces(self.office, found, audited, at)}
        told = partial(index, found, at=at, by=by)
        return case_file(contents, told, at, lambda listed: sign(listed).content)

    @cached_property
    def case_filing(self) -> CaseFiling:
        """Who makes the case files that staff asked for."""
        return CaseFiling(self.case_files, self.case_file, self.wall.now)

    @cached_property
    def audit_reader(self) -> SqlAuditReader:
        """What is read of the audit."""
        return SqlAuditReader(self.database, self.keyring)

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
    def cards(self) -> SqlCards:
        """Cards that were given."""
        return SqlCards(self.database, self.keyring)

    @cached_property
    def alerting(self) -> Alerting:
        """Who of the staff, and which programs, hear of cards."""
        write = StaffWording(self.profile.city.title, self.settings.base_url)
        mails = bool(self.profile.mail)
        return Alerting(
            self.staff_messages, self.staff.accounts, self.webhooks, write, self.wall.now, mails
        )

    @cached_property
    def card_giving(self) -> CardGiving:
        """Who gives cards at their minute."""
        return CardGiving(self.office, self.cards, self.alerting)

    @cached_property
    def lookout(self) -> Lookout:
        """What is looked at for problems."""
        return Lookout(
            self.office, self.worklist, self.cards, self.complaints.complaints, self.ending_soon,
            self.handovers, self.staff.accounts, self.wall.now,
        )  # fmt: skip

    def ending_soon(self) -> list[Finding]:
        """Certificates and tokens that end within some weeks."""
        now = self.wall.now()
        tokens = (each for each in self.accounts.tokens() if each.expires_at)
        found = [
            Finding(Problem.TOKEN, what=each.name, until=each.expires_at.date())
            for each in tokens
            if each.expires_at and now <= each.expires_at < now + ENDING_SOON
        ]
        with suppress(ConfigError):
            if certificate := ending(self.settings, now):
                name = certificate.subject.rfc4514_string()
                until = certificate.not_valid_after_utc.date()
                found.append(Finding(Problem.CERTIFICATE, what=name, until=until))
        return found

    @cached_property
    def digesting(self) -> Digesting:
        """Who sends the daily digest of problems."""
        halls = {name: hall.title for name, hall in self.profile.city.halls.items()}
        write = DigestWording(self.profile.city.title, self.settings.base_url, halls)
        return Digesting(
            self.lookout, SqlDigests(self.database), self.staff_messages, self.staff.accounts, write,
            self.profile.integration, self.wall.now,
        )  # fmt: skip

    @cached_property
    def problem_desk(self) -> ProblemDesk:
        """What the page of problems works with."""
        return ProblemDesk(self.lookout, SqlDigests(self.database))

    @cached_property
    def card_desk(self) -> CardDesk:
        """Who decides about them."""
        return CardDesk(self.office, self.cards, self.alerting)

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
            self.idempotency, self.outbox, self.profile.drafts.kept, exchanges, self.staff.accounts,
            SqlPresence(self.database), self.staff_messages,
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
            self.audit,
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
    def signer(self) -> "FileSigner | Pkcs11Signer":
        """Who signs packages; only asked for where one is made. ConfigError for keys that cannot be used."""
        return read_signer(self.settings, self.environ, self.wall.now())

    def signing(self) -> "Signing":
        """How packages are signed here."""
        from kaiban.documents.signing.pades import Signing

        sm2 = read_sm2_signer(self.settings, self.environ)
        return Signing(
            self.signer, self.wall.now, self.settings.timestamp_url, sm2.detached if sm2 else None
        )

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
            ChildLooking(self.printers),
            SigningWhenAsked(self.signing),
        )
        return Office(
            self.profile.city, self.departments, self.form, self.cases,
            self.engine, self.clock, packages, self.materials,
            SqlEditRequests(self.database, self.keyring), self.tickets, InstalledGlyphs(),
            self._called,
        )  # fmt: skip

    def _called(self, login: str) -> str:
        account = self.staff.accounts.get(login) if login else None
        return (account.name if account else "") or login
