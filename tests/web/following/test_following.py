"""From the receipt to the package: follow, correct, see who looked, rate, take the package home."""

import io
import zipfile

import pytest

from tests.web.filling import fill_in
from tests.web.visitor import Visitor


@pytest.fixture
def submitted(filing, city):
    """Somebody whose form has just been accepted, at the receipt."""

    def submit(trade_name=""):
        fill_in(filing, city.form(trade_name))
        filing.go("check")
        filing.press("提交申请")
        assert filing.heading == "受理回执", filing.mistakes
        return filing

    return submit


def case_of(visitor, city):
    return city.kaiban.cases.read(city.kaiban.filings.get(visitor.filing_id).case_no)


def finish(visitor, city):
    """Let time pass until the case has ended, over nights and days off."""
    for _ in range(400):
        if case_of(visitor, city).ended:
            return
        city.pass_time(minutes=30)
    raise AssertionError("it never ended")


def test_a_case_is_followed_to_the_package_in_hand(submitted, city):
    visitor = submitted("云起禾")
    aid = visitor.filing_id
    visitor.follow("查看办理进度")
    assert visitor.heading == "办理进度"
    assert "预计办结" in visitor.text
    finish(visitor, city)
    visitor.open(f"/t/{aid}")
    assert "证照包已经做好" in visitor.text
    assert "6 / 6" in visitor.text
    package = visitor.http.get(f"{visitor.address}/t/{aid}/package.zip", timeout=60)
    assert package.headers["Cache-Control"] == "no-store"
    assert zipfile.ZipFile(io.BytesIO(package.content)).testzip() is None
    visitor.follow("查看证照包")
    assert visitor.heading == "证照包"


def test_the_fragment_is_not_sent_twice(submitted, city):
    visitor = submitted("山禾云")
    url = f"{visitor.address}/t/{visitor.filing_id}/lanes"
    first = visitor.http.get(url, timeout=60)
    again = visitor.http.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")
    city.pass_time(minutes=10)
    later = visitor.http.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=60)
    assert later.status_code == 200


def test_only_what_was_named_is_corrected_and_what_stood_there_is_shown(submitted, city):
    visitor = submitted("测试补正")
    aid = visitor.filing_id
    while case_of(visitor, city).open_notice is None:
        city.pass_time(minutes=30)
    visitor.open(f"/t/{aid}")
    assert "需要您做一件事" in visitor.text
    visitor.follow("查看并补正")
    named = {
        item.pointer[1:].replace("/", ".") for item in case_of(visitor, city).open_notice.items
    }
    shown = visitor.page.xpath("//main//input[@type='text' or @type='radio']/@name")
    shown += visitor.page.xpath("//main//select/@name | //main//textarea/@name")
    assert shown
    assert all(any(name.startswith(place) for place in named) for name in shown)
    visitor.press("提交补正")
    assert visitor.status == 422, "nothing was changed"


def test_the_address_alone_shows_progress_but_neither_form_nor_package(submitted, city):
    visitor = submitted("青禾谷")
    aid = visitor.filing_id
    stranger = Visitor(city.address)
    assert stranger.open(f"/t/{aid}").status == 200
    for page in (f"/t/{aid}/package", f"/t/{aid}/seen", f"/t/{aid}/fix", f"/a/{aid}/name"):
        assert stranger.open(page).status == 403, page
    stranger.close()


def test_who_saw_what_names_every_department_and_the_questions_it_read(submitted, city):
    visitor = submitted("禾云谷")
    finish(visitor, city)
    case = case_of(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/seen")
    for link in case.links:
        assert link.office in visitor.text
    assert "法定代表人·姓名" in visitor.text
    assert case.form["people"]["legal_rep"]["cert"]["no"] not in visitor.answer.text


def test_a_rating_needs_no_login_but_the_end_of_the_case(submitted, city):
    visitor = submitted("谷禾云")
    aid = visitor.filing_id
    stranger = Visitor(city.address)
    stranger.open(f"/t/{aid}/rate").press("提交评价", level="5")
    assert stranger.status == 422
    finish(visitor, city)
    stranger.open(f"/t/{aid}/rate").press("提交评价", level="9")
    assert stranger.status == 422
    stranger.open(f"/t/{aid}/rate").press("提交评价", level="4", remark="<b>快</b>")
    assert "谢谢您的评价" in stranger.text
    assert city.kaiban.cases.ratings(case_of(visitor, city).no)[0].level == 4
    stranger.close()
