"""One HTML, one render, one PDF: the only place that meets WeasyPrint.

The layout gets its files from memory only. Whatever else a page asks for, by any address, ends the render.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from kaiban.documents.layout.font_programs import drop_unused_slots
from kaiban.documents.layout.signature_field import add_field
from kaiban.documents.package.archive import SUMMARY

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

SCHEME: Final = "kb:"
#: PDF/A-3a: archivable, tagged for screen readers, may carry attachments (ISO 19005-3).
VARIANT: Final = "pdf/a-3a"

log = logging.getLogger(__name__)


class PrintError(Exception):
    """The page asked for something it may not have; nothing was printed."""


@dataclass(frozen=True)
class Resource:
    """A file the page may use."""

    content: bytes
    media_type: str


def print_pdf(
    html: str, resources: Mapping[str, Resource], attachment: bytes, at: datetime
) -> bytes:
    """Lay the page out, attach the summary, keep a place for the signature; the same arguments give the same bytes.

    ``resources`` are known to the page as ``kb:<name>``. Raises PrintError for any other address.
    """
    from weasyprint import Attachment

    fetcher = _fetcher(resources)
    summary = Attachment(
        string=attachment,
        name=SUMMARY,
        description="证照包机读摘要",
        created=at.astimezone(UTC),
        modified=at.astimezone(UTC),
        relationship="Data",
        url_fetcher=fetcher,
    )
    return _printed(html, fetcher, attachment, attachments=[summary])


def print_paper(html: str, resources: Mapping[str, Resource]) -> bytes:
    """Lay out a document that carries nothing but its pages; see ``print_pdf``."""
    return _printed(html, _fetcher(resources), html.encode())


def _printed(html: str, fetcher: "URLFetcher", identity: bytes, **more: Any) -> bytes:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        pdf: bytes | None = HTML(string=html, base_url=SCHEME, url_fetcher=fetcher).write_pdf(
            finisher=_finish,
            pdf_variant=VARIANT,
            pdf_identifier=hashlib.sha256(identity).digest()[:16],
            **more,
        )
    except FatalURLFetchingError as error:
        raise PrintError("the page asked for something outside its own files") from error
    return pdf or b""


def _fetcher(resources: Mapping[str, Resource]) -> "URLFetcher":
    from weasyprint.urls import (
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    class Memory(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no type information
        """Serves the resources, refuses everything else, and lets the render fail then."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            found = resources.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
            if headers or found is None:
                raise FatalURLFetchingError("not a file of this page")
            return URLFetcherResponse(url, found.content, {"Content-Type": found.media_type})

    return Memory(fail_on_errors=True)


def _finish(document: Any, pdf: Any) -> None:
    """Keep a place for the signature, and take out what WeasyPrint 70 has too much.

    That is empty slots of fonts, and the same attachment twice among the associated files.
    """
    add_field(document, pdf)
    drop_unused_slots(pdf)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"][:] = list(dict.fromkeys(pdf.catalog["AF"]))
