"""A PDF as pictures of its pages, for machines where the file itself must neither be left nor shown."""

import io
import threading
from contextlib import suppress

from pypdfium2 import PdfDocument, PdfiumError, PdfPage

#: Dots per inch: small print stays legible, on the screen and on paper.
FINENESS = 150
#: However large a page says it is, its picture has no longer side than so many dots (A3 has 2480).
LONGEST = 2500
_POINTS = 72
#: PDFium works for one thread at a time.
_turn = threading.Lock()


def count(pdf: bytes) -> int:
    """Return how many pages there are, 0 if the file cannot be read."""
    with _turn, suppress(PdfiumError), PdfDocument(pdf) as opened:
        return len(opened)
    return 0


def picture(pdf: bytes, number: int) -> bytes | None:
    """Return page ``number``, from 1, as PNG; None if there is none."""
    with _turn, suppress(PdfiumError), PdfDocument(pdf) as opened:
        if 1 <= number <= len(opened):
            return _drawn(opened[number - 1])
    return None


def _drawn(page: PdfPage) -> bytes:
    scale = min(FINENESS / _POINTS, LONGEST / max(page.get_size()))
    made = io.BytesIO()
    page.render(scale=scale).to_pil().save(made, "PNG")
    return made.getvalue()
