"""The archive: safe names, untouched originals, one right order of bytes."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.documents.package.archive import archive, enclosures, packed, safe_name
from tests.documents import samples
from tests.documents.samples import NOW, paper


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("营业执照.pdf", "营业执照.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\evil.exe", "evil.exe"),
        ("..", "document"),
        ("", "document"),
        ("/", "document"),
        (".bashrc", "bashrc"),
        ("con", "_con"),
        ("NUL.pdf", "_NUL.pdf"),
        ('a<b>:"c|?*.pdf', "a_b___c___.pdf"),
        ("名\x00字\n\u202e.pdf", "名字.pdf"),
        ("x" * 300 + ".pdf", "x" * 60 + ".pdf"),
        ("y" * 300, "y" * 60),
    ],
)
def test_names_are_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=120))
def test_no_name_leads_out_of_its_folder(name):
    safe = safe_name(name)
    assert safe
    assert not set('/\\:\0<>|?*"') & set(safe)
    assert not safe.startswith(".")
    assert len(safe) <= 81


def case_with(*papers):
    case = samples.whole_case()
    case.documents = {"tax": papers}
    return case


def test_two_originals_of_one_name_are_both_kept():
    case = case_with(
        paper("一", "A.pdf", b"1"), paper("二", "a.PDF", b"2"), paper("三", "A.pdf", b"3")
    )
    assert [(each.path, each.content) for each in enclosures(case, 2026)] == [
        ("originals/tax/A.pdf", b"1"),
        ("originals/tax/a-2.PDF", b"2"),
        ("originals/tax/A-3.pdf", b"3"),
    ]


def test_an_identity_number_in_a_file_name_is_masked():
    case = case_with(paper("参保证明", "王小芳_990101199003070030.pdf", b"1"))
    assert enclosures(case, 2026)[0].path == "originals/tax/王小芳_990101________0030.pdf"


def test_originals_travel_untouched_and_the_manifest_lists_every_other_file():
    content = archive(b"pdf", b"{}", enclosures(samples.whole_case(), 2026), NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert bundle.testzip() is None
        listed = json.loads(bundle.read("manifest.json"))
        names = bundle.namelist()
        licence = samples.whole_case().documents["registration"][0].content
        assert bundle.read("originals/registration/营业执照.pdf") == licence
        assert {each.date_time for each in bundle.infolist()} == {(2026, 11, 20, 6, 42, 30)}
    assert names == sorted(names)
    assert [each["path"] for each in listed["files"]] == [
        name for name in names if name != "manifest.json"
    ]


def test_the_order_of_making_does_not_matter():
    files = {"b": b"2", "a": b"1"}
    assert packed(files, NOW) == packed(dict(reversed(files.items())), NOW)
    assert packed(files, NOW) != packed(files, NOW.replace(hour=15))


@pytest.mark.parametrize("year", [1970, 2200])
def test_an_instant_a_zip_cannot_hold_is_brought_to_its_nearest(year):
    assert packed({"a": b"1"}, datetime(year, 1, 1, tzinfo=UTC)).startswith(b"PK")


def test_a_link_with_an_evil_name_stays_in_its_folder():
    case = samples.whole_case(samples.SIX[:1])
    case.links[0] = replace(case.links[0], name="../up")
    case.documents = {"../up": (paper("一", "a.pdf", b"1"),)}
    assert [each.path for each in enclosures(case, 2026)] == ["originals/up/a.pdf"]
