"""What the script adds to the pages, on the gallery; the clock is the test's, so nothing waits."""

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.clean import assert_clean


@pytest.fixture
def page(open_page, gallery) -> Page:
    return open_page(gallery, width=1280)


def posts(page: Page) -> list[Request]:
    """Every POST from now on."""
    found: list[Request] = []
    page.on("request", lambda each: found.append(each) if each.method == "POST" else None)
    return found


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def test_mistakes_take_the_focus_and_lead_to_their_controls(open_page, gallery):
    page = open_page(f"{gallery}?errors=1")
    assert focused(page) == "govuk-error-summary"
    assert page.title().startswith("错误：")
    page.get_by_role("link", name="请填写成立日期").click()
    assert focused(page) == "day"


def test_a_question_appears_for_those_who_have_to_answer_it(page):
    expect(page.locator("#nation")).to_be_hidden()
    page.locator("#kind").select_option("passport")
    expect(page.locator("#nation")).to_be_visible()
    page.locator("#kind").select_option("id")
    expect(page.locator("#nation")).to_be_hidden()


def test_a_question_decided_on_another_page_is_asked(page):
    expect(page.locator("#term")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_saves_and_removes_nothing(open_page, gallery, scripts):
    page = open_page(gallery, scripts=scripts)
    page.locator("#name").press("Enter")
    expect(page.locator("#pressed")).to_have_text("save")


def test_a_button_says_what_was_pressed(page):
    page.get_by_role("button", name="删除 第 1 位股东").click()
    expect(page.locator("#pressed")).to_have_text("remove-1")


def test_a_form_is_sent_once(page):
    sent = posts(page)
    page.evaluate(
        "() => { const f = document.querySelector('main form'); f.requestSubmit(); f.requestSubmit(); }"
    )
    expect(page.locator("#pressed")).to_be_attached()
    assert len(sent) == 1


def test_typing_is_saved_once_it_rests(open_page, gallery):
    page = open_page(gallery)
    sent = posts(page)
    page.locator("#name").fill("张晓")
    page.locator("#name").fill("张晓燕")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    assert [each.headers["x-version"] for each in sent] == ["7"]
    assert page.locator("[name=version]").input_value() == "8"


@pytest.mark.parametrize(("version", "words"), [("409", "别处修改过"), ("503", "没有保存上")])
def test_what_was_not_saved_is_said_so(page, version, words):
    page.evaluate(
        "version => { document.querySelector('[name=version]').value = version }", version
    )
    page.locator("#name").fill("张")
    line = page.locator("[data-saved][data-bad]")
    expect(line).to_contain_text(words)


def test_a_page_sent_while_its_draft_is_saved_carries_the_new_version(page):
    # The draft's answer is held back until the button is pressed.
    held = []
    page.route("**/draft", lambda route: held.append(route))  # noqa: PLW0108 - a bound method of a list bears no marks
    page.locator("#name").fill("张")
    with page.expect_request("**/draft"):
        pass
    sent = posts(page)
    page.get_by_role("button", name="保存并继续").click()
    assert sent == []
    held[0].continue_()
    expect(page.locator("#pressed")).to_have_text("next")
    assert "version=8" in sent[0].post_data


def test_searching_as_you_type(page):
    field = page.get_by_role("combobox", name="查找规范表述")
    field.fill("软件")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(3)
    field.press("ArrowDown")
    field.press("ArrowDown")
    assert_clean(page)
    field.press("Enter")
    expect(field).to_have_value("软件销售")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.url.endswith("/dev/gallery/")


def test_a_suggestion_can_be_pressed_or_left(page):
    field = page.get_by_role("combobox", name="查找规范表述")
    field.fill("信息")
    page.get_by_role("option", name="信息技术咨询服务").click()
    expect(field).to_have_value("信息技术咨询服务")
    field.fill("软件")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(3)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("软件")


def test_what_is_typed_is_checked_meanwhile(page):
    page.locator("#brand").fill("云岭")
    expect(page.locator(".kb-check")).to_have_text("字号可以使用")


def test_a_part_keeps_itself_up_to_date_and_asks_for_changes_only(open_page, gallery):
    page = open_page("about:blank")
    page.clock.install()
    page.goto(gallery)
    with page.expect_response("**/lanes?*") as first:
        page.clock.run_for(12_000)
    assert first.value.status == 200
    expect(page.locator("[data-poll]")).to_have_text("更新于 11:12")
    with page.expect_response("**/lanes?*") as second:
        page.clock.run_for(12_000)
    assert second.value.status == 304


def test_a_shared_machine_forgets_who_was_here(open_page, gallery):
    page = open_page("about:blank")
    page.clock.install()
    page.goto(f"{gallery}?kiosk=1")
    asked = page.get_by_role("alertdialog")
    seen = page.evaluate(
        "() => { const now = Date.now(); document.dispatchEvent(new Event('keydown')); return now; }"
    )
    page.clock.run_for(40_000)
    expect(asked).to_be_hidden()
    page.clock.run_for(10_000)
    expect(asked).to_be_visible()
    shown, now = page.evaluate(
        "[parseInt(document.querySelector('[data-countdown]').textContent, 10), Date.now()]"
    )
    assert 0 <= shown - (60 - (now - seen) / 1000) < 2  # the page's clock goes on by itself
    assert_clean(page)
    page.get_by_role("button", name="继续办理").click()
    expect(asked).to_be_hidden()
    page.clock.run_for(30_000)
    expect(asked).to_be_hidden()
    with page.expect_request("**/kiosk/reset"):
        page.clock.run_for(31_000)


@pytest.fixture
def machine(open_page, gallery) -> Page:
    """The gallery on a machine of the hall."""
    return open_page(f"{gallery}?kiosk=1", width=1280, has_touch=True)


def test_keys_for_numbers_are_for_machines_of_the_hall_only(page):
    page.locator("#amount").click()
    expect(page.locator(".kb-pad")).to_have_count(0)


def test_a_finger_types_where_the_cursor_stands_and_the_focus_stays(machine):
    number = machine.locator("#number")
    number.evaluate("e => { e.focus(); e.setSelectionRange(2, 4); }")
    pad = machine.get_by_role("toolbar", name="数字键盘")
    heard = machine.evaluate_handle(
        "() => { const heard = []; ['input', 'change'].forEach(n => document.getElementById('number')"
        ".addEventListener(n, () => heard.push(n))); return heard; }"
    )
    pad.get_by_role("button", name="7", exact=True).tap()
    expect(number).to_have_value("11" + "7" + "0119900307" + "0178")
    pad.get_by_role("button", name="删除").tap()
    expect(number).to_have_value("11" + "0119900307" + "0178")
    expect(machine.get_by_text("已输入 16 位")).to_be_attached()
    assert focused(machine) == "number"
    assert_clean(machine)
    pad.get_by_role("button", name="下一项").tap()
    assert focused(machine) == "amount"
    assert heard.json_value() == ["input", "input", "change"]


def test_the_keys_beside_the_digits_follow_the_kind_of_number(machine):
    def beside(place: str) -> set[str]:
        machine.locator(place).focus()
        keys = machine.locator(".kb-pad button").all_text_contents()
        return set(keys) - set("0123456789") - {"删除", "下一项", "其他键盘"}

    assert beside("#number") == {"X"}
    assert beside("#amount") == {"."}
    assert beside("#day") == set()
    assert len(beside("#code")) == 24
    assert not {"0", "1", "O", "I"} & set(machine.locator(".kb-pad button").all_text_contents())
    machine.locator("#note").focus()
    expect(machine.locator(".kb-pad")).to_be_hidden()


def test_the_keys_are_worked_with_a_keyboard(machine):
    machine.locator("#number").fill("")
    machine.keyboard.press("Tab")
    assert machine.evaluate("document.activeElement.textContent") == "1"
    for key in ("ArrowDown", "ArrowRight", "Enter", "ArrowUp", "Space"):
        machine.keyboard.press(key)
    expect(machine.locator("#number")).to_have_value("52")
    assert_clean(machine)
    machine.keyboard.press("Tab")
    assert focused(machine) == "amount"
    assert machine.locator(".kb-pad").get_attribute("data-kind") == "decimal"
    machine.locator("#number").focus()
    machine.keyboard.press("Tab")
    machine.keyboard.press("Escape")
    assert focused(machine) == "number"
    expect(machine.locator(".kb-pad")).to_be_hidden()


def test_whoever_needs_letters_gets_the_systems_keyboard(machine):
    number = machine.locator("#number")
    number.tap()
    assert number.get_attribute("inputmode") == "none"
    machine.get_by_role("button", name="其他键盘").tap()
    expect(machine.locator(".kb-pad")).to_be_hidden()
    assert (focused(machine), number.get_attribute("inputmode")) == ("number", "text")


def test_what_the_keys_cover_can_be_scrolled_up(machine):
    machine.set_viewport_size({"width": 1280, "height": 700})
    for place in ("#number", "#since-month"):
        machine.locator(place).focus()
        pad = machine.locator(".kb-pad").bounding_box()
        box = machine.locator(place).bounding_box()
        assert box["y"] + box["height"] <= pad["y"]


def test_a_page_prints(page):
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="打印进度单").click()
    assert page.title() == "printed"


def test_on_paper_only_the_matter_remains(page):
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    expect(page.get_by_role("button", name="保存并继续")).to_be_hidden()
    page.set_viewport_size({"width": 690, "height": 1000})  # what A4 leaves between its margins
    assert page.locator(".kb-bar").first.bounding_box()["width"] > 180
