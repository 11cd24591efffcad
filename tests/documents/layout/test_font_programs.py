"""Printed fonts hold the glyphs that were used; what is seen and what is copied out is the same as with all their slots."""

import io

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops

from kaiban.documents.layout import font_programs
from kaiban.documents.layout.font_programs import cid_keyed_program
from kaiban.documents.layout.glyphs import FAMILIES
from kaiban.documents.layout.printing import print_paper
from tests.documents.paper import text_of

#: The first and the last characters of the fonts, a rare one of the second plane, half-width and full-width ones.
WORDS = "一龘龥𠮷·“”Aa0，〇（）镕"


def _printed():
    faces = [f'700 14pt "{FAMILIES[0]}"', f'700 14pt "{FAMILIES[1]}"', f'9pt "{FAMILIES[0]}"']
    lines = "".join(f"<p style='font: {face}'>{WORDS}" for face in faces)
    return print_paper(f"<!doctype html><html lang=zh-CN><title>t</title>{lines}</html>", {})


def _fonts(pdf):
    """The CIDFonts of the document."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") == "/CIDFontType0":
                yield each.FontDescriptor.FontFile3, _used(list(each.W))


def _used(widths):
    told = zip(widths[::2], widths[1::2], strict=True)
    return [int(first) + n for first, lengths in told for n in range(len(lengths))]


def _glyphs_of(program):
    from fontTools.cffLib import CFFFontSet

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(program), None)
    return fonts.topDictIndex[0].charset


@pytest.fixture(scope="module")
def paper():
    return _printed()


def test_a_font_has_the_glyphs_that_are_used_and_the_one_for_what_is_missing(paper):
    found = 0
    for program, used in _fonts(paper):
        found += 1
        assert program.Subtype == "/CIDFontType0C"
        names = _glyphs_of(program.read_bytes())
        assert names == [".notdef", *(f"cid{number:05}" for number in used if number)]
    assert found == 3


def test_pages_look_and_read_as_with_all_slots(paper, monkeypatch):
    monkeypatch.setattr(font_programs, "cid_keyed_program", lambda font, glyphs: None)
    whole = _printed()
    assert len(whole) > 2 * len(paper)
    assert WORDS in text_of(paper)
    assert text_of(paper) == text_of(whole)
    one, other = (
        pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("L")
        for pdf in (paper, whole)
    )
    # Edges may be smoothed a little differently; a glyph in another's place is black where the other was white.
    assert ImageChops.difference(one, other).getextrema()[1] < 128
    assert one.getextrema() == (0, 255)


def test_a_font_of_another_kind_is_left_as_it_is(tmp_path):
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "A"])
    font.setupCharacterMap({65: "A"})
    font.setupGlyf({name: TTGlyphPen(None).glyph() for name in (".notdef", "A")})
    font.setupHorizontalMetrics({".notdef": (500, 0), "A": (500, 0)})
    font.setupHorizontalHeader()
    font.setupPost()
    font.save(tmp_path / "outlines.ttf")
    assert cid_keyed_program((tmp_path / "outlines.ttf").read_bytes(), [1]) is None
