"""Documents, as the pages ask for them: made and read in child processes, never in this one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from marshmallow import Schema

from forms.roster import Roster
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import TABLE_TOO_HEAVY, TOO_HEAVY, Upload, UploadLimits
from kaiban.domain.statistics.case_facts import CaseRow
from kaiban.orchestrator.supervisor.reports import PeriodFigures
from kaiban.orchestrator.window.by_hand.handing import Sheet
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet
from kaiban.processes.pool import JobStopped, Pool

#: What a child may answer with besides plain values.
ANSWERS: Final = (
    "kaiban.domain.papers.material:Upload",
    "kaiban.domain.notices.notice:Defect",
    "forms.roster:Roster",
)

#: What files that are brought need. Papers are laid out with more, which is loaded when the first is asked for.
MODULES: Final = (
    "kaiban.documents.uploads.taking",
    "kaiban.documents.tables",
    "kaiban.documents.layout.pictures",
)


class Paperwork:
    """What the pages ask of documents (kaiban.web.service.Paperwork).

    Everything raises PoolFull; what makes something to look at also JobStopped.
    """

    def __init__(
        self, pool: Pool, sample: str, city: str = "", address: str = "",
        sections: Mapping[str, type[Schema]] | None = None,
    ) -> None:  # fmt: skip
        self._pool, self._sample = pool, sample
        self._city, self._address = city, address
        self._sections = sections or {}
        self._template = b""

    def take_in(self, content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
        """A file as it is kept, or what is wrong with it."""
        try:
            found: Upload | Defect = self._pool.run(
                "kaiban.documents.uploads.taking:accept", content, name, limits
            )
        except JobStopped:
            return TOO_HEAVY
        return found

    def write(
        self, key: str, form: Mapping[str, Any], links: Sequence[str], at: datetime
    ) -> bytes | None:
        """The paper of that key as PDF; None if the form does not call for it."""
        pdf: bytes | None = self._pool.run(
            "kaiban.documents.papers.making:paper", self._sample, key, form, links, at
        )
        return pdf

    def notice(self, sheet: NoticeSheet | RefusalSheet) -> bytes:
        """A notice or refusal as PDF."""
        pdf: bytes = self._pool.run(
            "kaiban.documents.notices:notice_pdf", sheet, self._city, self._address, self._sample
        )
        return pdf

    def sheet(self, sheet: Sheet) -> bytes:
        """The sheet people carry to a department, as PDF."""
        from kaiban.documents.sheets import sheet_html

        page = sheet_html(sheet, self._sections, self._city, self._sample)
        pdf: bytes = self._pool.run("kaiban.documents.sheets:printed", page, sheet.key)
        return pdf

    def spreadsheet(self, name: str, told: PeriodFigures, cases: Sequence[CaseRow]) -> bytes:
        """Figures for a spreadsheet: ``figures.csv``, ``cases.csv``, or both and more as ``figures.xlsx``."""
        from kaiban.documents.statistics import tables

        found = [*tables.all_of(told), tables.cases(cases, told.names)]
        if name == "figures.xlsx":
            book: bytes = self._pool.run("kaiban.documents.statistics.spreadsheets:xlsx_of", found)
            return book
        chosen = found[-1] if name == "cases.csv" else found[0]
        text: bytes = self._pool.run("kaiban.documents.statistics.spreadsheets:csv_of", chosen)
        return text

    def report(self, told: PeriodFigures) -> bytes:
        """The figures of a period on paper (通报), as PDF."""
        from kaiban.documents.statistics.report import report_html

        page = report_html(told, self._sample)
        pdf: bytes = self._pool.run("kaiban.documents.statistics.report:printed", page)
        return pdf

    def page_count(self, pdf: bytes) -> int:
        """How many pages a PDF has."""
        count: int = self._pool.run("kaiban.documents.layout.pictures:count", pdf)
        return count

    def picture(self, pdf: bytes, number: int) -> bytes | None:
        """A page of a PDF as PNG; None if there is none."""
        drawn: bytes | None = self._pool.run(
            "kaiban.documents.layout.pictures:picture", pdf, number
        )
        return drawn

    def roster(self, sent: bytes | str, today: date) -> tuple[Roster, str] | Defect:
        """The roster in a file, or in a text pasted from a spreadsheet, and how its bytes were understood."""
        try:
            found: tuple[Roster, str] | Defect = self._pool.run(
                "kaiban.documents.tables:roster", sent, today
            )
        except JobStopped:
            return TABLE_TOO_HEAVY
        return found

    def roster_template(self) -> bytes:
        """The table of staff to fill in, as XLSX; made once."""
        if not self._template:
            self._template = self._pool.run("kaiban.documents.tables:roster_template")
        return self._template
