"""A complaint in a real browser, with scripts and without, from the first word to 办结, and what is owed; every page of both on a phone and at a counter."""

import pytest

from kaiban.domain.papers.material import Upload
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.orchestrator.materials.supplying import supply
from tests.browser.clean import assert_clean, faults_on
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.people import hire
from tests.web.following.cases import case_of, submit
from tests.web.visitor import Visitor

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("complaints")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request):
    return request.param


@pytest.fixture(scope="module")
def applicant(city, scripts):
    """Somebody who has promised two materials, and brought one of them late."""
    visitor = Visitor(city.address)
    visitor.open("/").press("开始填写").press("保存并继续")
    for key in ("lease", "identity"):
        visitor.go("materials").press("承诺稍后补交", key=key, promise="2026-11")
    submit(visitor, city.form("青禾有本" if scripts else "青禾无本"))
    visitor.aid, visitor.no = visitor.filing_id, case_of(visitor, city).no
    city.pass_time(minutes=5)
    supply(
        city.kaiban.office, visitor.no, "lease", Upload("a.pdf", "application/pdf", b"%PDF-1.7", 1)
    )
    with city.kaiban.cases.transaction() as tx:
        by_hand = Forward(
            visitor.no, "lease", "registration", ForwardState.BY_HAND, city.kaiban.clock.now()
        )
        city.kaiban.materials.forward(tx.connection, by_hand)
    yield visitor
    visitor.close()


def test_a_complaint_from_the_first_word_to_the_end(city, open_page, applicant, scripts):
    mine = open_page(f"{city.address}/t/{applicant.aid}/complaints", scripts=scripts)
    mine.context.add_cookies(
        [
            {"name": each.name, "value": each.value, "url": city.address}
            for each in applicant.http.cookies
        ]
    )
    mine.reload()
    mine.get_by_label("反映的内容").fill("三次补正说的都不一样")
    mine.get_by_role("button", name="提交反映").click()
    mine.get_by_text("待指定负责人").wait_for()
    assert_clean(mine, scripts=scripts)

    desk = open_page(f"{city.address}/desk/complaints", width=1280, scripts=scripts)
    come_in(desk, hire(city.kaiban))
    desk.goto(f"{city.address}/desk/complaints")
    found = faults_on(desk, WIDTHS, scripts=scripts)
    desk.get_by_role("link", name="三次补正说的都不一样").click()
    desk.get_by_role("button", name="由我负责").click()
    desk.get_by_label("答复").fill("已查清，今天办结。")
    desk.get_by_role("button", name="答复").click()
    desk.get_by_text("已答复，待回访").wait_for()
    found += faults_on(desk, WIDTHS, scripts=scripts)
    desk.get_by_role("button", name="记下回访").click()
    found += faults_on(desk, WIDTHS, scripts=scripts)
    for path in ("complaints", "obligations"):
        desk.goto(f"{city.address}/desk/cases/{applicant.no}/{path}")
        found += faults_on(desk, WIDTHS, scripts=scripts)
    desk.get_by_role("button", name="已经转交").click()
    desk.get_by_text("窗口已转交部门").first.wait_for()
    desk.goto(f"{city.address}/desk/obligations?show=all")
    found += faults_on(desk, WIDTHS, scripts=scripts)

    mine.reload()
    found += faults_on(mine, WIDTHS, scripts=scripts)
    mine.get_by_role("button", name="满意").click()
    mine.get_by_text("已办结").wait_for()
    mine.goto(f"{city.address}/t/{applicant.aid}/materials")
    found += faults_on(mine, WIDTHS, scripts=scripts)
    assert found == []
