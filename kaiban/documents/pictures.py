"""A PDF as pictures of its pages, for machines where the file itself must neither be left nor shown."""

import io
import threading

import pypdfium2

#: Dots per inch: small print stays legible, on the screen and on paper.
FINENESS = 150
_POINTS = 72
#: PDFium works for one thread at a time.
_turn = threading.Lock()


def count(pdf: bytes) -> int:
    """Return how many pages there are."""
    with _turn, pypdfium2.PdfDocument(pdf) as opened:
        return len(opened)


def picture(pdf: bytes, number: int) -> bytes | None:
    """Return page ``number``, from 1, as PNG; None if there is none."""
    with _turn, pypdfium2.PdfDocument(pdf) as opened:
        if not 1 <= number <= len(opened):
            return None
        drawn = opened[number - 1].render(scale=FINENESS / _POINTS)
        made = io.BytesIO()
        drawn.to_pil().save(made, "PNG")
        return made.getvalue()
