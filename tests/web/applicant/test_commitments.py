"""Commitments (告知承诺) on the applicant's pages: read, ticked, taken back, handed in, read again on the receipt and later."""

from dataclasses import replace

import pytest

from kaiban.domain.papers.commitment import given
from kaiban.domain.papers.material import Holder
from tests.web.filling import fill_in
from tests.web.following.cases import case_of

KEY = "commitment-premises"
UNREAD = "请先阅读承诺内容并勾选，再点“作出承诺”。"


@pytest.fixture
def newer(city):
    """Return a function that lets the city's words be those of a new version."""
    office, usual = city.kaiban.office, city.kaiban.office.city

    def newer():
        [one] = usual.commitments
        words = replace(one, version="2027-01", text="新的承诺内容")
        object.__setattr__(office, "city", replace(usual, commitments=(words,)))

    yield newer
    object.__setattr__(office, "city", usual)


def kept(city, visitor):
    listed = city.kaiban.materials.listed(Holder(visitor.filing_id))
    return [(one.key, one.commitment) for one in listed if one.commits]


def ours(city):
    [one] = city.kaiban.office.city.commitments
    return one


def test_it_shows_its_words_needs_a_tick_and_can_be_taken_back(filing, city):
    filing.go("materials")
    assert ours(city).text in filing.text
    assert "核查不实的，发一次性告知书责令改正" in filing.text
    filing.press("作出承诺")
    assert (filing.status, filing.mistakes) == (422, [UNREAD])
    filing.press("作出承诺", commit="2026-12")
    assert filing.mistakes == []
    assert "您已作出承诺（2026-12 版）" in filing.text
    identity = filing.page.xpath("//*[@id='material-identity']")[0].text_content()
    assert "未提供" in identity, "no material falls away, and the page says so"
    assert "材料，作了承诺也照常要交" in filing.text
    assert "不用再交材料" not in filing.text
    assert kept(city, filing) == [(KEY, "2026-12")]
    filing.follow("撤销承诺").press("确认撤销")
    assert kept(city, filing) == []


def test_words_that_changed_meanwhile_must_be_read_again(filing, city, newer):
    filing.go("materials")
    newer()
    filing.press("作出承诺", commit="2026-12")
    assert filing.status == 422
    assert "改为 2027-01 版了" in filing.mistakes[0]
    assert kept(city, filing) == []


def test_what_was_ticked_before_the_words_changed_keeps_it_from_being_handed_in(
    filing, city, newer
):
    fill_in(filing, city.form("承诺甲"))
    filing.go("materials").press("作出承诺", commit="2026-12")
    newer()
    filing.go("check")
    assert any("改为 2027-01 版了" in each for each in filing.mistakes), filing.mistakes
    assert "承诺内容改了，请重新阅读" in filing.text
    filing.go("materials")
    assert "您承诺的是 2026-12 版，现在改为 2027-01 版" in filing.text
    filing.press("作出承诺", commit="2027-01")
    filing.go("check")
    assert filing.mistakes == []
    assert "已承诺（2027-01 版）" in filing.text


def test_a_file_cannot_be_brought_in_its_place(filing, city):
    filing.go("materials")
    form, button = filing.button("作出承诺")
    filing.send(form, button, {"commit": "2026-12", "do": "promise"})
    assert kept(city, filing) == []


def test_it_goes_with_the_case_onto_receipt_page_and_package(filing, city):
    fill_in(filing, city.form("承诺乙"))
    filing.go("materials").press("作出承诺", commit="2026-12")
    filing.go("check").press("提交申请")
    assert "受理回执" in filing.text, filing.mistakes
    for told in ("2026-12 版", ours(city).text):
        assert told in filing.text
    case = case_of(filing, city)
    [one] = given(case.events)
    assert (one.version, one.words) == ("2026-12", ours(city).text)
    filing.open(f"/t/{filing.filing_id}/materials")
    assert ours(city).text in filing.text
    assert "前由窗口核查" in filing.text
