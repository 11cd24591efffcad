"""Whether what is kept looks like what came, by drawing both.

PDFium draws, qpdf has copied: a reader that shares no code with the writer. The rule holds for files nobody thought
of, and for every mistake of ours: what was dropped or brought to light is seen, page by page.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from PIL import Image, ImageChops
from pypdfium2 import PdfDocument, PdfPage
from pypdfium2.raw import FPDFBitmap_BGRA

from kaiban.documents.uploads.filled import Entry, unlike
from kaiban.documents.uploads.refusal import RefusedError

#: Dots to a point (72 an inch): a line of the smallest print still leaves its grey.
_SCALE: Final = 1.0
#: However large a page says it is, it is drawn with no longer side than so many dots.
_LONGEST: Final = 1200
#: A dot that is no more of 255 shades off is the same.
_SAME: Final = 8
#: A stamp drawn by itself ends within a dot where one drawn with its page does: so many dots may be so many shades off.
_EDGE: Final = 100
_ROUNDED: Final = 64

_OTHERWISE: Final = (
    "这份 PDF 的第 {page} 页整理后与原样不一致（可能有图层、特殊批注或者特殊效果），没有收下。"
    "请用“打印为 PDF”另存，或者扫描成图片后再上传。"
)


def check(came: bytes, kept: bytes, entries: Sequence[Entry]) -> None:
    """Raise RefusedError if a page of what is kept shows anything else than it did, or not what was filled in."""
    with PdfDocument(came) as before, PdfDocument(kept) as after:
        before.init_forms()  # without this fields are not drawn
        for number, (first, second) in enumerate(zip_longest(before, after)):
            if first is None or second is None or not _alike(first, second):
                raise RefusedError("upload.differs", _OTHERWISE.format(page=number + 1))
            _check_entries(second, [entry for entry in entries if entry.page == number])
            first.close()
            second.close()


def _alike(first: PdfPage, second: PdfPage) -> bool:
    if first.get_size() != second.get_size():
        return False
    one, other = _drawn(first), _drawn(second)
    if one.tobytes() == other.tobytes():
        return True
    shades = _differences(one, other).histogram()
    return sum(shades[_ROUNDED + 1 :]) == 0 and sum(shades[_SAME + 1 :]) <= _EDGE


def _differences(one: Image.Image, other: Image.Image) -> Image.Image:
    """Of each dot the colour that is furthest off."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _drawn(page: PdfPage) -> Image.Image:
    scale = min(_SCALE, _LONGEST / max(page.get_size()))
    # Fields are drawn for a screen of colour stripes, the text of a page only where nothing is transparent. On paper
    # with an alpha channel, though white, neither is.
    paper = page.render(scale=scale, draw_annots=True, force_bitmap_format=FPDFBitmap_BGRA)
    picture: Image.Image = paper.to_pil().convert("RGB")
    return picture


def _check_entries(page: PdfPage, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    text = page.get_textpage()
    for entry in entries:
        if _plain(entry.text) not in _plain(text.get_text_bounded(*entry.box)):
            raise unlike(entry)


def _plain(text: str) -> str:
    """Without what a line break, a font or a keyboard changes."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
