"""A day at the counter in a real browser, with scripts and without: a notice, a sheet's result, a package handed over, people called."""

import time

import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.domain.tickets.ticket import TicketState
from tests.browser.clean import faults_on
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.by_hand.test_by_hand import result, scan
from tests.web.desk.people import hire

WIDTHS = (390, 1280)
SIGNED = {"name": "signed.png", "mimeType": "image/png", "buffer": scan()}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counter")
    url = f"sqlite:///{folder}/kaiban.db"
    with playing(folder, url, pace=20, tax={"adapter": "counter"}) as city:
        city.carried, city.ended = {}, {}
        for scripts in (True, False):
            name = "有本" if scripts else "无本"
            no = city.submit(city.form(f"青禾{name}"), "registration", "tax")
            city.until(no, lambda case: case.link("tax").state is LinkState.MANUAL)
            form = city.form(f"云岭{name}")
            form["delivery"] = {"mode": "window"}
            city.carried[scripts], city.ended[scripts] = no, city.submit(form, "registration")
            city.follow(city.ended[scripts])
        yield city


#: Seconds between two keys of a bar-code reader.
APART = 0.005


def scanned(page, text):
    """What a bar-code reader does: keys at its own pace, however late the machine gets to them, and Enter."""
    reader = page.context.new_cdp_session(page)
    begun = time.time()
    for number, character in enumerate(f"{text}\r"):
        key = {
            "key": "Enter" if character == "\r" else character,
            "timestamp": begun + number * APART,
        }
        reader.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": character, **key})
        reader.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    reader.detach()


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def counter(request, city, open_page):
    """A page of whoever sits at the first window; without scripts the browser does what it can alone."""
    page = open_page(f"{city.address}/desk/sign-in", width=1280, scripts=request.param)
    page.person, page.scripts = hire(city.kaiban, window="1"), request.param
    come_in(page, page.person)
    page.wait_for_url("**/desk")
    return page


def clean(page):
    """Nothing wrong on a phone or at the counter's width."""
    found = faults_on(page, WIDTHS, scripts=page.scripts)
    assert found == [], "\n".join(found)


def answer(page, name, value):
    control = page.locator(f'[name="{name}"]')
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


def test_a_notice_goes_out(city, counter):
    counter.goto(f"{city.address}/desk/cases/{city.carried[counter.scripts]}/notice")
    counter.get_by_label("目录中的事项").select_option("window.lease")
    counter.get_by_role("button", name="加进告知书").click()
    clean(counter)
    counter.get_by_role("button", name="发出告知书").click()
    counter.get_by_text("告知书已经发出").wait_for()
    clean(counter)
    (issued,) = city.kaiban.cases.read(city.carried[counter.scripts]).notices
    assert "window.lease" in [each.code for each in issued.items]


def test_a_sheet_is_found_by_its_bar_code_and_its_result_entered(city, counter):
    no = city.carried[counter.scripts]
    counter.goto(f"{city.address}/desk/by-hand")
    counter.get_by_label("扫办件单").focus()
    scanned(counter, f"{no}-tax-main-1")
    counter.wait_for_url("**/departments/tax")
    clean(counter)
    counter.get_by_role("link", name="办结").click()
    counter.get_by_label("纳税人识别号").fill("9199")
    # A script leads the number to where it belongs; without one it goes where the hand has put the cursor.
    counter.get_by_label("主管税务机关" if counter.scripts else "部门的受理编号").focus()
    scanned(counter, "SW-20260304-77")
    if not counter.scripts:
        counter.wait_for_load_state()
    number = counter.get_by_label("部门的受理编号")
    number.wait_for()
    assert number.input_value() == "SW-20260304-77"
    assert counter.get_by_label("主管税务机关").input_value() == ""
    assert counter.get_by_label("纳税人识别号").input_value() == "9199", "nothing was sent"
    clean(counter)
    for name, value in result(title="登记信息表").items():
        answer(counter, name, value)
    counter.locator("input[type=file]").set_input_files(SIGNED)
    counter.get_by_role("button", name="登记为“办结”").click()
    counter.get_by_text("已经登记").wait_for()
    clean(counter)
    case = city.kaiban.cases.read(no)
    assert case.link("tax").state is LinkState.DONE
    assert len(case.documents["tax"]) == 1


def test_a_package_is_handed_over_against_a_signed_paper(city, counter):
    no = city.ended[counter.scripts]
    counter.goto(f"{city.address}/desk/exit")
    clean(counter)
    counter.get_by_label("取件号或者办件号").fill(no)
    counter.keyboard.press("Enter")
    counter.get_by_label("法定代表人").check()
    clean(counter)
    counter.get_by_label("看了哪一种证件").select_option("id_card")
    counter.locator("[name=matches]").check()
    counter.locator("[name=signature][value=paper]").check()
    counter.locator("input[type=file]").set_input_files(SIGNED)
    counter.get_by_role("button", name="登记领走").click()
    counter.get_by_text("已经登记领走").wait_for()
    clean(counter)
    (event,) = [each for each in city.kaiban.cases.read(no).events if each.kind == "handed_out"]
    assert event.actor == f"window:{counter.person.login}"


def test_somebody_takes_a_number_is_called_served_and_done(city, counter):
    counter.goto(f"{city.address}/desk/tickets")
    counter.get_by_label("办什么").select_option("opening")
    counter.get_by_role("button", name="取号", exact=True).click()
    for words in ("叫下一位", "再叫一遍", "开始办"):
        counter.get_by_role("button", name=words).click()
        clean(counter)
    counter.get_by_role("button", name="办完").click()
    counter.get_by_text("号办完了").wait_for()
    clean(counter)
    with city.kaiban.tickets.reading() as tx:
        assert {each.state for each in tx.of_day("main", city.today)} == {TicketState.DONE}
