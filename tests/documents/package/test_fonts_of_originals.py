"""The package says which originals some viewers show empty, and ships them as they came."""

import io
import json
import zipfile

import pikepdf
import pytest

from adapters.hall.papers import font as paper_font
from adapters.hall.papers.originals import sample_paper
from kaiban.app.papers.printing import ChildLooking
from kaiban.documents.package.fonts_of_originals import lacking_fonts
from kaiban.processes.limits import Limits
from kaiban.processes.pool import Pool
from tests.documents import samples
from tests.documents.paper import text_of

TITLE = "缴存登记证"


@pytest.fixture(scope="module")
def bare():
    """An original that names a font and does not bring it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper_font, "installed_face", lambda: None)
        return sample_paper(TITLE, ["缴存比例 8%"])


@pytest.fixture(scope="module")
def whole():
    return sample_paper(TITLE, ["缴存比例 8%"])


def locked(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
        return out.getvalue()


def test_only_a_pdf_that_names_a_composite_font_without_bringing_it_lacks_one(bare, whole):
    others = [whole, b"", b"%PDF-1.5 of no use", b"<ofd/>", locked(bare)]
    assert lacking_fonts([bare, *others, bare]) == (True, *[False] * len(others), True)
    assert lacking_fonts([]) == ()


def test_a_child_says_the_same_and_nothing_where_it_may_not_end(bare, whole):
    pool = Pool(1, 1, Limits(cpu_seconds=60, seconds=300))
    assert tuple(ChildLooking(pool)([bare, whole])) == (True, False)
    tight = Pool(1, 1, Limits(cpu_seconds=60, seconds=300, answer=1))
    assert tuple(ChildLooking(tight)([bare, whole])) == (False, False)


def test_the_package_says_so_beside_the_title_and_in_its_remarks(bare):
    case = samples.whole_case()
    case.documents["housing_fund"] = (samples.paper(TITLE, content=bare),)
    package = samples.packages().make(case, 1, samples.NOW)
    text = text_of(package.pdf)
    assert f"{TITLE}：部门出具的文件里没有字体，有的阅读软件显示成空白页。" in text
    assert text.count("部门出具的文件里没有字体") == 1, "of those that have them nothing is said"
    (remark,) = json.loads(package.summary)["remarks"]
    assert f"原件《{TITLE}》里没有字体" in remark
    with zipfile.ZipFile(io.BytesIO(package.archive)) as archive:
        kept = [archive.read(each) for each in archive.namelist() if "housing_fund" in each]
    assert kept == [bare], "untouched"
