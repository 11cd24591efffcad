"""The counter in a real browser: a notice, a sheet's result with a reader, a package handed over, people called."""

import time

import pytest

from kaiban.domain.cases.link import LinkState
from tests.browser.clean import faults
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.people import hire

PHONE = 390


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counter")
    url = f"sqlite:///{folder}/kaiban.db"
    with playing(folder, url, pace=20, tax={"adapter": "counter"}) as city:
        city.carried = city.submit(city.form("青禾生态"), "registration", "tax")
        city.until(city.carried, lambda case: case.link("tax").state is LinkState.MANUAL)
        form = city.form("云岭数科")
        form["delivery"] = {"mode": "window"}
        city.ended = city.submit(form, "registration")
        city.follow(city.ended)
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


def clean(page):
    """Nothing wrong at the counter's width or on a phone."""
    found = faults(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    found += faults(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == [], "\n".join(found)


def test_a_day_at_the_counter(city, open_page):
    page = open_page(f"{city.address}/desk/sign-in", width=1280)
    come_in(page, hire(city.kaiban, window="1"))
    page.wait_for_url("**/desk")

    page.goto(f"{city.address}/desk/cases/{city.carried}/notice")
    page.get_by_label("目录中的事项").select_option("window.lease")
    page.get_by_role("button", name="加进告知书").click()
    clean(page)
    page.get_by_role("button", name="发出告知书").click()
    page.get_by_text("告知书已经发出").wait_for()
    clean(page)

    page.goto(f"{city.address}/desk/by-hand")
    page.get_by_label("扫办件单").focus()
    scanned(page, f"{city.carried}-tax-main-1")
    page.wait_for_url("**/departments/tax")
    clean(page)
    page.get_by_role("link", name="办结").click()
    page.get_by_label("纳税人识别号").fill("9199")
    page.get_by_label("主管税务机关").focus()
    scanned(page, "SW-20260304-77")
    assert page.get_by_label("部门的受理编号").input_value() == "SW-20260304-77"
    assert page.get_by_label("主管税务机关").input_value() == ""
    assert page.get_by_label("纳税人识别号").input_value() == "9199", "nothing was sent"
    clean(page)

    page.goto(f"{city.address}/desk/exit")
    clean(page)
    page.get_by_label("取件号或者办件号").fill(city.ended)
    page.keyboard.press("Enter")
    page.get_by_label("法定代表人").check()
    clean(page)

    page.goto(f"{city.address}/desk/tickets")
    page.get_by_label("办什么").select_option("opening")
    page.get_by_role("button", name="取号", exact=True).click()
    page.get_by_role("button", name="叫下一位").click()
    page.get_by_role("button", name="再叫一遍").wait_for()
    clean(page)
