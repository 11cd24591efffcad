"""A bad rating in a real browser: whoever answers records the call, on a phone and at a counter."""

import pytest

from kaiban.domain.cases.rating import Rating
from tests.browser.clean import assert_clean, faults_on
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.cards.carded import take
from tests.web.desk.people import hire

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ratings")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


def test_the_call_is_recorded_before_the_answer(city, open_page):
    no, person, door = city.submit(city.form("差评禾")), hire(city.kaiban), city.kaiban.complaints
    take(city.kaiban, no, person)
    with city.kaiban.cases.transaction() as tx:
        said = Rating("", 1, city.kaiban.clock.now(), "web", "等了很久")
        door.raise_rated(tx, tx.get(no), said)
    desk = open_page(f"{city.address}/desk/complaints?show=mine", width=1280)
    come_in(desk, person)
    desk.goto(f"{city.address}/desk/complaints?show=mine")
    assert faults_on(desk, WIDTHS) == []
    desk.get_by_role("link", name="非常不满意").click()
    assert faults_on(desk, WIDTHS) == []
    desk.get_by_label("联系的情况").fill("上午通话，嫌等得久。")
    assert_clean(desk)
    desk.get_by_role("button", name="记下联系").click()
    desk.get_by_role("button", name="答复").wait_for()
    assert faults_on(desk, WIDTHS) == []
