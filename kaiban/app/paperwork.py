"""Documents, as the pages ask for them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import forms.roster
from kaiban.domain.material import Upload, UploadLimits
from kaiban.domain.notice import Defect

if TYPE_CHECKING:
    from kaiban.documents.papers.making import Papers
    from kaiban.documents.tables import Sheet as Table


class Paperwork:
    """What the pages ask of documents (kaiban.web.service.Paperwork); loaded when first asked for."""

    def __init__(self, papers: "Callable[[], Papers]") -> None:
        self._papers = papers

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
            return self._papers().one(key, form, links, at).pdf
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
