"""Sample originals are readable PDFs, always the same, and plainly samples."""

import io

import pikepdf

from adapters.hall.papers import SAMPLE, sample_paper

LINES = ["企业名称：示范市云杉软件有限公司", "字" * 80]


def test_it_is_one_readable_page_that_says_it_is_a_sample():
    raw = sample_paper("预约回执", LINES)
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert len(pdf.pages) == 1
        content = pdf.pages[0].Contents.read_bytes()
        assert pdf.check_pdf_syntax() == []
    for text in ("预约回执", SAMPLE, LINES[0]):
        assert text.encode("utf-16-be").hex().encode() in content


def test_the_same_text_gives_the_same_bytes():
    assert sample_paper("预约回执", LINES) == sample_paper("预约回执", LINES)
    assert sample_paper("预约回执", []) != sample_paper("预约回执", LINES)


def test_characters_outside_the_basic_plane_and_brackets_do_no_harm():
    raw = sample_paper("(𠮷)\\", [""])
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        assert "(𠮷)\\".encode("utf-16-be").hex().encode() in pdf.pages[0].Contents.read_bytes()
