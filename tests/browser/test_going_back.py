"""The browser's own ways, with scripts and without: back, forward and reload ask for nothing to be sent again."""

import pytest

from tests.journeys.city import playing

#: What a browser shows in place of a page that only a form sent again would bring.
CACHE_MISS = "ERR_CACHE_MISS"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("back")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


def steps(page):
    """Every document the browser was answered with, by how it was asked for."""
    found = []

    def answered(response):
        if response.request.is_navigation_request():
            found.append((response.request.method, response.status))

    page.on("response", answered)
    return found


def press(page, words):
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).first.click()


def contacts(page, mobile):
    for who, number in (("finance_officer", "990102198203116817"), ("liaison", "990102199810296199")):  # fmt: skip
        page.locator(f"[name='people.{who}.name']").fill("卫小霞")
        page.locator(f"[name='people.{who}.cert.type']").select_option("id_card")
        page.locator(f"[name='people.{who}.cert.no']").fill(number)
        page.locator(f"[name='people.{who}.mobile']").fill(mobile)


@pytest.mark.parametrize("scripts", [True, False])
def test_back_after_a_corrected_mistake_never_gives_a_cache_miss(city, open_page, scripts):
    page = open_page(city.address, scripts=scripts)
    asked = steps(page)
    press(page, "开始填写")
    press(page, "保存并继续")
    here = page.url.partition("?")[0].rstrip("/") + "/contacts"
    page.goto(here)
    contacts(page, "138")
    press(page, "保存并继续")
    page.get_by_role("alert").get_by_role("link").first.wait_for()
    contacts(page, "13800000001")
    press(page, "保存并继续")
    assert not page.url.startswith(here), "corrected, and the next page"
    sent = [each for each in asked if each[0] == "POST"]
    assert sent
    assert all(300 <= status < 400 for _, status in sent), "each form is answered with a redirect"
    for way in (page.go_back, page.go_back, page.go_forward, page.reload):
        answer = way()
        assert CACHE_MISS not in page.content()
        assert page.url.startswith(here)
        assert answer.status == 200
        assert page.get_by_role("heading", level=1).is_visible()
    assert [each for each in asked if each[0] == "POST"] == sent, "nothing was sent again"
