"""Appointments, the machine's numbers and the hall's screen in a real browser: clean on every screen, with and without scripts."""

import pytest
from playwright.sync_api import expect

from kaiban.orchestrator.window.tickets.arriving import Machine, take_number
from kaiban.orchestrator.window.tickets.calling import call_next
from kaiban.storage.access.rate_limits import SqlRateLimits
from tests.browser.clean import assert_clean, faults
from tests.journeys.city import KIOSK_KEY, playing
from tests.web.house import PHONE, house

WIDTHS = (320, 390, 1280)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The pages of a city with a gateway; three people have taken numbers, and two were called."""
    folder = tmp_path_factory.mktemp("hall")
    with (
        playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20, prints=False) as city,
        house(city) as home,
    ):
        queue = home.kaiban.queue
        machine = Machine(
            "main",
            "10.0.0.1",
            SqlRateLimits(home.kaiban.database, home.kaiban.keyring),
            home.wall.now,
        )
        for n, business in enumerate(("opening", "opening", "bank")):
            take_number(queue, machine, business, f"{n:032x}")
        call_next(queue, "main", "1", "alice")
        call_next(queue, "main", "3", "alice")
        yield home


def dressed(page, home, size, lang="zh-CN"):
    cookies = {"kaiban_size": size, "kaiban_lang": lang}
    page.context.add_cookies(
        [{"name": k, "value": v, "url": home.address} for k, v in cookies.items()]
    )
    return page


def book(page, home):
    """Book the last bank slot of the day; return the pages on the way that have faults."""
    found = []
    page.goto(f"{home.address}/appointments/times?hall=main&business=opening")
    found += faults(page)
    page.locator("input[name=start]").last.check()
    page.locator("input[name=phone]").fill(PHONE)
    page.locator("button[name=do][value=ask]:not([aria-hidden])").click()
    # A browser that has proved nothing yet is asked for the digits; they are filled in once they are there.
    page.wait_for_url("**/appointments/times**kept=**")
    found += faults(page)
    page.locator("input[name=digits]").fill(home.digits())
    page.locator("button[name=do][value=prove]:not([aria-hidden])").click()
    page.wait_for_url("**/appointments/mine**")
    return found + faults(page)


@pytest.mark.parametrize(
    ("width", "size"), [(320, "large"), (390, "standard"), (1280, "standard"), (1280, "large")]
)
def test_the_way_to_an_appointment_is_clean(home, open_page, width, size):
    home.wall.pass_by(days=1)  # a phone is sent ten codes a day
    page = dressed(open_page(f"{home.address}/appointments", width=width), home, size)
    page.reload()
    found = faults(page)
    page.goto(f"{home.address}/appointments/find")
    found += faults(page)
    found += book(page, home)
    assert found == [], "\n".join(found)


def test_it_is_clean_in_english(home, open_page):
    home.wall.pass_by(days=1)
    page = dressed(open_page(f"{home.address}/appointments", width=320), home, "large", "en")
    page.reload()
    assert_clean(page)
    assert book(page, home) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_machine_and_its_slip_are_clean(home, open_page, width):
    page = open_page(f"{home.address}/kiosk", width=width)
    assert_clean(page)
    page.locator("input[name=key]").fill(KIOSK_KEY)
    page.locator("select[name=hall]").select_option("main")
    page.locator("button[name=do][value=on]").click()
    page.goto(f"{home.address}/kiosk/number")
    assert_clean(page)
    page.locator("button[name=business]").first.click()
    page.get_by_role("heading", name="您的号").wait_for()
    assert_clean(page)


@pytest.mark.parametrize("width", [*WIDTHS, 1920])
def test_the_screen_is_clean_and_large(home, open_page, width):
    page = open_page(f"{home.address}/screen/main", width=width)
    assert_clean(page)
    assert page.locator("tbody tr").count() >= 2
    letters = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert page.locator("tbody td").first.evaluate(letters) >= max(28, width * 0.05 - 1)


def test_the_screen_looks_again_with_scripts_and_without(home, open_page):
    with_scripts = open_page(f"{home.address}/screen/main", width=1280)
    without = open_page(f"{home.address}/screen/main", width=1280, scripts=False)
    called = call_next(home.kaiban.queue, "main", "2", "alice").number
    for page in (with_scripts, without):
        expect(page.get_by_role("cell", name=called, exact=True)).to_be_visible(timeout=60_000)
