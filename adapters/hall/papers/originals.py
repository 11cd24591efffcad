"""Sample originals: plain, neutral PDF pages that cannot be taken for real ones."""

import textwrap
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from adapters.hall.papers.font import PaperFont, font_of

SAMPLE = "样例 · 模拟数据 · 无法律效力"
LINE_CHARS = 34
LINES_A_PAGE = 28
#: More of them a CMap does not take in one block (Adobe Technical Note 5014).
_PAIRS: Final = 100
#: The objects of the font that viewers bring themselves, or not.
STANDARD_FONT: Final = (
    (
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UTF16-H"
        b"/Encoding/UniGB-UTF16-H/DescendantFonts[6 0 R]>>"
    ),
    (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>/DW 1000/W[1 95 500]>>"
    ),
    (
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/ItalicAngle 0/Ascent 752"
        b"/Descent -271/CapHeight 737/StemV 58/FontBBox[-25 -254 1000 880]>>"
    ),
)


def sample_paper(title: str, lines: Sequence[str]) -> bytes:
    """Return one small PDF (A4) with the title, the lines and a plain mark that it is a sample.

    The same text gives the same bytes. Its font lies in it. Where Noto Sans CJK is not installed it names the standard
    one for simplified Chinese instead, which not every viewer brings. Lines beyond the first page are cut off.
    """
    wrapped = [part for line in lines for part in textwrap.wrap(line, LINE_CHARS) or [""]]
    shown = wrapped[:LINES_A_PAGE]
    font = font_of("".join((SAMPLE, title, *shown)))
    draw = _standard if font is None else font.drawn
    content = "\n".join(_content(title, shown, draw)).encode("ascii")
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                b"/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>"
            ),
            _stream(content),
            *(STANDARD_FONT if font is None else _embedded(font)),
        ]
    )


def _content(title: str, lines: Sequence[str], draw: Callable[[str], str]) -> Iterator[str]:
    yield "0.85 g"
    yield f"BT /F 34 Tf 0.819 0.574 -0.574 0.819 90 230 Tm <{draw(SAMPLE)}> Tj ET"
    yield "0 g 0.6 G 1 w 40 40 515 762 re S"
    yield f"BT /F 20 Tf 70 750 Td <{draw(title)}> Tj ET"
    yield f"BT /F 10 Tf 70 728 Td <{draw(SAMPLE)}> Tj ET"
    yield "BT /F 12 Tf 22 TL 70 700 Td"
    yield from (f"<{draw(line)}> Tj T*" for line in lines)
    yield "ET"


def _standard(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _embedded(font: PaperFont) -> Iterator[bytes]:
    """The objects of an embedded font, from number 5 on (ISO 32000-2, 9.7 and 9.10.3)."""
    widths = "".join(f"{glyph}[{width}]" for glyph, width in sorted(font.widths.items()))
    yield (
        b"<</Type/Font/Subtype/Type0/BaseFont/KBSAMP+NotoSansCJKsc-Regular/Encoding/Identity-H"
        b"/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>"
    )
    yield (
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/KBSAMP+NotoSansCJKsc-Regular/FontDescriptor 7 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/W[%b]>>"
        % widths.encode("ascii")
    )
    yield (
        b"<</Type/FontDescriptor/FontName/KBSAMP+NotoSansCJKsc-Regular/Flags 4/ItalicAngle 0/Ascent 880"
        b"/Descent -120/CapHeight 733/StemV 58/FontBBox[-1002 -1048 2928 1808]/FontFile3 9 0 R>>"
    )
    yield _stream(_to_unicode(font).encode("ascii"))
    yield _stream(font.program, b"/Subtype/CIDFontType0C")


def _to_unicode(font: PaperFont) -> str:
    """Which characters the glyphs stand for: what is copied or searched is the text."""
    pairs = [
        f"<{glyph:04x}> <{_standard(letter)}>" for letter, glyph in font.glyphs.items() if glyph
    ]
    blocks = (pairs[start : start + _PAIRS] for start in range(0, len(pairs), _PAIRS))
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CMapName /KBSAMP def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            *(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


def _stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%b>>stream\n%b\nendstream" % (
        len(packed),
        more,
        packed,
    )


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.5\n%\xe6\xa0\xb7\xe4\xbe\x8b\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)
