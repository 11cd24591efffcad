"""Forms and marks on a page: kept as they look, or refused if they bring no look of their own."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pypdfium2 import PdfDocument

from kaiban.documents.uploads.taking import accept
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from tests.documents.uploads.producers import filled_in, marked

LIMITS = UploadLimits()


def taken(content):
    found = accept(content, "x.pdf", LIMITS)
    assert isinstance(found, Upload), found
    with PdfDocument(found.content) as pdf:
        return "".join(pdf[0].get_textpage().get_text_range().split())


def refused(content):
    found = accept(content, "x.pdf", LIMITS)
    assert isinstance(found, Defect), found
    assert "打印为 PDF" in found.message
    return found.code


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("value", ["Zhang", "张伟", "示范市云启区 8 号"])
def test_what_was_filled_in_is_kept_as_it_looks(value, anew):
    assert taken(filled_in(value, shown=value, anew=anew)) == value.replace(" ", "")


@pytest.mark.parametrize("anew", [True, False])
@pytest.mark.parametrize("value", ["Zhang", "张伟"])
def test_what_was_filled_in_without_a_look_is_refused(value, anew):
    assert refused(filled_in(value, shown=None, anew=anew)) == "upload.form"


def test_a_look_of_before_is_refused_where_viewers_make_it_anew():
    """Programs that fill in forms often leave the old look and ask the viewer for another."""
    assert refused(filled_in("Zhang San", shown="Li Si", anew=True)) == "upload.form"
    assert taken(filled_in("Zhang San", shown="Li Si")) == "LiSi"


def test_a_line_break_and_wide_characters_are_no_difference():
    assert taken(filled_in("Zhang\rSan 8", shown="Zhang San 8", anew=True)) == "ZhangSan8"
    assert taken(filled_in("８张", shown="8张", anew=True)) == "8张"


def test_a_choice_is_read_as_it_is_shown():
    options = Array([Array(["cn", "China"]), Array(["hk", "Hong Kong"])])
    how = {"FT": Name.Ch, "Opt": options, "anew": True}
    assert taken(filled_in("hk", shown="Hong Kong", **how)) == "HongKong"
    assert refused(filled_in("hk", shown="China", **how)) == "upload.form"


def test_an_empty_field_needs_no_look():
    assert taken(filled_in("", shown=None, anew=True)) == ""


def ticked(state, *, value="/Yes", shown=("/Yes",), anew=True):
    """A box to tick that has a look for each state in ``shown`` and says which one it is in."""

    def edit(pdf, mark):
        looks = dict.fromkeys(shown, mark.AP.N)
        mark.AP = Dictionary(N=Dictionary(looks)) if shown else Dictionary()
        if state:
            mark.AS = Name(state)
        mark.Subtype, mark.FT, mark.T, mark.V = Name.Widget, Name.Btn, "agree", Name(value)
        pdf.Root.AcroForm = Dictionary(Fields=Array([mark]), NeedAppearances=anew)

    return marked(edit)


def test_a_box_is_kept_as_it_is_ticked():
    assert taken(ticked("/Yes")) == "MARK"
    assert taken(ticked("/Off", value="/Off")) == ""


def test_a_ticked_box_that_shows_no_tick_is_refused():
    assert refused(ticked("/Off")) == "upload.form"
    assert refused(ticked("/Yes", shown=())) == "upload.form"
    for anew in (True, False):
        assert refused(ticked("/Yes", shown=("/On",), anew=anew)) == "upload.form"
        assert refused(ticked("", anew=anew)) == "upload.form"


def test_a_box_that_is_not_ticked_needs_no_look_for_that():
    """Its frame would be PDFium's own."""
    assert taken(ticked("/Off", value="/Off", anew=False)) == ""
    assert taken(ticked("", value="/Off")) == ""
    assert taken(ticked("", value="/Off", shown=("/Yes", "/Off"))) == "MARK"


@pytest.mark.parametrize("kind", ["FreeText", "Stamp", "Text", "Highlight", "Ink", "Square"])
def test_a_mark_without_a_look_is_refused(kind):
    def edit(_pdf, mark):
        mark.Subtype, mark.Contents, mark.DA = Name(f"/{kind}"), "agreed", "/Helv 12 Tf 0 g"
        mark.InkList, mark.QuadPoints = Array([[0, 0, 9, 9]]), Array([0, 9, 9, 9, 0, 0, 9, 0])
        del mark.AP

    assert refused(marked(edit)) == "upload.look"


def flagged(flags):
    def edit(_pdf, mark):
        mark.F = flags

    return marked(edit)


PRINT, HIDDEN, NO_VIEW, INVISIBLE = 4, 2, 32, 1


@pytest.mark.parametrize(
    ("flags", "shown"),
    [(0, "MARK"), (PRINT, "MARK"), (PRINT | INVISIBLE, "MARK"), (HIDDEN, ""), (NO_VIEW, "")],
)
def test_a_mark_is_kept_if_the_screen_shows_it(flags, shown):
    assert taken(flagged(flags)) == shown


def test_a_mark_that_only_print_shows_is_refused():
    assert refused(flagged(PRINT | NO_VIEW)) == "upload.print_only"


def test_a_portfolio_is_refused_since_its_pages_are_a_cover():
    pdf = pikepdf.open(io.BytesIO(flagged(0)))
    pdf.Root.Collection = Dictionary(Type=Name.Collection)
    target = io.BytesIO()
    pdf.save(target)
    found = accept(target.getvalue(), "x.pdf", LIMITS)
    assert (found.code, "取出" in found.message) == ("upload.portfolio", True)
