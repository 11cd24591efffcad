"""The pages of staff in a real browser: every one of them on a phone and at a counter, and one that locks itself."""

import random

import pytest

from kaiban.domain.roles import Role
from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import Superior
from kaiban.ports import Account
from kaiban.storage.statistics.freezing import freeze
from tests.browser.clean import assert_clean, faults
from tests.browser.scripts import wait_for_script
from tests.journeys.city import playing
from tests.storage.test_statistics import some
from tests.web.desk.people import PASSWORD, hire

SCREENS = ((320, "large"), (390, "standard"), (1280, "standard"))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        city.first = city.submit(city.form("青禾生态"))
        city.pass_time(hours=1)
        city.submit(city.form("云岭数科"))
        city.pass_time(minutes=20)
        figures = random.Random(4)  # the same ones every time
        with city.kaiban.database.transaction() as connection:
            for number in range(90):
                freeze(connection, some(number, figures))
        yield city


def come_in(page, person, code=None):
    """Sign in as somebody does who sees the page."""
    page.get_by_label("账号").fill(person.login)
    page.get_by_label("口令", exact=True).fill(PASSWORD)
    page.get_by_label("动态口令").fill(person.codes.pop() if code is None else code)
    page.get_by_role("button", name="登录").click()


def see(page, address, paths):
    found = []
    for path in paths:
        page.goto(address + path)
        found += [f"{path}: {fault}" for fault in faults(page)]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(("width", "size"), SCREENS)
def test_every_page_of_staff_is_clean(city, open_page, width, size):
    boss, colleague = hire(city.kaiban, Role.HALL_MANAGER), hire(city.kaiban)
    page = open_page(f"{city.address}/desk/sign-in", width=width)
    page.context.add_cookies([{"name": "kaiban_size", "value": size, "url": city.address}])
    page.reload()
    assert_clean(page)
    come_in(page, boss)
    see(page, city.address, (
        "/desk", f"/desk/cases/{city.first}", "/desk/account", "/desk/password", "/desk/authenticator",
        "/watch", "/watch?first=2020-01-01&last=x", "/watch/cases/granted", "/watch/cases/late", "/watch/halls?first=2026-01-01",
        "/watch/send-backs?first=2026-01-01&last=2026-12-31", "/watch/send-backs/demand?first=2026-01-01&last=2026-12-31",
        "/watch/handovers",
        "/desk/accounts", "/desk/accounts/new", f"/desk/accounts/{colleague.login}",
    ))  # fmt: skip
    page.get_by_role("button", name="重置口令", exact=True).click()
    assert_clean(page)
    page.goto(f"{city.address}/desk/cases/{city.first}")
    page.get_by_role("button", name="显示完整").click()
    assert_clean(page)
    page.get_by_role("button", name="锁定").click()
    page.get_by_label("的口令").fill("wrong")
    page.get_by_role("button", name="继续").click()
    assert_clean(page)


def test_a_page_nobody_touches_locks_itself_and_what_was_typed_comes_back(city, open_page):
    boss = hire(city.kaiban, Role.HALL_MANAGER)
    page = open_page(f"{city.address}/desk/sign-in", width=1280)
    come_in(page, boss)
    page.clock.install()
    page.goto(f"{city.address}/desk/accounts/new")
    page.get_by_label("姓名").fill("周四")
    page.clock.fast_forward("09:59")
    assert page.get_by_role("heading", level=1).inner_text() == "开设账号"
    page.clock.fast_forward("00:02")
    page.wait_for_url("**/desk/confirm**")
    assert "周四" not in page.content()
    page.get_by_label("的口令").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="接着办理").click()
    assert page.get_by_label("姓名").input_value() == "周四"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_day_with_the_keyboard_alone(city, open_page, scripts):
    login = f"new{int(scripts)}"
    given = managing.make(
        city.kaiban.staff, Account(login, "钱二", Role.WINDOW, "main"), Superior(None)
    )
    page = open_page(f"{city.address}/desk", width=1280, scripts=scripts)
    page.get_by_label("账号").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type(given)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/password")
    page.locator("#before").focus()
    for text in (given, PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/authenticator")
    if scripts:
        assert_clean(page)


#: Keys as a card reader sends them: all at once, whatever has the focus.
BURST = """text => { const start = performance.now(); [...text, 'Enter'].forEach((key, at) => {
  const told = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
  Object.defineProperty(told, 'timeStamp', {value: start + at});
  document.activeElement.dispatchEvent(told);
}); }"""
COMPOSING = "() => document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '/', bubbles: true, isComposing: true}))"


#: The page as a whole has the focus where nothing else has.
FOCUSED = """wanted => document.activeElement !== document.body
  && (document.activeElement.name || document.activeElement.textContent).includes(wanted)"""


def until(page, wanted):
    wait_for_script(page, FOCUSED, arg=wanted)


def test_the_list_with_keys_alone_and_a_card_reader(city, open_page):
    page = open_page(f"{city.address}/desk/sign-in", width=1280)
    colleague, person = hire(city.kaiban, name="王芳"), hire(city.kaiban)
    come_in(page, person)
    page.wait_for_url("**/desk")
    first, second = page.locator("tbody a").all_inner_texts()[:2]
    page.evaluate(COMPOSING)
    page.keyboard.press("j")
    until(page, first)
    page.keyboard.press("j")
    until(page, second)
    page.keyboard.press("k")
    until(page, first)
    page.keyboard.press("/")
    until(page, "q")
    page.keyboard.type("j/云岭")
    assert page.locator("[name=q]").input_value() == "j/云岭", (
        "keys are letters where somebody types"
    )
    page.locator("[name=q]").blur()
    founder = city.kaiban.cases.read(city.first).form["people"]["legal_rep"]
    page.evaluate(BURST, founder["cert"]["no"].lower())
    page.wait_for_url("**/desk?kept=*")
    assert city.first in page.content()
    assert_clean(page)
    found = page.locator("tbody a").first.inner_text()
    page.keyboard.press("j")
    until(page, found)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    page.get_by_role("button", name="认领").click()
    page.get_by_text("转交给同事").click()
    assert colleague.login in page.locator("select[name=to]").inner_text()
    assert_clean(page)
    page.goto(f"{city.address}/desk?view=mine")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="关闭快捷键").click()
    page.wait_for_selector("text=快捷键已经关闭")
    page.keyboard.press("/")
    assert not page.evaluate(FOCUSED, "q")
    page.keyboard.press("n")
    assert_clean(page)
    assert page.url.endswith("/desk?view=mine"), "no key leads anywhere"
    page.get_by_role("button", name="打开快捷键").click()
    page.wait_for_selector("[data-keys]")
    page.keyboard.press("n")
    page.wait_for_url("**/desk/new")
