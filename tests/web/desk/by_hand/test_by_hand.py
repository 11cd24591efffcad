"""Departments by hand at the window: the sheet, what came back, sending again, and a second person for changes."""

import io

import pytest
from PIL import Image

from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST
from tests.journeys.city import playing
from tests.journeys.test_by_hand import TAX
from tests.web.desk.people import at_desk, hire

LINKS = ("registration", "tax")
#: Everything that has to be found out before something is sent again.
ALL = {"checked": list(CHECKLIST), "told_by": "张科长 8800"}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city in which people carry paper to the tax bureau."""
    folder = tmp_path_factory.mktemp("by_hand")
    with playing(
        folder, f"sqlite:///{folder}/kaiban.db", pace=20, tax={"adapter": "counter"}
    ) as city:
        yield city


@pytest.fixture
def no(city):
    """A case whose sheet waits to be carried."""
    no = city.submit(city.form(), *LINKS)
    city.until(no, lambda case: case.link("tax").state is LinkState.MANUAL)
    return no


@pytest.fixture
def page(desk, no):
    return desk.open(f"/desk/cases/{no}").follow("各部门办理").follow("申领发票")


def link(city, no):
    return city.kaiban.cases.read(no).link("tax")


def scan():
    drawn = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(drawn, "PNG")
    return drawn.getvalue()


def result(**more):
    """The result as it is typed."""
    found = {f"result.{key}": value for key, value in TAX.items() if isinstance(value, str)}
    for name in ("tax_kinds", "invoice_kinds"):
        found |= {f"result.{name}.0.{key}": str(value) for key, value in TAX[name][0].items()}
    return {**found, **more}


def send(page, form, button, answers, *files):
    """Press with files, as a browser does."""
    values = [(n, v) for n, v in form.form_values() if n not in answers and n != "file"]
    values += [*answers.items(), (button.get("name"), button.get("value"))]
    parts = [("file", (name, content, "application/octet-stream")) for name, content in files]
    url = page.address + form.get("action")
    return page._arrived(  # noqa: SLF001 - what every way of sending does
        page.http.post(url, data=values, files=parts or [("file", ("", b""))], timeout=250)
    )


def test_the_sheet_is_printed_carried_and_its_result_typed_with_a_scan(page, city, no, person):
    assert page.open(f"{page.path}/sheet").answer.content.startswith(b"%PDF")
    page.open(f"/desk/cases/{no}/departments/tax").press("登记为“部门已收件”", number="SW-77")
    assert "已经登记" in page.text
    assert (link(city, no).state, link(city, no).current.ref["number"]) == ("submitted", "SW-77")
    page.follow("部门已收件").press("登记为“部门已收件”", number="SW-78")
    assert link(city, no).current.ref["number"] == "SW-78", "what was mistyped is put right"
    page.follow("办结")
    form, button = page.button("登记为“办结”")
    send(page, form, button, result(title="登记信息表"), ("scan.png", scan()))
    assert "已经登记" in page.text, page.mistakes
    case = city.kaiban.cases.read(no)
    assert case.link("tax").state is LinkState.DONE
    (document,) = case.documents["tax"]
    assert (document.title, document.media_type) == ("登记信息表", "image/jpeg")
    assert {
        each.actor
        for each in case.events
        if each.after in ("submitted", "done") and each.link == "tax"
    } == {f"window:{person.login}"}
    send(page, form, button, result(title="登记信息表"), ("scan.png", scan()))
    assert "已经登记" in page.text, "a second click"
    assert len(city.kaiban.cases.read(no).documents["tax"]) == 1


def test_everything_wrong_is_told_at_once_and_what_was_typed_stays(page, city, no):
    page.follow("办结")
    form, button = page.button("登记为“办结”")
    typed = result() | {"result.taxpayer_no": "", "result.invoice_kinds.0.limit": "many"}
    send(page, form, button, typed, ("notes.txt", b"hello"))
    assert page.status == 422
    assert page.control("result.authority").get("value") == TAX["authority"]
    send(page, form, button, typed, ("scan.png", scan()))
    assert [each for each in page.mistakes if "重新选择" in each]
    assert len(page.mistakes) == 3, page.mistakes
    assert link(city, no).state is LinkState.MANUAL


def test_what_a_paper_says_is_read_as_people_type_it(page, city, no):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    page.follow("办结")
    form, button = page.button("登记为“办结”")
    limit = "result.invoice_kinds.0.limit"
    number = TAX["taxpayer_no"].translate(wide)
    typed = result(number="ＳＷ－77") | {limit: "１００，０００", "result.taxpayer_no": number}
    send(page, form, button, typed)
    assert page.mistakes == []
    found = link(city, no)
    assert found.current.ref["number"] == "SW-77"
    assert found.result["invoice_kinds"][0]["limit"] == 100000
    assert found.result["authority"] == TAX["authority"], "Chinese is left as it is"
    assert found.result["taxpayer_no"] == TAX["taxpayer_no"]


def test_a_text_of_another_form_is_not_told_to_become_a_text(page):
    page.follow("办结")
    form, button = page.button("登记为“办结”")
    send(page, form, button, result() | {"result.taxpayer_no": "919"})
    assert page.mistakes == ["“纳税人识别号”的写法不符合要求，请按部门出具的文书核对。"]


def test_enter_and_another_row_only_show_the_page_again(page, city, no):
    page.follow("办结")
    form, button = page.button("再加一行")
    send(page, form, button, result())
    assert page.control("result.tax_kinds.0.name").get("value") == "增值税"
    assert page.control("result.tax_kinds.1.name") is not None
    usual = page.page.xpath("//main//button[@aria-hidden and @name='do']")[0]
    assert usual.get("value") == "look", "a reader ends with Enter"
    assert link(city, no).state is LinkState.MANUAL


def test_an_older_page_is_refused_and_what_was_typed_is_shown(page, city, no):
    page.follow("不予办理")
    form, button = page.button("登记为“不予办理”")
    colleague = at_desk(city.address, hire(city.kaiban))
    colleague.open(f"/desk/cases/{no}/departments/tax").press("登记为“部门已收件”", number="SW-1")
    colleague.close()
    page.send(form, button, {"reason": "资料不符"})
    assert page.status == 409
    assert "资料不符" in page.text
    assert link(city, no).state is LinkState.SUBMITTED
    page.press("以我刚才填的为准")
    assert link(city, no).state is LinkState.REFUSED


def test_another_result_from_an_older_page_is_not_told_as_entered(page, city, no):
    page.follow("办结")
    form, button = page.button("登记为“办结”")
    send(page, form, button, result())
    assert "已经登记" in page.text
    send(page, form, button, result() | {"result.agent": "钱七"})
    assert page.status == 409
    assert "已经登记" not in page.text
    assert link(city, no).result["agent"] == TAX["agent"]


def test_a_demand_names_a_place_of_the_form(page, city, no):
    page.follow("需补正")
    page.press("登记为“需补正”")
    assert page.mistakes
    form, button = page.button("登记为“需补正”")
    options = form.xpath(".//select[@name='path']")[0].xpath("./option/@value")
    place = next(each for each in options if each.startswith("tax."))
    page.send(form, button, {"path": [place, ""], "message": ["请核对这一项。", "带公章来。"]})
    assert "已经登记" in page.text, page.mistakes
    case = city.kaiban.cases.read(no)
    assert [(each.pointer.split("/")[1:2], each.message) for each in case.open_notice.items] == [
        (["tax"], "请核对这一项。"), ([], "带公章来。"),
    ]  # fmt: skip


def test_a_sheet_is_found_by_its_bar_code_and_by_nothing_of_another_hall(desk, city, no):
    desk.open("/desk/by-hand")
    assert no in desk.text
    desk.press("打开", code=f"{no}-tax-main-1")
    assert desk.path == f"/desk/cases/{no}/departments/tax"
    desk.open("/desk/by-hand").press("打开", code=no.lower())
    assert desk.path == f"/desk/cases/{no}/departments"
    other = (int(no[-1]) + 1) % 10  # no check digit of this number
    for code in ("KB123", f"{no[:-1]}{other}", "x"):
        desk.open("/desk/by-hand").press("打开", code=code)
        assert desk.mistakes == ["本大厅没有这个办件单或者办件号，请核对，或者重新扫码。"]
        assert desk.control("code").get("value") == code
    far = at_desk(city.address, hire(city.kaiban, hall="allday"))
    far.open("/desk/by-hand")
    assert no not in far.text
    far.press("打开", code=no)
    assert far.mistakes
    far.close()


@pytest.fixture
def doubtful(city):
    """A case whose registration has gone to people: nobody knows whether the office has it."""
    no = city.submit(city.form(), *LINKS)
    city.until(no, lambda case: case.link("registration").current.sent)
    with city.kaiban.office.cases.transaction() as tx:
        case = tx.get(no)
        found = case.link("registration")
        case.move(
            found, found.current, LinkState.MANUAL, city.kaiban.clock.now(), reason="没有答复"
        )
        tx.save(case)
    return no


def test_what_may_have_arrived_is_sent_again_only_with_the_whole_statement(desk, city, doubtful):
    desk.open(f"/desk/cases/{doubtful}/departments/registration")
    ref = city.kaiban.cases.read(doubtful).link("registration").current.ref
    assert f"我方申请编号：{ref['key']}" in desk.text, "by which the department is asked"
    desk.press("按原来的内容重新发送", checked=["key", "company"])
    assert len(desk.mistakes) == 2, "one item, and who said so"
    form, button = desk.button("按原来的内容重新发送")
    for _ in range(2):
        desk.send(form, button, ALL)
        assert "已经重新发送" in desk.text, desk.mistakes
    case = city.kaiban.cases.read(doubtful)
    assert case.link("registration").state is LinkState.READY
    assert [each.kind for each in case.events].count("resent") == 1


def test_a_change_is_sent_only_when_somebody_else_has_signed_in_and_agreed(
    desk, city, person, doubtful
):
    desk.open(f"/desk/cases/{doubtful}/departments/registration").follow("修改后再发")
    desk.press_get("改选中的", at="/company/contact_phone")
    desk.press("送第二人复核", company__contact_phone="0999-8800009", why="")
    assert "请用一行文字写明为什么要修改，不超过 500 个字。" in desk.mistakes
    assert desk.control("company.contact_phone").get("value") == "0999-8800009"
    form, button = desk.button("送第二人复核")
    for _ in range(2):
        desk.send(
            form, button, {**ALL, "why": "部门要求", "company.contact_phone": "0999-8800009"}
        )
        assert desk.heading == "复核修改", desk.mistakes
    assert len(city.kaiban.office.edit_requests.of_case(doubtful)) == 1
    desk.send(form, button, {**ALL, "why": "部门要求", "company.contact_phone": "0999-8800008"})
    assert "已经有一份修改在等复核" in desk.mistakes[0], "another change is not that one"
    desk.open("/desk/approvals").follow(
        city.kaiban.cases.read(doubtful).form["company"]["name"]["full"]
    )
    where = desk.path.partition("?")[0]
    assert "请另一位工作人员登录后复核" in desk.text
    desk.http.post(
        desk.address + where, data={"csrf_token": _token(desk), "do": "approve"}, timeout=60
    )
    assert city.kaiban.cases.read(doubtful).link("registration").state is LinkState.MANUAL
    second = at_desk(city.address, hire(city.kaiban))
    second.open("/desk/by-hand").follow("等第二人复核的修改").follow(
        city.kaiban.cases.read(doubtful).form["company"]["name"]["full"]
    )
    second.press("不同意")
    assert second.mistakes == ["请用一行文字写明为什么不同意，不超过 500 个字。"]
    second.press("显示完整内容")
    assert "0999-8800009" in second.text
    second.press("同意并发送")
    assert "已经同意" in second.text
    second.close()
    case = city.kaiban.cases.read(doubtful)
    assert case.form["company"]["contact_phone"] == "0999-8800009"
    assert case.link("registration").state is LinkState.READY


def test_a_sign_nobody_can_see_goes_with_one_press_from_a_change_too(desk, city, doubtful):
    desk.open(f"/desk/cases/{doubtful}/departments/registration").follow("修改后再发")
    place = "company.name.trade_name"
    desk.press_get("改选中的", at="/company/name/trade_name")
    form, button = desk.button("送第二人复核")
    desk.send(form, button, {**ALL, place: "青\u200b禾\u202e云", "why": "部门要求"})
    assert any("看不见" in each for each in desk.mistakes)
    desk.press_value(f"clean:{place}")
    assert desk.control(place).get("value") == "青禾云"
    assert desk.control("why").get("value") == "部门要求"
    assert desk.mistakes == []
    assert not city.kaiban.office.edit_requests.of_case(doubtful), "the button sends nothing"


def _token(page):
    return page.page.xpath("//input[@name='csrf_token']")[0].get("value")
