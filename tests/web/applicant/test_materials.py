"""Materials on screen: brought, looked at again, dropped, promised; papers to look at; nothing lost, nobody else's."""

import re
from dataclasses import replace

import pytest

from kaiban.domain.papers.material import Holder, UploadLimits
from tests.web.filling import fill_in
from tests.web.pictures import photograph, scan
from tests.web.visitor import Visitor

SMALL = photograph(400, 300)


@pytest.fixture
def ruled(city):
    """Return a function: other rules of materials for this test."""
    office, usual = city.kaiban.office, city.kaiban.office.city

    def ruled(**rules):
        changed = replace(usual, materials=replace(usual.materials, **rules))
        object.__setattr__(office, "city", changed)

    yield ruled
    object.__setattr__(office, "city", usual)


@pytest.fixture
def filled(filing, city):
    """Somebody whose form is in order."""
    fill_in(filing, city.form())
    return filing


def kept(city, visitor):
    return city.kaiban.materials.listed(Holder(visitor.filing_id))


def task(visitor):
    """How 材料 stands on the task list."""
    visitor.go("")
    (item,) = visitor.page.xpath("//li[.//a[normalize-space()='材料']]")
    return " ".join(item.text_content().split())


# --- what is said of it --------------------------------------------------------------------------


def test_the_page_names_whom_a_file_is_sent_to_and_who_gets_none(filing):
    filing.go("materials")
    registration, others = "设立登记", ("公章刻制", "申领发票", "银行预约开户")
    sent = filing.text.split("系统送给：")[1].split("系统不把文件送给：")
    assert registration in sent[0]
    assert not any(each in sent[0] for each in others)
    assert all(each in sent[1].split("。")[0] for each in others)
    assert "每一个人的身份证件" in filing.text


# --- bringing ------------------------------------------------------------------------------------


def test_a_file_that_is_brought_twice_is_pointed_out(filled):
    filled.go("materials")
    filled.bring("identity", ("身份证.jpg", SMALL), **filled.everybody())
    assert "完全相同" not in filled.text
    filled.bring("lease", ("合同.jpg", SMALL), ("附件.pdf", scan(1)))
    said = [" ".join(each.text_content().split()) for each in filled.page.xpath("//ul[@class='kb-roster']/li[contains(., '完全相同')]")]  # fmt: skip
    assert [each.split()[0] for each in said] == ["身份证.jpg", "合同.jpg"]
    assert "里的“合同.jpg”完全相同" in said[0]
    assert "和“身份证件”里的“身份证.jpg”完全相同" in said[1]


def test_what_is_brought_is_listed_shown_again_and_dropped(filing, city):
    assert "还差" in task(filing)
    filing.go("materials")
    filing.bring("identity", ("正面.jpg", photograph()), ("反面.pdf", scan(2)))
    assert filing.mistakes == []
    assert "已上传" in filing.text
    assert "正面.jpg 1 页" in filing.text
    assert "反面.pdf 2 页" in filing.text
    links = [a.get("href") for a in filing.page.iter("a") if "查看" in a.text_content()]
    seen = [filing.http.get(filing.address + link, timeout=60) for link in links]
    assert {each.headers["Content-Type"] for each in seen} == {"image/jpeg", "application/pdf"}
    assert not any(b"Exif" in each.content[:4096] for each in seen)
    for each in seen:
        assert each.headers["Content-Disposition"].startswith('inline; filename="document.')
        assert each.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in each.headers["Content-Security-Policy"]
        assert "script-src" not in each.headers["Content-Security-Policy"]
    filing.take_away().take_away()
    assert kept(city, filing) == []
    assert "未提供" in filing.text


def test_before_a_file_is_gone_it_is_asked_about(filing, city):
    filing.go("materials").bring("identity", ("正面.jpg", SMALL))
    filing.follow("删除")
    assert filing.heading == "删除文件"
    assert "身份证件" in filing.text
    assert "正面.jpg" in filing.text
    assert "不能恢复" in filing.text
    asked = filing.path
    filing.follow("不删除")
    assert filing.heading == "材料"
    assert [one.name for one in kept(city, filing)] == ["正面.jpg"]
    filing.take_away()
    assert (filing.heading, kept(city, filing)) == ("材料", [])
    assert filing.open(asked).heading == "材料", "gone already: nothing to ask"


def test_whoever_came_from_the_check_is_led_back_there_after_a_file_came_and_went(filing):
    filing.go("materials?come=check").bring("identity", ("正面.jpg", SMALL))
    filing.follow("删除").follow("不删除")
    filing.take_away()
    filing.follow("返回核对")
    assert filing.path.partition("?")[0].endswith("/check")


def test_a_file_that_cannot_be_kept_is_told_at_its_control_and_the_others_stay(filing, city):
    filing.go("materials")
    filing.bring("identity", ("好.jpg", SMALL), ("旧.gif", b"GIF89a" + bytes(50)))
    assert filing.status == 422
    (sentence,) = filing.mistakes
    assert sentence.startswith("“旧.gif”：这是 GIF")
    href = filing.page.xpath("//*[@data-errors]//a")[0].get("href")
    control = filing.page.get_element_by_id(href[1:])
    described = filing.page.get_element_by_id(control.get("aria-describedby").split()[-1])
    assert sentence in described.text_content()
    assert [one.name for one in kept(city, filing)] == ["好.jpg"]


def test_a_button_without_a_file_and_a_name_full_of_marks(filing, city):
    filing.go("materials")
    filing.bring("identity")
    assert filing.mistakes == ["请先选择“身份证件”的文件，再点“上传”。"]
    filing.bring("identity", ('../<b>"x"\x07.jpg', SMALL))
    assert filing.mistakes == []
    (one,) = kept(city, filing)
    assert "/" not in one.name
    assert "<b>" not in filing.answer.text
    filing.bring("identity", *[(f"{n}.jpg", SMALL) for n in range(11)])
    assert filing.mistakes == ["一次最多上传 10 个文件，请分几次上传。"]


def test_the_limits_stand_on_the_page_and_more_than_that_is_answered_in_words(filing, city, ruled):
    ruled(limits=UploadLimits(file_mb=1, total_mb=2, pages=1))
    filing.go("materials")
    assert "每个文件不超过 1 MB" in filing.text
    filing.bring("identity", ("大.jpg", SMALL + bytes(1024 * 1024)), ("长.pdf", scan(2)))
    assert [one.partition("：")[2][:6] for one in filing.mistakes] == ["文件超过 1", "PDF 共 "]
    aid = filing.go("materials").filing_id
    filing.bring("identity", ("太大.jpg", bytes(6 * 1024 * 1024)))
    assert (filing.status, filing.heading) == (413, "内容太大了")
    assert "一个文件最多 1 MB，一次上传的文件合计最多 3 MB" in filing.text
    assert city.kaiban.materials.listed(Holder(aid)) == []


def test_many_parts_and_a_material_nobody_knows_are_refused(filing):
    filing.go("materials")
    token = filing.page.xpath("//main//input[@name='csrf_token']")[0].get("value")
    url = f"{filing.address}/a/{filing.filing_id}/materials"
    many = [("key", (None, "identity")) for _ in range(20_001)]
    assert filing.http.post(url, data={"csrf_token": token}, files=many, timeout=60).status_code == 413  # fmt: skip
    strange = {"csrf_token": token, "key": "passport-of-somebody", "do": "bring"}
    assert filing.http.post(url, data=strange, timeout=60).status_code == 400


def test_nobody_else_sees_or_brings_anything(filing, visitor, city):
    filing.go("materials")
    filing.bring("identity", ("a.jpg", SMALL))
    path = next(a.get("href") for a in filing.page.iter("a") if "查看" in a.text_content())
    stranger = Visitor(city.address)
    for address in (path, f"/a/{filing.filing_id}/materials", f"/a/{filing.filing_id}/materials/articles.pdf"):  # fmt: skip
        assert stranger.open(address).status == 403
    stranger.open("/")
    stranger.press("开始填写")
    stranger.press("保存并继续")
    mine = path.replace(filing.filing_id, stranger.filing_id)
    assert stranger.open(mine).status == 404
    stranger.close()


def test_a_session_that_ended_meanwhile_says_what_became_of_the_files(filing, city):
    filing.go("materials")
    aid = filing.filing_id
    filing.http.cookies.clear()
    filing.bring("identity", ("a.jpg", SMALL))
    assert filing.status == 403
    assert "文件没有收到" in filing.text
    assert city.kaiban.materials.listed(Holder(aid)) == []


# --- promising ------------------------------------------------------------------------------------


def test_a_promise_shows_its_words_needs_a_tick_and_can_be_taken_back(filing, city):
    filing.go("materials")
    deferral = city.kaiban.profile.city.materials.deferral
    assert deferral.commitment in filing.text
    filing.press_value("promise")
    assert filing.mistakes == ["请先阅读承诺内容并勾选，再点“承诺稍后补交”。"]
    filing.press("承诺稍后补交", promise=deferral.version)
    assert filing.mistakes == []
    assert "已承诺补交" in filing.text
    assert re.search(r"最晚 2026年\d+月\d+日", filing.text)
    (promise,) = kept(city, filing)
    assert (promise.key, promise.commitment) == ("identity", "2026-11")
    filing.follow("撤销承诺").press("确认撤销")
    assert kept(city, filing) == []


def test_words_that_changed_meanwhile_must_be_read_again(filing, city, ruled):
    filing.go("materials")
    ruled(deferral=replace(city.kaiban.office.city.materials.deferral, version="2026-12"))
    filing.press("承诺稍后补交", promise="2026-11")
    assert filing.status == 422
    assert kept(city, filing) == []


# --- papers ---------------------------------------------------------------------------------------


def test_papers_are_shown_once_the_form_is_in_order(filled, city):
    form = city.form()
    number = form["people"]["holders"][0]["cert"]["no"]
    filled.go("materials")
    links = [a.get("href") for a in filled.page.iter("a") if "预览" in a.text_content()]
    wanted = city.kaiban.form.materials(form, city.kaiban.departments.names)
    assert len(links) == sum(one.produced for one in wanted)
    paper = filled.http.get(filled.address + links[0], timeout=60)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert paper.headers["Cache-Control"] == "no-store"
    assert "inline" in paper.headers["Content-Disposition"]
    assert number not in paper.headers["Content-Disposition"]
    again = filled.http.get(filled.address + links[0], timeout=60)
    assert again.content == paper.content
    filled.open(f"/a/{filled.filing_id}/materials/no-such-paper.pdf")
    assert filled.status == 404
    filled.open(f"/a/{filled.filing_id}/materials/identity.pdf")
    assert filled.status == 404


def test_a_paper_of_an_unfinished_form_says_what_is_missing_first(filing):
    filing.open(f"/a/{filing.filing_id}/materials/articles.pdf")
    assert filing.status == 409
    assert filing.heading == "填好以后就能预览"
    target = filing.page.xpath("//main//ul//a")[0].get("href")
    assert filing.open(target).status == 200


def test_a_paper_follows_the_form(filled, city):
    filled.go("materials")
    url = f"{filled.address}/a/{filled.filing_id}/materials/articles.pdf"
    before = filled.http.get(url, timeout=60).content
    filled.go("name")
    filled.press("保存并继续", company__name__trade_name="青山禾")
    assert filled.http.get(url, timeout=60).content != before


# --- submitting, and afterwards -------------------------------------------------------------------


def test_a_city_that_asks_tells_what_is_missing_with_all_else(filing, city, ruled):
    ruled(required=True)
    fill_in(filing, city.form(), "fund")
    filing.go("check")
    (missing,) = [each for each in filing.mistakes if each.startswith("请上传“身份证件”")]
    assert len(filing.mistakes) > 2
    link = next(
        a for a in filing.page.xpath("//*[@data-errors]//a") if missing in a.text_content()
    )
    filing.open(link.get("href"))
    assert filing.heading == "材料"
    assert filing.page.get_element_by_id(link.get("href").partition("#")[2]) is not None


def test_what_was_brought_and_promised_goes_with_the_case(filled, city, ruled):
    ruled(required=True)
    filled.go("materials")
    filled.bring("lease", ("合同.pdf", scan(3)))
    filled.press("承诺稍后补交", promise="2026-11")
    assert "已备齐" in task(filled)
    filled.go("check")
    assert "已上传 3 页" in filled.text
    assert "已承诺补交，今天提交的话最晚" in filled.text
    filled.press("提交申请")
    assert filled.heading == "受理回执"
    no = city.kaiban.filings.get(filled.filing_id).case_no
    assert {one.key for one in city.kaiban.materials.listed(Holder(case_no=no))} == {"lease", "identity"}  # fmt: skip
    filled.open(f"/t/{filled.filing_id}")
    assert "还有 1 项材料待补交" in filled.text
    filled.follow("补交材料")
    assert re.search(r"请在 2026年\d+月\d+日 前补交（承诺书 2026-11 版）", filled.text)
    filled.bring("identity", ("空.jpg", b""), **filled.everybody())
    assert filled.mistakes == ["“空.jpg”：文件是空的，请重新选择文件。"]
    files = ("正.jpg", SMALL), ("反.jpg", photograph(400, 300, seed=2))
    filled.bring("identity", *files, **filled.everybody())
    assert filled.mistakes == []
    assert "没有待补交的材料" in filled.text
    assert len(city.kaiban.materials.listed(Holder(case_no=no))) == 3, "the promise is kept"
    view = next(a.get("href") for a in filled.page.iter("a") if "正.jpg" in a.text_content())
    assert filled.http.get(filled.address + view, timeout=60).headers["Content-Type"] == "image/jpeg"  # fmt: skip
    stranger = Visitor(city.address)
    assert stranger.open(view).status == 403
    assert "待补交" not in stranger.open(f"/t/{filled.filing_id}").text
    stranger.close()


def test_after_submission_the_filings_own_page_leads_to_the_cases(filled):
    filled.go("check")
    filled.press("提交申请")
    filled.go("materials")
    assert filled.path == f"/t/{filled.filing_id}/materials"
    assert "没有待补交的材料" in filled.text or "没有上传过材料" in filled.text
