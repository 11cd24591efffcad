"""Cards in a real browser: on the desk, of a case, before the applicant and on the watch, on a phone and at a counter."""

import pytest

from kaiban.domain.hours.cards import Cause, Level
from kaiban.domain.roles import Role
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from tests.browser.clean import assert_clean, faults_on
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.cards.carded import give, take
from tests.web.desk.people import hire
from tests.web.following.cases import case_of, submit
from tests.web.visitor import Visitor

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


def test_a_card_is_appealed_against_and_cleared(city, open_page):
    visitor = Visitor(city.address)
    visitor.open("/").press("开始填写").press("保存并继续")
    submit(visitor, city.form("青禾生态"))
    no, clerk, watch = case_of(visitor, city).no, hire(city.kaiban), hire(city.kaiban, Role.SUPERVISOR)  # fmt: skip
    take(city.kaiban, no, clerk)
    give(city.kaiban, no, Level.YELLOW, "tax", Cause.LINK_LIMIT)
    give(city.kaiban, no, Level.RED)
    desk = open_page(f"{city.address}/desk/cards", width=1280)
    come_in(desk, clerk)
    desk.goto(f"{city.address}/desk/cards")
    desk.get_by_role("link", name=no).first.wait_for()
    assert faults_on(desk, WIDTHS) == []
    desk.goto(f"{city.address}/desk/cases/{no}")
    assert faults_on(desk, WIDTHS) == []
    desk.goto(f"{city.address}/desk/cases/{no}/cards")
    desk.get_by_text("申诉", exact=True).first.click()
    desk.get_by_label("为什么不该亮这张牌").first.fill("部门系统停机，已公告。")
    assert_clean(desk)
    desk.get_by_role("button", name="申诉").first.click()
    desk.get_by_text("已申诉，待复核").wait_for()
    assert faults_on(desk, WIDTHS) == []
    above = open_page(f"{city.address}/desk/sign-in", width=1280)
    come_in(above, watch)
    above.goto(f"{city.address}/desk/cases/{no}/cards")
    assert faults_on(above, WIDTHS) == []
    above.get_by_label("理由").first.fill("停机属实。")
    above.get_by_role("button", name="撤牌").first.click()
    above.get_by_text("已撤牌").first.wait_for()
    above.goto(f"{city.address}/watch/cards?first=2026-01-01")
    assert faults_on(above, WIDTHS) == []
    complain(city.kaiban.complaints, no, Grievance("办不成", source="window", by="w0"))
    above.goto(f"{city.address}/desk/problems")
    above.get_by_text("反映还没有指定负责人").wait_for()
    assert faults_on(above, WIDTHS) == []
    desk.goto(f"{city.address}/desk/account")
    assert faults_on(desk, WIDTHS) == []
    mine = open_page(f"{city.address}/t/{visitor.filing_id}")
    assert faults_on(mine, WIDTHS) == []
    visitor.close()
