"""Sample originals: plain, neutral PDF pages that cannot be taken for real ones."""

import textwrap
from collections.abc import Iterator, Sequence

SAMPLE = "样例 · 模拟数据 · 无法律效力"
LINE_CHARS = 34
LINES_A_PAGE = 28


def sample_paper(title: str, lines: Sequence[str]) -> bytes:
    """Return one small PDF (A4) with the title, the lines and a plain mark that it is a sample.

    The same text gives the same bytes. The font is the standard one every viewer brings for
    simplified Chinese, so nothing is embedded. Lines beyond the first page are cut off.
    """
    content = "\n".join(_content(title, lines)).encode("ascii")
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/Lang(zh-CN)>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
                b"/Resources<</Font<</F 4 0 R>>>>/Contents 7 0 R>>"
            ),
            (
                b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light-UniGB-UTF16-H"
                b"/Encoding/UniGB-UTF16-H/DescendantFonts[5 0 R]>>"
            ),
            (
                b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/FontDescriptor 6 0 R"
                b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 5>>/DW 1000"
                b"/W[1 95 500]>>"
            ),
            (
                b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/ItalicAngle 0/Ascent 752"
                b"/Descent -271/CapHeight 737/StemV 58/FontBBox[-25 -254 1000 880]>>"
            ),
            b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        ]
    )


def _content(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield "0.85 g"
    yield f"BT /F 34 Tf 0.819 0.574 -0.574 0.819 90 230 Tm {_hex(SAMPLE)} Tj ET"
    yield "0 g 0.6 G 1 w 40 40 515 762 re S"
    yield f"BT /F 20 Tf 70 750 Td {_hex(title)} Tj ET"
    yield f"BT /F 10 Tf 70 728 Td {_hex(SAMPLE)} Tj ET"
    wrapped = [part for line in lines for part in textwrap.wrap(line, LINE_CHARS) or [""]]
    yield "BT /F 12 Tf 22 TL 70 700 Td"
    yield from (f"{_hex(line)} Tj T*" for line in wrapped[:LINES_A_PAGE])
    yield "ET"


def _hex(text: str) -> str:
    return f"<{text.encode('utf-16-be').hex()}>"


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
