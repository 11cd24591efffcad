"""A case between two halls in a real browser, with scripts and without: originals, sent on, received, the sheet as it is printed."""

import pytest

from tests.browser.clean import faults
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.cross_region.crossing import taken_in, where
from tests.web.desk.people import OTHER, hire

PHONE = 390


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crossing")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


def clean(page):
    """Nothing wrong at the counter's width or on a phone."""
    found = faults(page)
    page.set_viewport_size({"width": PHONE, "height": 800})
    found += faults(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("scripts", [True, False])
def test_it_goes_from_one_window_to_the_other(city, open_page, scripts):
    form = city.form()
    form["delivery"] = {"mode": "window"}
    no = taken_in(city, form, lease=True)
    sign_in = f"{city.address}/desk/sign-in"
    here, there = (open_page(sign_in, width=1280, scripts=scripts) for _ in range(2))
    come_in(here, hire(city.kaiban))
    come_in(there, hire(city.kaiban, hall=OTHER))
    for page in (here, there):
        page.wait_for_url("**/desk")
    look = clean if scripts else bool

    here.goto(f"{city.address}/desk/new")
    look(here)
    here.goto(city.address + where(no))
    look(here)
    here.get_by_label("房屋租赁合同").check()
    here.get_by_role("button", name="登记看过的原件").click()
    here.get_by_text("已经登记看过的原件").wait_for()
    here.get_by_role("button", name="转交受理大厅").click()
    here.get_by_role("link", name="有材料没有看到原件").wait_for()
    look(here)
    here.get_by_label("照实告诉受理大厅").check()
    here.get_by_role("button", name="转交受理大厅").click()
    here.get_by_text("已经转交受理大厅").wait_for()
    here.goto(f"{city.address}{where(no)}/receipt")
    look(here)

    there.goto(f"{city.address}/desk?view=came_in")
    look(there)
    there.get_by_role("link", name=form["company"]["name"]["trade_name"]).click()
    there.get_by_role("link", name="跨域通办").click()
    look(there)
    there.get_by_role("button", name="接收", exact=True).click()
    there.get_by_text("已经接收").first.wait_for()
    city.wait_for(no, lambda case: case.ended)

    there.goto(city.address + where(no))
    there.get_by_label("怎样送").fill("专人送达")
    there.get_by_role("button", name="登记送出").click()
    there.get_by_text("已经登记送出").wait_for()
    look(there)
    here.goto(f"{city.address}/desk/exit")
    look(here)
    here.goto(city.address + where(no))
    here.get_by_role("button", name="登记收到").click()
    here.get_by_text("已经登记收到").wait_for()
    here.goto(f"{city.address}/desk/cases/{no}/exit")
    here.get_by_role("button", name="登记领走").wait_for()
