"""A real browser on a slow line: Enter is pressed while the rest of the page is still on its way."""

import pytest
from playwright.sync_api import expect

from tests.holding import Line
from tests.journeys.city import playing
from tests.web.desk.assisted.clerk import Clerk
from tests.web.desk.people import hire
from tests.web.filling import fill_in
from tests.web.visitor import Visitor

TRADE_NAME, HOLDER = "company.name.trade_name", "people.holders.0.name"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cut_off")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        city.line = city.web = Line(city.web)
        yield city


@pytest.fixture(params=[True, False], ids=["scripts", "plain"])
def arriving(request, city, open_page):
    """Open a page in the session of somebody, as far as that control; the rest comes when the line lets go."""

    def arriving(visitor, path, upto):
        page = open_page(f"{city.address}/livez", scripts=request.param)
        page.context.add_cookies(
            [
                {"name": each.name, "value": each.value, "url": city.address}
                for each in visitor.http.cookies
            ]
        )
        city.line.hold(f'name="{upto}"')
        page.goto(city.address + path, wait_until="commit")
        return page

    yield arriving
    city.line.let_go()


def press(page, control):
    """Press Enter there; return the answer that is seen then."""
    with page.expect_navigation() as found:
        page.locator(f"main [name='{control}']").press("Enter")
    return found.value


def press_too_early(page, control, late):
    """Type and press Enter there while the page is no further than ``late``: the page says that nothing was saved."""
    page.locator(f"main [name='{control}']").fill("早按")
    assert page.locator(f"main [name='{late}']").count() == 0, "it has arrived"
    assert press(page, control).status == 400
    expect(page.get_by_role("heading", level=1)).to_have_text("页面还没有打开完")
    expect(page.get_by_role("main")).to_contain_text("没有保存")


def kept(city, filing_id):
    filing = city.kaiban.filings.get(filing_id)
    return filing.entry, filing.version


@pytest.mark.parametrize(
    ("name", "early", "late"),
    [
        ("name", TRADE_NAME, "premises.detail"),
        ("holders", HOLDER, "people.holders.1.name"),
    ],
)
def test_of_a_page_of_a_draft_nothing_is_lost(city, arriving, name, early, late):
    visitor = Visitor(city.address)
    fill_in(visitor.open("/").press("开始填写"), city.form())
    before = kept(city, visitor.filing_id)
    page = arriving(visitor, f"/a/{visitor.filing_id}/{name}", late)
    press_too_early(page, early, late)
    assert kept(city, visitor.filing_id) == before
    city.line.let_go()
    page.get_by_role("link", name="回到刚才的页面").click()
    assert press(page, early).ok
    assert kept(city, visitor.filing_id)[0] == before[0], "it is all there, and taken when whole"
    visitor.close()


def test_of_a_dense_page_at_the_desk_nothing_is_lost(city, arriving):
    clerk = Clerk(city.address)
    hire(city.kaiban).come_in(clerk)
    clerk.begin().fill_in(city.form())
    ident = clerk.filing(city).id
    before = kept(city, ident)
    page = arriving(clerk, f"/desk/new/{clerk.number}/company", HOLDER)
    press_too_early(page, TRADE_NAME, HOLDER)
    assert kept(city, ident) == before
    city.line.let_go()
    page.get_by_role("link", name="回到刚才的页面").click()
    assert press(page, TRADE_NAME).ok
    assert kept(city, ident)[0] == before[0], "as above"
    clerk.close()


def test_what_was_typed_too_early_is_there_again_on_the_way_back(city, arriving):
    visitor = Visitor(city.address)
    fill_in(visitor.open("/").press("开始填写"), city.form())
    page = arriving(visitor, f"/a/{visitor.filing_id}/holders", "people.holders.1.name")
    press_too_early(page, HOLDER, "people.holders.1.name")
    city.line.let_go()
    page.go_back()
    expect(page.locator(f"main [name='{HOLDER}']")).to_have_value("早按")
    visitor.close()
