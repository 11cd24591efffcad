"""Sample originals are readable PDFs, always the same, plainly samples, and bring their font."""

import io

import pikepdf
import pypdfium2
import pytest

from adapters.hall.papers import font as paper_font
from adapters.hall.papers.originals import SAMPLE, sample_paper

LINES = ["企业名称：示范市云杉软件有限公司", "字" * 80]
RARE = "(𠮷)\\ 䶮红 买买提·艾力"


@pytest.fixture(params=["embedded", "standard"])
def without_fonts(request, monkeypatch):
    """Both with the installed font, and on a machine that has none."""
    if request.param == "standard":
        monkeypatch.setattr(paper_font, "installed_face", lambda: None)
    return request.param == "standard"


def text_of(raw):
    with pypdfium2.PdfDocument(raw) as pdf:
        page = pdf[0]
        return page.get_textpage().get_text_range()


def fonts_of(raw):
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        font = pdf.pages[0].Resources.Font.F.DescendantFonts[0]
        return sorted(name for name in font.FontDescriptor if name.startswith("/FontFile"))


def test_it_is_one_readable_page_that_says_it_is_a_sample(without_fonts):
    raw = sample_paper("预约回执", LINES)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.check_pdf_syntax() == []
    text = text_of(raw)
    for said in ("预约回执", SAMPLE, LINES[0], LINES[1][:34]):
        assert said in text, said
    assert fonts_of(raw) == ([] if without_fonts else ["/FontFile3"])


def test_the_same_text_gives_the_same_bytes(without_fonts):
    assert sample_paper("预约回执", LINES) == sample_paper("预约回执", LINES)
    assert sample_paper("预约回执", []) != sample_paper("预约回执", LINES)


def test_characters_outside_the_basic_plane_and_brackets_do_no_harm(without_fonts):
    assert RARE in text_of(sample_paper(RARE, [""]))


def test_a_character_the_font_lacks_leaves_the_others_as_they_are():
    assert "甲" in text_of(sample_paper("甲\U0003106c乙", []))


def test_a_machine_without_fontconfig_names_the_standard_font(monkeypatch):
    monkeypatch.setenv("PATH", "")
    paper_font.installed_face.cache_clear()
    try:
        assert fonts_of(sample_paper("预约回执", LINES)) == []
    finally:
        paper_font.installed_face.cache_clear()
