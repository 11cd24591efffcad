"""A package verified in a real browser: on a phone, its file hashed where it is, and the same without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.clean import assert_clean, faults
from tests.journeys.city import playing

WIDTHS = (320, 390, 1280)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verifying")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20, prints=True) as city:
        case = city.follow(city.submit(city.form(), "registration"))
        city.no, city.code = case["case_no"], case["package"]["verify_code"]
        yield city


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_it_is_in_order_on_every_screen(city, open_page, width):
    for path in ("/v", f"/v/{city.code}", "/v/AAAA2222BBBB"):
        page = open_page(city.address + path, width=width)
        for each in page.locator("summary").all():
            each.click()
        found = [each for each in faults(page) if "404 (NOT FOUND)" not in each]
        assert found == []


def file(city, kind, more=b""):
    return {"name": f"x.{kind}", "mimeType": "", "buffer": city.package(city.no, kind) + more}


def test_a_file_is_hashed_where_it_is(city, open_page):
    page = open_page(f"{city.address}/v/{city.code}")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    told = page.locator("[data-told]")
    page.set_input_files("#file", file(city, "pdf"))
    told.filter(has_text="就是本证照包的 PDF").wait_for()
    page.set_input_files("#file", file(city, "zip", b"x"))
    told.filter(has_text="请不要采信").wait_for()
    # The page may still be fetching its own icon.
    assert [url for url in sent if "/static/" not in url] == []


def test_a_file_can_be_dropped(city, open_page):
    page = open_page(f"{city.address}/v/{city.code}")
    dropped = page.evaluate_handle(
        """bytes => { const data = new DataTransfer();
           data.items.add(new File([Uint8Array.from(bytes)], 'dropped.json')); return data; }""",
        list(city.package(city.no, "json")),
    )
    page.dispatch_event("form[data-hash]", "drop", {"dataTransfer": dropped})
    expect(page.locator("[data-told]")).to_contain_text("package.json")


def test_without_scripts_the_form_does_the_same(city, open_page):
    page = open_page(f"{city.address}/v/{city.code}", scripts=False)
    page.set_input_files("#file", file(city, "zip"))
    page.get_by_role("button", name="核对文件").click()
    page.get_by_text("就是本证照包的 ZIP").wait_for()
    assert_clean(page, scripts=False)
