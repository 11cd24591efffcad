"""Which originals some viewers show as empty sheets: a font of Chinese characters is named in them, and does not lie in them.

A viewer draws such a text only if it brings the font itself (ISO 32000-2, 9.7.5.2); many on telephones do not. Originals
are shipped as they came, so the package can only say so.
"""

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pikepdf

_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")


def lacking_fonts(contents: Sequence[bytes]) -> tuple[bool, ...]:
    """Of each original whether it is a PDF that names such a font without bringing it; what cannot be read is none."""
    return tuple(map(_lacks_fonts, contents))


def _lacks_fonts(content: bytes) -> bool:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return any(not _is_embedded(font) for font in _composite_fonts(pdf))
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return False


def _composite_fonts(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == "/Type0":
            yield from each.get("/DescendantFonts", ())


def _is_embedded(font: Any) -> bool:
    descriptor = font.get("/FontDescriptor", {})
    return any(name in descriptor for name in _PROGRAMS)
