"""Files that are not taken in, on the English pages: every answer is English."""

import pikepdf
import pytest

from kaiban.documents.uploads.taking import accept
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import UploadLimits
from tests.documents.test_tables import bomb
from tests.documents.uploads.test_filled import NO_VIEW, PRINT, filled_in, flagged
from tests.documents.uploads.test_photographs import animated, keyed, wide
from tests.documents.uploads.test_taking import document, photograph, png_of
from tests.web.presentation.test_english import HANZI, chinese, unmarked
from tests.web.visitor import Visitor


def portfolio(pdf):
    pdf.Root.Collection = pikepdf.Dictionary()


def dynamic(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA="x", Fields=pikepdf.Array())


#: First bytes by which files of a kind that is not taken are told.
FOREIGN = {
    "heic": b"\0\0\0\x18ftypheic", "avif": b"\0\0\0\x18ftypavif", "jp2": b"\0\0\0\x0cjP  \r\n",
    "webp": b"RIFF\0\0\0\0WEBP", "gif": b"GIF89a", "bmp": b"BM", "tiff": b"II*\0", "zip": b"PK\3\4",
    "doc": b"\xd0\xcf\x11\xe0", "rar": b"Rar!", "video": b"\0\0\0\x18ftypisom", "program": b"MZ",
}  # fmt: skip
REFUSED = {
    **{f"a.{kind}": begins + b"rest" for kind, begins in FOREIGN.items()},
    "empty.jpg": b"",
    "broken.jpg": photograph()[:300],
    "broken.pdf": b"%PDF-1.7 nothing",
    "bomb.png": png_of(60_000, 60_000),
    "animated.png": animated(),
    "strange.png": keyed(16, 0, wide(1), b"\xff\xff"),
    "locked.pdf": document(encryption=pikepdf.Encryption(user="1", owner="2")),
    "restricted.pdf": document(encryption=pikepdf.Encryption(user="", owner="2")),
    "long.pdf": document(61),
    "empty.pdf": document(0),
    "portfolio.pdf": document(edit=portfolio),
    "dynamic.pdf": document(edit=dynamic),
    "form.pdf": filled_in("Zhang San", shown=None),
    "other.pdf": filled_in("Zhang San", shown="Li Si", anew=True),
    "print.pdf": flagged(PRINT | NO_VIEW),
}
TABLES = {
    "bomb.xlsx": bomb(), "broken.xlsx": b"PK\3\4nothing", "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "picture.jpg": b"\xff\xd8\xff\xe0\xff\xff", "paper.pdf": b"%PDF-1.7\0\0", "open.csv": b'a,b\n"1,2\n',
}  # fmt: skip
NAMES = list(REFUSED)


@pytest.fixture
def english(city):
    visitor = Visitor(city.address)
    visitor.http.cookies.set("kaiban_lang", "en")
    visitor.open("/").press("Start").press("Save and continue")
    yield visitor
    visitor.close()


def test_each_of_these_files_is_refused():
    found = {name: accept(content, name, UploadLimits()) for name, content in REFUSED.items()}
    assert [name for name, one in found.items() if not isinstance(one, Defect)] == []


@pytest.mark.parametrize("names", [NAMES[n : n + 9] for n in range(0, len(NAMES), 9)])
def test_what_is_wrong_with_a_file_is_told_in_english(english, names):
    english.go("materials")
    english.bring("identity", *((name, REFUSED[name]) for name in names))
    assert len(english.mistakes) == len(names)
    assert [each for each in english.mistakes if HANZI.search(each)] == []
    assert (unmarked(english), chinese(english)) == ([], [])


def test_no_file_is_asked_for_in_english(english):
    english.go("materials").bring("identity")
    assert len(english.mistakes) == 1
    assert (unmarked(english), chinese(english)) == ([], [])


@pytest.mark.parametrize("name", TABLES)
def test_what_is_wrong_with_a_roster_is_told_in_english(english, name):
    english.go("staff/roster")
    english.bring("", (name, TABLES[name]))
    assert english.mistakes
    assert [each for each in english.mistakes if HANZI.search(each)] == []
    assert (unmarked(english), chinese(english)) == ([], [])
