"""What is kept looks like what came, whoever made it; a copy that loses or shows anything is refused."""

import io
import subprocess
from functools import cache

import pikepdf
import pytest
from PIL import Image, ImageChops

from kaiban.documents.uploads import pages
from kaiban.documents.uploads.taking import accept
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from tests.documents.uploads import producers

LIMITS = UploadLimits()
FAITHFUL = [
    producers.weasyprint_made,
    producers.chromium_printed,
    producers.cairo_drawn,
    producers.packed_by_qpdf,
    producers.scanned_ccitt,
    producers.scanned_jbig2,
    producers.printed_cmyk,
    producers.signed_and_stamped,
    producers.layered,
    producers.layered_for_print,
    producers.stamp_in_a_layer,
    producers.rotated_and_cropped,
    producers.annotated,
    producers.blended,
    producers.names_like_actions,
    producers.glyphs_drawn_with_the_page,
    producers.filled_in,
]


def drawn(pdf):
    """The pages as poppler draws them: an eye that shares no code with the one the product compares by."""
    command = ["pdftoppm", "-r", "50", "-cropbox", "-png", "-"]
    sheets = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    end = b"IEND\xaeB`\x82"
    return [Image.open(io.BytesIO(each + end)).convert("RGB") for each in sheets.split(end)[:-1]]


@cache
def made(produce):
    return produce()


@pytest.mark.parametrize("produce", FAITHFUL, ids=lambda produce: produce.__name__)
def test_the_pictures_agree(produce):
    came = made(produce)
    kept = accept(came, "x.pdf", LIMITS)
    assert isinstance(kept, Upload), kept
    before, after = drawn(came), drawn(kept.content)
    assert any(page.convert("L").getextrema()[0] < 250 for page in before), (
        "nothing is on the pages"
    )
    assert [page.size for page in before] == [page.size for page in after]
    for page, (one, other) in enumerate(zip(before, after, strict=True)):
        extremes = ImageChops.difference(one, other).getextrema()
        assert max(most for _, most in extremes) < 32, (page, extremes)


# --- it can catch --------------------------------------------------------------------------------


def _loses_stamps(pdf):
    for page in pdf.pages:
        parts = page.obj.Contents
        page.obj.Contents = parts[1] if isinstance(parts, pikepdf.Array) else parts


def _loses_layers(pdf):
    del pdf.Root.OCProperties


def _loses_the_turn(pdf):
    pdf.pages[2].obj.Rotate = 0


def _loses_the_cut(pdf):
    del pdf.pages[1].obj.CropBox


def _loses_a_page(pdf):
    del pdf.pages[1]


def _loses_a_font(pdf):
    del pdf.pages[0].Resources.Font["/JS"]


def _loses_a_picture(pdf):
    del pdf.pages[0].Resources.XObject


def _adds_a_line(pdf):
    pdf.pages[1].contents_add(b"q 0.9 G 100 100 m 400 100 l S Q")


def _adds_a_page(pdf):
    pdf.pages.append(pdf.pages[0])


@pytest.mark.parametrize(
    ("produce", "plant"),
    [
        (producers.signed_and_stamped, _loses_stamps),
        (producers.annotated, _loses_stamps),
        (producers.filled_in, _loses_stamps),
        (producers.layered, _loses_layers),
        (producers.layered_for_print, _loses_layers),
        (producers.rotated_and_cropped, _loses_the_turn),
        (producers.rotated_and_cropped, _loses_the_cut),
        (producers.scanned_ccitt, _loses_a_page),
        (producers.names_like_actions, _loses_a_font),
        (producers.scanned_jbig2, _loses_a_picture),
        (producers.printed_cmyk, _loses_a_picture),
        (producers.weasyprint_made, _adds_a_line),
        (producers.weasyprint_made, _adds_a_page),
    ],
)
def test_a_copy_that_is_not_like_what_came_is_refused(monkeypatch, produce, plant):
    copied = pages.copied

    def careless(pdf):
        with pikepdf.open(io.BytesIO(copied(pdf))) as found:
            plant(found)
            target = io.BytesIO()
            found.save(target)
        return target.getvalue()

    monkeypatch.setattr(pages, "copied", careless)
    refused = accept(made(produce), "x.pdf", LIMITS)
    assert isinstance(refused, Defect)
    assert refused.code == "upload.differs"
    assert "打印为 PDF" in refused.message


def test_what_viewers_show_differently_is_refused():
    """The standard says that a stamp of a hidden layer is not shown; PDFium, and browsers with it, shows it."""
    refused = accept(producers.stamp_in_a_layer(0), "x.pdf", LIMITS)
    assert (refused.code, "第 1 页" in refused.message) == ("upload.differs", True)
