"""What the pages work with; the composition root puts it together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from flask import current_app
from marshmallow import Schema

import forms.applicants
from forms.roster import Roster
from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.lapsing import DraftTerm
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from kaiban.domain.papers.verification import SigningCertificate
from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.orchestrator.applicant.naming import Names
from kaiban.orchestrator.applicant.opening import applying
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.applicant.returning.phone_codes import PhoneCodes
from kaiban.orchestrator.applicant.returning.resuming import Resuming
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.supervisor.cards import CardDesk
from kaiban.orchestrator.supervisor.digest import ProblemDesk
from kaiban.orchestrator.supervisor.reports import PeriodFigures
from kaiban.orchestrator.window.assisted.announcing import FilingAnnouncer
from kaiban.orchestrator.window.assisted.desk import AssistedDesk
from kaiban.orchestrator.window.by_hand.handing import Sheet
from kaiban.orchestrator.window.kiosk import KioskKey
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet
from kaiban.ports import (
    AssistedFilings,
    Cases,
    DraftOutbox,
    Filings,
    Lifetime,
    Obligations,
    Presence,
    RateLimits,
    Sessions,
    Worklist,
)
from kaiban.ports.cases.files import CaseFiles
from kaiban.ports.statistics import Figures
from kaiban.ports.supervision import Handovers
from kaiban.web.access.openid import OpenIdProvider
from kaiban.web.materials.previews import Previews


class Paperwork(Protocol):
    """What the pages ask of documents; everything raises PoolFull, what is made to be looked at also JobStopped."""

    def take_in(self, content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
        """A file as it is kept, or what is wrong with it."""

    def write(
        self, key: str, form: Mapping[str, Any], links: Sequence[str], at: datetime
    ) -> bytes | None:
        """The paper of that key as PDF; None if the form does not call for it."""

    def notice(self, sheet: NoticeSheet | RefusalSheet) -> bytes:
        """A notice or refusal as PDF."""

    def sheet(self, sheet: Sheet) -> bytes:
        """The sheet people carry to a department, as PDF."""

    def spreadsheet(self, name: str, told: PeriodFigures, cases: Sequence[CaseRow]) -> bytes:
        """Figures for a spreadsheet: ``figures.csv``, ``cases.csv``, or both and more as ``figures.xlsx``."""

    def report(self, told: PeriodFigures) -> bytes:
        """The figures of a period on paper (通报), as PDF."""

    def page_count(self, pdf: bytes) -> int:
        """How many pages a PDF has."""

    def picture(self, pdf: bytes, number: int) -> bytes | None:
        """A page of a PDF as PNG; None if there is none."""

    def roster(self, sent: bytes | str, today: date) -> tuple[Roster, str] | Defect:
        """The roster in a file, or in a text pasted from a spreadsheet, and how its bytes were understood."""

    def roster_template(self) -> bytes:
        """The table of staff to fill in, as XLSX."""


@dataclass(frozen=True)
class Service:
    """Everything a page may use.

    ``supervising`` is what the departments that are handed results are called, by name.
    ``wall`` is real time, in contrast to the office's business clock. ``secret`` signs what
    pages send back; ``lifetime`` is how long a session lasts, ``drafts`` how long a form nobody saves, ``draft_messages`` what its owner is told of that. ``secure`` demands https for cookies.
    """

    office: Office
    cases: Cases
    filings: Filings
    assisted: AssistedFilings
    resuming: Resuming
    filing_announcer: FilingAnnouncer
    names: Names
    kiosk_key: KioskKey
    sections: Mapping[str, type[Schema]]
    wall: Callable[[], datetime]
    secret: bytes
    sessions: Sessions
    lifetime: Lifetime
    drafts: DraftTerm
    draft_messages: DraftOutbox
    secure: bool
    sample: bool
    paperwork: Paperwork
    quotas: Quotas
    queue: Queue
    phone_codes: PhoneCodes
    limits: RateLimits
    staff: StaffOffice
    openid: OpenIdProvider | None
    complaints: ComplaintOffice
    card_desk: CardDesk
    problem_desk: ProblemDesk
    handovers: Handovers
    supervising: Mapping[str, str]
    obligations: Obligations
    case_files: CaseFiles
    worklist: Worklist
    presence: Presence
    figures: Figures
    certificates: Callable[[], Sequence[SigningCertificate]]
    previews: Previews = field(default_factory=Previews)


def service() -> Service:
    """The service of the running app."""
    found: Service = current_app.extensions["kaiban-web"]
    return found


def office() -> Office:
    """The city's office."""
    return service().office


def assisted_desk() -> AssistedDesk:
    """What staff fill in forms with for somebody."""
    found = service()
    return AssistedDesk(
        found.office, found.filings, found.assisted, found.resuming, found.filing_announcer
    )


def hall_today() -> date:
    """The hall's day."""
    return office().clock.now().astimezone(HALL_TIME).date()


def asked_by(form: object) -> Mapping[str, type[Schema]]:
    """The sections of the form as the type of applicant this form is for is asked them."""
    return forms.applicants.asked(form, service().sections)


def chosen_links(filing: Filing) -> tuple[str, ...]:
    """The links of the filing, all that apply to its applicant if none was left out."""
    return filing.links or applying(office(), filing.entry)
