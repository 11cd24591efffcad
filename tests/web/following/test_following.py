"""From the receipt to the package: follow, correct, see who looked, rate, take the package home."""

import io
import re
import zipfile

from sqlalchemy import event

from kaiban.domain.pointer import value_at
from kaiban.orchestrator.applicant.aftercare.rating import answer
from kaiban.orchestrator.window.exit_desk.handing_out import post
from kaiban.orchestrator.worker.disclosing import note_look
from tests.web.following.cases import case_of, finish, wait_until
from tests.web.visitor import Visitor


def test_a_case_is_followed_to_the_package_in_hand(submitted, printed):
    city = printed
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


def test_whoever_has_the_fragment_is_answered_without_the_case_being_read(submitted, city):
    visitor = submitted("谷云山")
    url = f"{visitor.address}/t/{visitor.filing_id}/lanes"
    tag = visitor.http.get(url, timeout=60).headers["ETag"]
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    engine = city.kaiban.database.engine
    event.listen(engine, "before_cursor_execute", note)
    again = visitor.http.get(url, headers={"If-None-Match": tag}, timeout=60)
    event.remove(engine, "before_cursor_execute", note)
    assert again.status_code == 304
    assert not [each for each in asked if "form" in each.split("FROM")[0]], asked
    assert len([each for each in asked if "SELECT" in each]) <= 2


def test_the_progress_page_says_what_comes_next_and_whose_time_it_was(submitted, city):
    visitor = submitted("云谷禾")
    city.pass_time(minutes=1)  # the registrar, from whom the credit code comes, takes longer
    visitor.follow("查看办理进度")
    for words in (
        "下一步由谁办",
        "统一社会信用代码",
        "预计的依据",
        "自然用时的组成",
        "目标线：5 小时",
    ):
        assert words in visitor.text, words
    # Other tests of the session may have made enough past cases to go by.
    assert re.search(r"按部门承诺|按近 \d+ 件同类办件", visitor.text)


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
    asked = [name for name in shown if not name.startswith("explained-")]
    assert asked
    assert all(any(name.startswith(place) for place in named) for name in asked)
    visitor.press("核对补正")
    assert visitor.status == 422, "nothing was changed"


def test_a_correction_is_looked_at_while_it_is_typed(submitted, city):
    visitor = submitted("测试补正瞥")
    url = f"{city.address}/t/{visitor.filing_id}/fix/glance"
    token = {"csrf_token": visitor.open("/").control("csrf_token").get("value")}
    assert visitor.http.post(url, data=token, timeout=60).status_code == 404, "nothing is asked"
    visitor.open(url.removesuffix("/fix/glance").removeprefix(city.address))
    wait_until(visitor, city, lambda case: case.open_notice)
    form = case_of(visitor, city).form
    for typed, wrong in (("路", ["premises-detail"]), ("青云路 9 号 3 栋", []), ("", [])):
        found = visitor.http.post(url, data=token | {"premises.detail": typed}, timeout=60)
        assert list(found.json()["wrong"]) == wrong
    assert case_of(visitor, city).form == form


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
    note_look(city.kaiban.office, case.no, "wang", "video", kind="partner")
    visitor.open(f"/t/{visitor.filing_id}/seen")
    assert "partner · wang" in visitor.text, "what a later release wrote down beside this one"
    for link in case.links:
        assert link.office in visitor.text
    parts = [each.text_content() for each in visitor.page.xpath("//main//td//li")]
    assert any(re.match("法定代表人：姓名、.*证件号码", part) for part in parts)
    assert any(
        "经营范围条目·规范表述" in part and part.startswith("经营范围") for part in parts
    ), "whole labels"
    for cell in visitor.page.xpath("//main//td[.//li]"):
        groups = [each.text_content() for each in cell.xpath(".//li/strong")]
        assert len(groups) == len(set(groups))
        for part in cell.xpath(".//li"):
            asked = part.text_content().partition("：")[2].split("、")
            assert len(asked) == len(set(asked)), "rows are counted once"
    assert case.form["people"]["legal_rep"]["cert"]["no"] not in visitor.answer.text


def test_a_rating_needs_no_login_but_the_end_of_the_case(submitted, city):
    visitor = submitted("谷禾云")
    aid = visitor.filing_id
    stranger = Visitor(city.address)
    stranger.open(f"/t/{aid}/rate")
    assert "办结后即可评价" in stranger.text
    assert not stranger.page.xpath("//main//form")
    finish(visitor, city)
    stranger.open(f"/t/{aid}/rate").press("提交评价", level="9")
    assert stranger.status == 422
    stranger.open(f"/t/{aid}/rate").press("提交评价", level="4", remark="<b>快</b>")
    assert "谢谢您的评价" in stranger.text
    assert city.kaiban.cases.ratings(case_of(visitor, city).no)[0].level == 4
    stranger.close()


def test_a_correction_is_looked_over_before_it_is_sent(submitted, city):
    visitor = submitted("测试补正")
    aid = visitor.filing_id
    wait_until(visitor, city, lambda case: case.open_notice)
    case = case_of(visitor, city)
    item = next(item for item in case.open_notice.items if item.pointer)
    name = item.pointer[1:].replace("/", ".")
    old = value_at(case.form, name)
    visitor.open(f"/t/{aid}/fix")
    confirmed = [
        box.get("value") for box in visitor.page.xpath("//main//input[@name='confirmed']")
    ]
    answers = {name.replace(".", "__"): "禾山谷云", "confirmed": confirmed}
    visitor.press("核对补正", **answers)
    assert visitor.heading == "核对补正内容", visitor.mistakes
    assert old in visitor.text
    assert "禾山谷云" in visitor.text
    assert case_of(visitor, city).open_notice is not None, "looked over, not sent"
    visitor.press("返回修改")
    assert visitor.control(name).get("value") == "禾山谷云"
    visitor.press("核对补正", confirmed=confirmed)
    form, button = visitor.button("提交补正")
    visitor.send(form, button, {})
    assert visitor.heading == "办理进度"
    assert case_of(visitor, city).revision == case.revision + 1
    visitor.send(form, button, {})  # a second click, or another tab
    assert visitor.heading == "办理进度"
    assert case_of(visitor, city).revision == case.revision + 1


def test_a_rating_stands_there_again_and_can_be_changed_until_answered(submitted, city):
    visitor = submitted("禾谷山")
    aid = visitor.filing_id
    finish(visitor, city)
    visitor.open(f"/t/{aid}/rate").press("提交评价", level="4")
    visitor.open(f"/t/{aid}/rate")
    assert "已经评价" in visitor.text
    assert visitor.control("level") is not None
    visitor.press("修改评价", level="2", remark="慢")
    given = city.kaiban.cases.ratings(case_of(visitor, city).no)
    assert [each.level for each in given] == [2]
    answer(city.kaiban.office, case_of(visitor, city).no, "", "已改进", "window")
    visitor.open(f"/t/{aid}/rate")
    assert "已改进" in visitor.text
    offered = [option.get("value") for option in visitor.control("link").iter("option")]
    assert "registration" in offered
    visitor.press("修改评价", level="5", link="")
    assert visitor.status == 422


def test_what_was_typed_of_a_rating_stays_when_it_is_refused(submitted, city):
    visitor = submitted("山谷云")
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/rate").press("提交评价", remark="很好" * 300, level="5")
    assert visitor.status == 422
    assert "很好" in visitor.control("remark").text_content()


def test_the_package_page_says_how_it_comes_and_where_it_is(submitted, city):
    visitor = submitted("谷山禾")
    aid = visitor.filing_id
    finish(visitor, city)
    visitor.open(f"/t/{aid}/package")
    for words in ("领取方式：", "第 1 版", "核验码"):
        assert words in visitor.text
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(case_of(visitor, city).no)
        case.form = {**case.form, "delivery": {**case.form["delivery"], "mode": "post"}}
        tx.save(case)
    visitor.open(f"/t/{aid}/package")
    assert "寄出后这里会显示运单号" in visitor.text
    post(city.kaiban.office, case.no, "1234567890123")
    visitor.open(f"/t/{aid}/package")
    assert "1234567890123" in visitor.text


def test_the_hall_that_never_closes_says_so(submitted, city):
    visitor = submitted("山禾云谷")
    # Before it ends: afterwards, the figures of the city would no longer be those of its cases.
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(case_of(visitor, city).no)
        case.hall = "allday"
        case.form = {**case.form, "delivery": {**case.form["delivery"], "mode": "window"}}
        tx.save(case)
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}/package")
    assert "每天 全天" in visitor.text
    assert "工作日" not in visitor.text


def test_the_receipt_carries_code_and_picture_and_says_what_comes(submitted):
    visitor = submitted("云禾谷")
    assert visitor.page.xpath("//main//svg")
    assert "续办码" in visitor.text
    assert "一次列全" in visitor.text


def test_what_was_refused_is_not_called_a_package_in_hand(submitted, city):
    visitor = submitted("测试驳回登记禾")
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}")
    assert "申请没有办成" in visitor.text
    assert "证照包已经做好" not in visitor.text
    assert "承诺时限" not in visitor.text, "nothing was done within any time"
