"""A PDF as pictures: every page once, none too large, nothing that cannot be read."""

import io

import pikepdf
import pytest
from PIL import Image

from kaiban.documents.layout.pictures import FINENESS, LONGEST, count, picture

A4 = (595, 842)


def pdf(*sizes):
    made = pikepdf.new()
    for size in sizes:
        made.add_blank_page(page_size=size)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def test_every_page_has_a_picture_and_there_is_no_other():
    content = pdf(A4, A4[::-1])
    assert count(content) == 2
    sizes = [Image.open(io.BytesIO(picture(content, number))).size for number in (1, 2)]
    width, height = (side * FINENESS // 72 for side in A4)
    assert sizes[0] == pytest.approx((width, height), abs=2)
    assert sizes[1] == sizes[0][::-1]
    assert picture(content, 0) is picture(content, 3) is None


def test_a_page_as_large_as_a_house_makes_no_large_picture():
    found = Image.open(io.BytesIO(picture(pdf((14_400, 14_400)), 1)))
    assert max(found.size) <= LONGEST + 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG", pdf(A4)[:200]])
def test_what_is_no_pdf_has_no_pages(content):
    assert count(content) == 0
    assert picture(content, 1) is None
