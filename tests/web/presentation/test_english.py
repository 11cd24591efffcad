"""English pages: no text without a translation, and what is Chinese all the same is marked as Chinese."""

import re
from string import Formatter

import lxml.html
import pytest

from kaiban.web.presentation.lang_attributes import marked
from tests.bin.catalogue import texts
from tests.prose import english_faults
from tests.web.filling import fill_in
from tests.web.visitor import Visitor

HANZI = re.compile(r"[\u3400-\u9fff]")
PERCENT = re.compile(r"%(?:\((\w+)\)(?:\d*[ds])|%)")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:()]|[,;()][\u3400-\u9fff]")
MESSAGES = [each for each in texts.read() if each.id]


def places(text):
    """Return the places of a text that are filled in, and whether a percent sign is one."""
    braces = {name for _, name, _, _ in Formatter().parse(text)} if "%" not in text else set()
    return sorted(filter(None, braces)), sorted(found[0] for found in PERCENT.finditer(text))


def test_every_text_has_a_translation_and_no_other():
    assert {each.id for each in MESSAGES} == texts.texts()
    assert [each.id for each in MESSAGES if not each.string or each.fuzzy] == []


def test_a_translation_has_the_places_of_its_text():
    # One test for all of them: thousands of tests would take seconds to be told apart.
    # What begins with a bracket is an expression that happens to hold Chinese marks.
    said = [each for each in MESSAGES if not each.id.startswith("[")]
    assert len(said) > 1000
    assert [each.id for each in said if places(each.string) != places(each.id)] == []


def test_chinese_texts_have_chinese_punctuation():
    assert [each.id for each in MESSAGES if HALF_WIDTH.search(each.id)] == []


def test_no_translation_is_a_broken_sentence():
    assert {each.string: found for each in MESSAGES if (found := _broken(each.string))} == {}


def _broken(translation):
    places = "an unfilled place"
    return [each for each in english_faults(translation) if not each.startswith(places)]


@pytest.mark.parametrize(
    "broken",
    [
        "It is saved..", "Wrong,. again", "理由不符。.", "It is saved.Go on.", "It is saved .", "Choose “” from the list.",
        "Sent to “{name}”.", "Sent to “%(name)s”.", "Reason: None.", "Sent to “None”", "It is “here or “there”.",
    ],
)  # fmt: skip
def test_a_broken_sentence_is_caught(broken):
    assert english_faults(broken)


@pytest.mark.parametrize(
    "whole",
    ["None", "1.5 of 3.2, i.e. half …", "See “A”, “B”. Or C: d.", "www.example.com", "Wait..."],
)
def test_a_whole_sentence_is_not(whole):
    assert english_faults(whole) == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>Name: 张三</p>", '<p>Name: <span lang="zh-CN">张三</span></p>'),
        ('<p lang="zh-CN">张三 <b>李四</b></p>', '<p lang="zh-CN">张三 <b>李四</b></p>'),
        ("<option value='1'>公司</option>", "<option lang=\"zh-CN\" value='1'>公司</option>"),
        (
            "<p>a<br>公司 A 座 &amp; b</p>",
            '<p>a<br><span lang="zh-CN">公司 A 座</span> &amp; b</p>',
        ),
        ("<script>'公司'</script>", "<script>'公司'</script>"),
        ('<input value="公司"><p>x</p>', '<input value="公司"><p>x</p>'),
        ("<!doctype html><title>开办</title>", '<!doctype html><title lang="zh-CN">开办</title>'),
    ],
)
def test_chinese_is_marked_once_and_nothing_else_changes(page, expected):
    assert marked(page) == expected
    assert marked(expected) == expected


def unmarked(visitor):
    """Return the texts of a page that are Chinese and do not say so."""
    page = lxml.html.fromstring(visitor.answer.content)
    silent = ("script", "style")
    return [
        node.strip()
        for node in page.xpath("//text()[not(ancestor::*[starts-with(@lang, 'zh')])]")
        if HANZI.search(node) and node.getparent().tag not in silent
    ]


def chinese(visitor):
    """Return what is shown in Chinese for want of a translation: in the language of the city."""
    page = lxml.html.fromstring(visitor.answer.content)
    return [node.strip() for node in page.xpath("//main//*[starts-with(@lang, 'zh')]/text()")]


@pytest.fixture
def english(city):
    visitor = Visitor(city.address)
    visitor.http.cookies.set("kaiban_lang", "en")
    visitor.open("/")
    yield visitor
    visitor.close()


def test_a_sign_nobody_can_see_is_named_and_taken_out_in_english(english):
    english.press("Start")
    english.press("Save and continue")
    english.go("name").press("Save and continue", company__name__trade_name="省\u200b禾")
    [told] = [each for each in english.mistakes if "invisible" in each]
    assert "after character 1 “省” there is an invisible sign (zero-width space U+200B)" in told
    english.press("Remove the invisible signs")
    assert english.control("company.name.trade_name").get("value") == "省禾"


def test_every_page_of_a_filing_and_its_case_is_english(english, city):
    english.press("Start")
    english.press("Save and continue")
    aid = english.filing_id
    before = ["/", "/guide", "/resume", "/privacy", "/accessibility"]
    before += [f"/a/{aid}/{page}" for page in ("", "links", "phone", "materials", "staff/roster")]
    for path in before:
        english.open(path)
        assert unmarked(english) == [], path
        assert chinese(english) == [], path
    english.go("name").press("Save and continue", company__name__trade_name="A")
    assert any("Chinese characters" in each for each in english.mistakes), english.mistakes
    fill_in(english, city.form("译云禾"), saving="Save and continue")
    english.go("check")
    assert unmarked(english) == []
    english.press("Confirm and submit")
    no = city.kaiban.filings.get(aid).case_no
    city.pass_time(minutes=5)
    for _ in range(40):
        english.open(f"/t/{aid}")
        assert unmarked(english) == []
        city.pass_time(minutes=30)
    city.wait_for(no, lambda case: case.ended)  # over a weekend, where it began on its evening
    for path in ("", "/package", "/seen", "/rate", "/materials", "/withdraw"):
        english.open(f"/t/{aid}{path}")
        assert unmarked(english) == [], path
