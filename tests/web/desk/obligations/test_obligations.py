"""What is owed, as staff and applicants see it: in lists, on the case, with what was decided and where late files are."""

from datetime import date
from itertools import count

import pytest

from kaiban.domain.papers.material import Upload
from kaiban.domain.papers.obligation import Forward, ForwardState
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.commitments import commit
from kaiban.orchestrator.materials.bringing import defer
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.worker.forwarding import Forwarding
from tests.web.desk.people import OTHER, move
from tests.web.following.cases import case_of, submit
from tests.web.pictures import scan

NUMBERS = count(1)
LEASE = Upload("合同.pdf", "application/pdf", b"%PDF-1.7 a lease", 1)


def promised(city):
    """A case whose lease is to follow."""
    filing = f"{next(NUMBERS):022}"
    defer(city.kaiban.office, filing, "lease")
    form = city.form()
    form["premises"] = {**form["premises"], "tenure": "lease"}
    opened = open_case(
        city.kaiban.office, Application(form, ("registration",), "desk", filing=filing)
    )
    assert not isinstance(opened, list), opened
    return opened.no


@pytest.fixture(scope="module")
def no(city):
    return promised(city)


def due(city, no):
    [one] = owed(city.kaiban.office, city.kaiban.cases.read(no))
    return one["due"]


def test_it_is_in_the_lists_of_its_hall_alone(desk, city, no):
    listed = desk.listed("/desk/obligations?show=all")
    left = date.fromisoformat(due(city, no)) - city.today
    for words in (no, "房屋租赁合同", f"还有 {left.days} 天"):
        assert words in listed, words
    for show in ("soon", "overdue", "hand", ""):
        assert no not in desk.listed(f"/desk/obligations?show={show}"), show
    other = promised(city)
    move(city.kaiban, other, OTHER)
    assert other not in desk.listed("/desk/obligations?show=all")


def test_more_time_and_no_more_asking_need_a_reason(desk, city, person):
    no = promised(city)
    way = f"/desk/cases/{no}/obligations"
    assert desk.open(f"/desk/cases/{no}").page.xpath(f"//main//a[@href='{way}']")
    desk.open(way)
    assert "2026-11 版" in desk.text
    assert "承诺在期限内补交" in desk.text
    desk.press("确定")
    assert (desk.status, desk.mistakes) == (422, ["请选择要怎么办理。"])
    desk.press("确定", relief="extend", days="0", reason="")
    assert len(desk.mistakes) == 2
    before = due(city, no)
    desk.press("确定", relief="extend", days="30", reason="房东月底才回")
    assert desk.status == 200
    assert due(city, no) > before
    assert "房东月底才回" in desk.text
    assert person.login in desk.text
    desk.press("确定", relief="waive", reason="部门已经共享")
    assert "没有待补交的材料" in desk.text


def test_an_older_page_decides_nothing(desk, city):
    no = promised(city)
    desk.open(f"/desk/cases/{no}/obligations")
    form, button = desk.button("确定")
    desk.press("确定", relief="extend", days="30", reason="第一次")
    now = due(city, no)
    desk.send(form, button, {"relief": "extend", "days": "40", "reason": "第二次"})
    assert desk.status == 409
    assert "第二次" in desk.text
    assert "第 40 个工作日" in desk.text
    assert "不能再改" not in desk.text, "it can, on the page as it is now"
    assert due(city, no) == now


def test_what_the_window_must_bring_is_listed_looked_at_and_brought(desk, city, person):
    no = promised(city)
    kaiban = city.kaiban
    supply(kaiban.office, no, "lease", LEASE)
    with kaiban.cases.transaction() as tx:
        by_hand = Forward(no, "lease", "registration", ForwardState.BY_HAND, kaiban.clock.now())
        kaiban.materials.forward(tx.connection, by_hand)
    desk.find("/desk/obligations?show=hand", no).follow(no)
    link = desk.page.xpath("//a[contains(@href, '/materials?')]")[0].get("href")
    answer = desk.http.get(city.address + link, timeout=60)
    assert (answer.content, answer.headers["Content-Type"]) == (LEASE.content, "application/pdf")
    seen = kaiban.cases.disclosures(no)[-1]
    assert (seen.who, seen.what) == (person.login, ("materials.lease",))
    assert (
        desk.http.get(f"{city.address}/desk/cases/{no}/materials?file=x", timeout=60).status_code
        == 404
    )
    form, button = desk.button("已经转交")
    desk.send(form, button, {})
    assert "窗口已转交部门" in desk.text
    desk.send(form, button, {})
    assert desk.status == 422
    assert "不用再由窗口转交" in desk.text


def test_what_was_brought_to_the_window_is_supplied_by_whoever_scanned_it(desk, city, person):
    no = promised(city)
    page = f"/desk/cases/{no}/obligations"
    desk.open(page)
    form, button = desk.button("替申请人补交")
    desk.send(form, button, {})
    assert (desk.status, len(desk.mistakes)) == (422, 1)
    desk.open(page).bring("lease", ("扫描.pdf", scan()))
    assert desk.mistakes == []
    assert owed(city.kaiban.office, city.kaiban.cases.read(no)) == []
    event = next(e for e in city.kaiban.cases.read(no).events if e.kind == "material")
    assert (event.actor, event.code) == (person.login, "lease")
    desk.open(page)
    assert "没有待补交的材料" in desk.text


def test_at_the_window_too_one_persons_document_stands_for_nobody_else(desk, city):
    filing, form = f"{next(NUMBERS):022}", city.form()
    defer(city.kaiban.office, filing, "identity")
    opened = open_case(
        city.kaiban.office, Application(form, ("registration",), "desk", filing=filing)
    )
    page = f"/desk/cases/{opened.no}/obligations"

    def missing():
        [one] = owed(city.kaiban.office, city.kaiban.cases.read(opened.no))
        return one["of"]

    names = [each.text_content().strip() for each in desk.open(page).page.xpath("//label")]
    everybody = missing()
    assert len(everybody) > 1
    desk.bring("identity", ("证件.pdf", scan()))
    assert desk.mistakes == ["请勾选文件上是谁的证件，再选择文件上传。"]
    [first, *_] = desk.everybody()["whose"]
    desk.open(page).bring("identity", ("证件.pdf", scan()), whose=first)
    assert desk.mistakes == []
    assert missing() == everybody[1:]
    assert form["people"]["holders"][0]["name"] in names
    desk.open(page)
    assert f"还缺：{form['people']['holders'][0]['name']}" not in desk.text
    desk.bring("identity", ("证件.pdf", scan()), **desk.everybody())
    assert "没有待补交的材料" in desk.open(page).text


def test_the_applicant_sees_days_left_what_follows_and_where_it_went(filing, city):
    filing.go("materials").press("承诺稍后补交", key="lease", promise="2026-11")
    form = city.form("容缺禾")
    submit(filing, form)
    case = case_of(filing, city)
    [one] = owed(city.kaiban.office, case)
    filing.open(f"/t/{filing.filing_id}")
    assert f"还有 {one['days_left']} 天" in filing.text
    filing.follow("补交材料")
    assert "逾期未补交的，发一次性告知书要求补交" in filing.text
    assert "承诺在期限内补交" in filing.text
    city.pass_time(minutes=10)
    supply(city.kaiban.office, case.no, "lease", LEASE)
    line = Forwarding(city.kaiban.office, city.kaiban.obligations)
    while line.turn():
        city.pass_time(minutes=1)
    filing.open(f"/t/{filing.filing_id}/materials")
    assert "已经转到部门" in filing.text


# --- commitments ----------------------------------------------------------------------------------

KEY, REASON = "commitment-premises", "实地核查，无此门牌"


def declared(city):
    """A case whose applicant has declared their premises to be in order."""
    filing = f"{next(NUMBERS):022}"
    [words] = city.kaiban.office.city.commitments
    commit(city.kaiban.office, filing, KEY, words.version)
    application = Application(city.form(), ("registration",), "desk", filing=filing)
    opened = open_case(city.kaiban.office, application)
    assert not isinstance(opened, list), opened
    return opened.no


def test_what_was_declared_is_listed_until_it_is_checked(desk, city, person):
    no = declared(city)
    desk.find("/desk/obligations?show=all", no)
    assert "住所（经营场所）信息告知承诺" in desk.text
    assert "核查不实的，发一次性告知书责令改正" in desk.text
    way = f"/desk/cases/{no}/obligations"
    assert desk.open(f"/desk/cases/{no}").page.xpath(f"//main//a[@href='{way}']")
    desk.open(way)
    assert "2026-12 版：登记机关已告知" in desk.text
    desk.press("记下核查结果")
    assert (desk.status, desk.mistakes) == (422, ["请选择核查结果。"])
    desk.press("记下核查结果", result="commitment_true")
    assert (desk.status, desk.mistakes) == (200, [])
    assert "核查属实" in desk.text
    assert person.login in desk.text
    assert no not in desk.listed("/desk/obligations?show=all")


def test_a_false_one_needs_a_reason_and_is_told_with_it(desk, city):
    no = declared(city)
    desk.open(f"/desk/cases/{no}/obligations")
    form, button = desk.button("记下核查结果")
    desk.press("记下核查结果", result="commitment_false", reason="")
    assert len(desk.mistakes) == 1
    desk.press("记下核查结果", result="commitment_false", reason=REASON)
    assert REASON in desk.text
    case = city.kaiban.cases.read(no)
    drafted = case.draft.items if case.draft else ()
    told = [*drafted, *(item for notice in case.notices for item in notice.items)]
    assert [each.code for each in told if REASON in each.message] == ["commitment.false"]
    desk.send(form, button, {"result": "commitment_true", "reason": ""})
    assert desk.status == 422
    assert "刚在别处核查过" in desk.text
    assert "commitment_true" not in [event.kind for event in city.kaiban.cases.read(no).events]
