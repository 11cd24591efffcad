"""A page that is older than what it would change overwrites nothing: both are shown, and a press keeps one of them."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest

from forms.structure.pages import PAGES as PAGES_OF_FORM
from kaiban.domain.cases.link import LinkState
from kaiban.domain.complaint import ComplaintStep, StepKind
from kaiban.domain.desk.worklist import holder_of
from kaiban.domain.papers.material import Holder, Material
from kaiban.domain.roles import Role
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from kaiban.orchestrator.applicant.aftercare.rating import Opinion, rate
from kaiban.web.pages import routes_of
from kaiban.web.routes import ADDS, CHANGES, NOTHING
from tests.web.desk import people as staff
from tests.web.desk.cards.carded import give
from tests.web.desk.cross_region.crossing import taken_in, where
from tests.web.desk.people import hire as hire_staff
from tests.web.filling import controls_of, fill_in
from tests.web.following.cases import case_of, finish, submit, wait_until
from tests.web.rosters import line, pasted
from tests.web.visitor import Visitor

HOLDERS = next(page for page in PAGES_OF_FORM if page.name == "holders")


@contextmanager
def another_tab(visitor):
    """The same browser, a second time."""
    tab = Visitor(visitor.address)
    tab.http.cookies.update(visitor.http.cookies)
    tab.open(visitor.path)
    yield tab
    tab.close()


def pressed(words, **answers):
    """The form with these answers, about to be sent by that button."""
    return lambda visitor: (*visitor.button(words), answers)


def at(page, press):
    def reach(visitor, _city):
        visitor.go(page)
        return press(visitor)

    return reach


def in_case(page, press, until=lambda _case: True, trade_name="", without=(), but=()):
    def reach(visitor, city):
        submit(visitor, city.form(trade_name), *without, but=but)
        wait_until(visitor, city, until)
        visitor.open(f"/t/{visitor.filing_id}/{page}")
        return press(visitor)

    return reach


def at_a_draft(visitor, _city):
    visitor.go("licence")
    shown, button = visitor.button("保存并继续")
    shown.set("action", shown.get("data-autosave"))
    return shown, button, {"company.contact_phone": "0999-8800002"}


def hire(visitor, *names):
    for number, name in enumerate(names):
        visitor.go(f"staff/{number}").press("先保存", **{f"staff.members.{number}.name": name})


def at_a_row(visitor, _city):
    hire(visitor, "张三")
    visitor.go("staff/0")
    return (*visitor.button("保存并继续"), {"staff.members.0.name": "赵六"})


def at_a_list(visitor, _city):
    visitor.go("scope/pick/company.scope.items.0.code", q="G101")
    shown = visitor.page.get_element_by_id("entries")
    return shown, shown.xpath(".//button")[0], {}


def at_a_whole_form(visitor, city):
    fill_in(visitor, city.form("旧核禾"))
    visitor.go("check")
    return (*visitor.button("提交申请"), {})


def at_a_table(visitor, _city):
    hire(visitor, "张三")
    visitor.go("staff/roster").press("读取表格", text=pasted(line(1)))
    return (*visitor.button("写进名册"), {"way": "append"})


def at_a_rating(visitor, city):
    submit(visitor, city.form("旧评禾"))
    finish(visitor, city)
    rate(city.kaiban.complaints, case_of(visitor, city).no, Opinion(5))
    visitor.open(f"/t/{visitor.filing_id}/rate")
    return (*visitor.button("评价"), {"level": "1"})


def at_the_window(page, prepare, press):
    """Somebody of the staff on a page of a case."""

    def reach(visitor, city):
        no = city.submit(city.form("旧窗禾"))
        staff.hire(city.kaiban).come_in(visitor)
        visitor.open(f"/desk/cases/{no}/{page}")
        prepare(visitor)
        return press(visitor)

    return reach


def in_doubt(page, press):
    """Somebody of the staff at a department of which nobody knows whether it has the application."""

    def reach(visitor, city):
        no = city.submit(city.form("旧窗禾"))
        city.until(no, lambda case: case.link("registration").current.sent)
        with city.kaiban.office.cases.transaction() as tx:
            case = tx.get(no)
            found = case.link("registration")
            case.move(found, found.current, LinkState.MANUAL, city.kaiban.clock.now())
            tx.save(case)
        staff.hire(city.kaiban).come_in(visitor)
        visitor.open(f"/desk/cases/{no}/departments/registration{page}")
        return press(visitor)

    return reach


def at_a_parcel(visitor, city):
    form = city.form("旧寄禾")
    form["delivery"] = {
        "mode": "post", "recipient": "张三", "phone": "13800000000", "address": "示范市开元区 1 号",
    }  # fmt: skip
    no = city.submit(form, "registration")
    city.follow(no)
    staff.hire(city.kaiban).come_in(visitor)
    visitor.open(f"/desk/cases/{no}/exit")
    return (*visitor.button("登记寄出"), {"tracking": "1234567890123"})


def a_finding(visitor):
    visitor.press("加进告知书", code="window.lease")


def complained(visitor, city):
    """Somebody whose complaint was answered."""
    submit(visitor, city.form("旧反禾"))
    visitor.aid, no = visitor.filing_id, case_of(visitor, city).no
    complain(city.kaiban.complaints, no, Grievance("办不成", source="window", by="w0"))
    return no


def at_an_answer(visitor, city):
    no, door = complained(visitor, city), city.kaiban.complaints
    for kind in (StepKind.ASSIGNED, StepKind.ANSWERED):
        with door.opened(no, 1) as (tx, case, found):
            door.take(
                tx, case, found, ComplaintStep(kind, case.events[-1].at, "w1", "已查清"), days=1
            )
    visitor.open(f"/t/{visitor.aid}/complaints")
    return (*visitor.button("满意，可以办结"), {})


def at_a_complaint(visitor, city):
    no = complained(visitor, city)
    hire_staff(city.kaiban).come_in(visitor)
    visitor.open(f"/desk/cases/{no}/complaints/1")
    return (*visitor.button("由我负责"), {})


def at_a_card(role, words):
    """Somebody about to do something about a card."""

    def reach(visitor, city):
        no = city.submit(city.form("旧牌禾"))
        person = hire_staff(city.kaiban, role)
        give(city.kaiban, no)
        person.come_in(visitor)
        visitor.open(f"/desk/cases/{no}/cards")
        return (*visitor.button(words), {"text": "理由甲"})

    return reach


def at_a_promise(visitor, city):
    """A promise the window is about to see to."""
    submit(visitor, city.form("旧容禾"))
    visitor.aid, no = visitor.filing_id, case_of(visitor, city).no
    with city.kaiban.cases.transaction() as tx:
        promise = Material(f"promise-{no}", "lease", city.kaiban.clock.now(), commitment="2026-11")
        city.kaiban.materials.put(
            tx.connection, Holder(case_no=no), replace(promise, deferred_until=date(2026, 3, 18))
        )
    hire_staff(city.kaiban).come_in(visitor)
    visitor.open(f"/desk/cases/{no}/obligations")
    return (*visitor.button("确定"), {"relief": "waive", "reason": "不用了"})


def at_a_case_of_the_hall(visitor, city):
    """Somebody at a window, in the same browser."""
    submit(visitor, city.form("旧管禾"))
    visitor.aid, no = visitor.filing_id, case_of(visitor, city).no
    hire_staff(city.kaiban).come_in(visitor)
    visitor.open(f"/desk/cases/{no}")
    return (*visitor.button("认领"), {})


def at_an_intake(visitor, city):
    """Somebody of the hall that took a case in for another."""
    no = taken_in(city)
    staff.hire(city.kaiban).come_in(visitor)
    visitor.open(where(no))
    return (*visitor.button("转交受理大厅"), {"unseen": "yes"})


#: How somebody comes to the form of each route that changes something, and what they change.
PAGES = {
    "/a/<aid>/links": at("links", pressed("保存", links=["registration"])),
    "/a/<aid>/phone": at("phone", pressed("保存", phone="13800000001")),
    "/a/<aid>/<page>": at("licence", pressed("保存", **{"company.contact_phone": "0999-8800002"})),
    "/a/<aid>/<page>/draft": at_a_draft,
    "/a/<aid>/<page>/<int:row>": at_a_row,
    "/a/<aid>/<page>/pick/<place>": at_a_list,
    "/a/<aid>/<page>/roster": at_a_table,
    "/a/<aid>/submit": at_a_whole_form,
    "/t/<aid>/fix": in_case(
        "fix",
        pressed("核对补正", **{"premises.detail": "青云路 9 号 3 栋 502 室"}),
        lambda case: case.open_notice,
        "测试补正登记",
    ),
    "/t/<aid>/more": in_case(
        "more?links=bank&go=1&brought=1", pressed("提交增办", **{"bank.branch_cnaps": "990990100021"}), without=("bank",), but=("bank",)
    ),
    "/t/<aid>/withdraw": in_case("withdraw", pressed("确认撤回", sure="yes")),
    "/t/<aid>/delivery": in_case("delivery", pressed("保存领取", **{"delivery.mode": "kiosk"})),
    "/t/<aid>/rate": at_a_rating,
    "/desk/cases/<no>/notice/issue": at_the_window("notice", a_finding, pressed("发出告知书")),
    "/desk/cases/<no>/departments/<link>/result": in_doubt("?outcome=refused", pressed("登记为", reason="不符")),
    "/desk/cases/<no>/exit/post": at_a_parcel,
    "/desk/cases/<no>/departments/<link>/resend": in_doubt("", pressed("按原来的内容重新发送")),
    "/desk/cases/<no>/departments/<link>/edit": in_doubt(
        "/edit?at=/company/contact_phone", pressed("送第二人复核", **{"company.contact_phone": "0999-8800009", "why": "x"})
    ),
    "/t/<aid>/complaints/<int:number>": at_an_answer,
    "/desk/cases/<no>/complaints/<number>": at_a_complaint,
    "/desk/cases/<no>/cards/<number>/appeal": at_a_card(Role.HALL_MANAGER, "申诉"),
    "/desk/cases/<no>/cards/<number>/decision": at_a_card(Role.SUPERVISOR, "撤牌"),
    "/desk/cases/<no>/obligations": at_a_promise,
    "/desk/cases/<no>/holder": at_a_case_of_the_hall,
    "/desk/cases/<no>/cross-region": at_an_intake,
}  # fmt: skip
#: What was typed and what stands there, in one row of the page that shows both.
BOTH = {
    "/a/<aid>/links": ("设立登记", "设立登记、公章刻制、申领发票"),
    "/a/<aid>/phone": ("138****0001", "（没有填）"),
    "/a/<aid>/<page>": ("0999-8800002", "（没有填）"),
    "/a/<aid>/<page>/<int:row>": ("赵六", "（没有填）"),
    "/a/<aid>/<page>/pick/<place>": ("软件开发", "（没有填）"),
    "/t/<aid>/fix": ("青云路 9 号 3 栋 502 室", "青云路 8 号 3 栋 502 室"),
    "/t/<aid>/more": ("示范银行开元支行（虚构）（990990100021）", "（没有填）"),
    "/t/<aid>/delivery": ("自助打印", "窗口自取"),
    "/t/<aid>/rate": ("非常不满意", "非常满意"),
    "/t/<aid>/complaints/<int:number>": ("回访：满意", "已答复，待回访"),
    "/desk/cases/<no>/departments/<link>/result": ("", "窗口处理中"),
    "/desk/cases/<no>/departments/<link>/resend": ("", "窗口处理中"),
    "/desk/cases/<no>/departments/<link>/edit": ("0999-8800009", ""),
    "/desk/cases/<no>/complaints/<number>": ("指定负责人", "待指定负责人"),
    "/desk/cases/<no>/cards/<number>/appeal": ("申诉", "有效"),
    "/desk/cases/<no>/cards/<number>/decision": ("撤牌", "有效"),
    "/desk/cases/<no>/obligations": ("不再要求补交", "2026年3月18日"),
    "/desk/cases/<no>/holder": ("李敏", "没有人"),
    "/desk/cases/<no>/cross-region": ("转交受理大厅", "示范市政务服务中心企业开办专区已经收件"),
}
#: Where nothing is typed that is saved elsewhere, too, or a page of its own has both: what it shows.
SHOWN = {
    # What a table said, and the roster as it is.
    "/a/<aid>/<page>/roster": (
        "名册刚在别处修改过",
        "读到的职工",
        "钱伟磊",
        "名册里现在有的职工",
        "张三",
    ),
    # No page is shown while somebody types on: the button that is pressed next shows both.
    "/a/<aid>/<page>/draft": ("这份草稿刚在别处修改过",),
    # What is agreed to is what is shown now.
    "/a/<aid>/submit": ("内容刚在别处修改过", "旧核禾", "请再核对一遍，然后提交"),
    "/t/<aid>/withdraw": ("撤回后", "还没有交给部门，立即停办"),
    "/desk/cases/<no>/notice/issue": ("告知书草稿刚有变化", "房屋租赁合同缺页或者缺少双方签字"),
    "/desk/cases/<no>/exit/post": ('value="1234567890123"', "示范市****"),
}
POSTS = [route for route in routes_of() if "POST" in route.methods]


def test_every_route_says_what_it_does_with_what_is_stored():
    assert {route.writes for route in POSTS} == {NOTHING, ADDS, CHANGES}
    changing = {route.rule for route in POSTS if route.writes == CHANGES}
    assert {rule for rule in changing if not rule.startswith("/desk/new")} == set(PAGES)
    assert BOTH.keys() | SHOWN.keys() == PAGES.keys()
    assert not BOTH.keys() & SHOWN.keys()


def stored(visitor, city):
    if not hasattr(visitor, "aid") and visitor.path.startswith("/desk/cases/"):
        case = city.kaiban.cases.read(visitor.path.split("/")[3])
        return case.draft, case.notices, case.links, case.events
    # Whoever has gone on to a page of staff says which filing it is.
    filing = city.kaiban.filings.get(getattr(visitor, "aid", "") or visitor.filing_id)
    if not filing.case_no:
        return filing
    case = city.kaiban.cases.read(filing.case_no)
    ratings = city.kaiban.cases.ratings(case.no)
    complaints = city.kaiban.complaints.complaints.of_case(case.no)
    links, files = (
        [link.name for link in case.links],
        city.kaiban.materials.listed(Holder(case_no=case.no)),
    )
    return filing, case.form, case.withdrawing, links, ratings, complaints, files, holder_of(case)


@pytest.mark.parametrize("rule", PAGES)
def test_whatever_is_sent_from_an_older_page_is_refused_and_changes_nothing(filing, city, rule):
    form, button, answers = PAGES[rule](filing, city)
    assert "version" in dict(form.form_values()), "the page carries what it was read from"
    before = stored(filing, city)
    filing.send(form, button, {**answers, "version": "older"})
    assert filing.status == 409
    assert stored(filing, city) == before
    if rule in SHOWN:
        assert [words for words in SHOWN[rule] if words not in filing.answer.text] == []
        return
    mine, theirs = BOTH[rule]
    sides = both_sides(filing)
    assert any(mine in here and there.startswith(theirs) for here, there in sides), sides
    assert all(here != there for here, there in sides), "only what differs is shown"


def both_sides(visitor):
    """What was typed and what is saved, of every row of the page that shows both."""
    rows = [
        [" ".join(each.text_content().split()) for each in row] for row in visitor.page.iter("tr")
    ]
    assert rows[0] == ["内容", "您刚才填的", "已经保存的"]
    return [tuple(row[1:]) for row in rows[1:]]


# --- rows with pages of their own -----------------------------------------------------------------


def names(visitor, city):
    entry = city.kaiban.filings.get(visitor.filing_id).entry
    return [each.get("name") for each in entry["staff"]["members"]]


def test_a_row_is_saved_where_it_stands_by_now(filing, city):
    hire(filing, "张三", "李四", "王五")
    filing.go("staff/1")
    with another_tab(filing) as tab:
        tab.go("staff").remove("staff.members.0")
    filing.press("先保存", **{"staff.members.1.name": "李四四"})
    assert names(filing, city) == ["李四四", "王五"]


def test_a_row_somebody_else_changed_is_not_overwritten_and_a_press_keeps_either(filing, city):
    hire(filing, "张三", "李四")
    filing.go("staff/1")
    with another_tab(filing) as tab:
        tab.press(
            "先保存", **{"staff.members.1.name": "李四", "staff.members.1.monthly_wage": "9321"}
        )
        filing.press("先保存", **{"staff.members.1.monthly_wage": "8765"})
        assert filing.status == 409
        assert both_sides(filing) == [("****65", "****21")]
        assert "9321" not in filing.answer.text
        assert "刚在别处修改过" in filing.heading
        filing.press("以我刚才填的为准")
    entry = city.kaiban.filings.get(filing.filing_id).entry["staff"]["members"]
    assert [(each["name"], str(each.get("monthly_wage", ""))) for each in entry] == [
        ("张三", ""), ("李四", "8765"),
    ]  # fmt: skip


def test_a_row_somebody_else_took_out_can_be_added_once_more(filing, city):
    hire(filing, "张三", "李四")
    filing.go("staff/0")
    with another_tab(filing) as tab:
        tab.go("staff").remove("staff.members.0")
    form, button = filing.button("先保存")
    filing.send(form, button, {"staff.members.0.name": "张三三"})
    assert (filing.status, names(filing, city)) == (409, ["李四"])
    filing.press("以我刚才填的为准")
    assert names(filing, city) == ["李四", "张三三"]


def test_a_row_is_taken_out_by_what_it_is_and_not_by_its_number(filing, city):
    hire(filing, "张三", "李四", "王五")
    filing.go("staff")
    with another_tab(filing) as tab:
        tab.remove("staff.members.0")
    filing.remove("staff.members.1")
    assert names(filing, city) == ["王五"]
    filing.remove("staff.members.0")
    assert names(filing, city) == []


def test_two_new_rows_from_two_tabs_both_stay_and_a_second_click_adds_none(filing, city):
    hire(filing, "张三")
    filing.go("staff/1")
    with another_tab(filing) as tab:
        tab.press("先保存", **{"staff.members.1.name": "李四"})
    form, button = filing.button("先保存")
    filing.send(form, button, {"staff.members.1.name": "王五"})
    assert names(filing, city) == ["张三", "李四", "王五"]


def test_nobodys_number_lands_with_somebody_else_and_none_is_lost(filing, city):
    form = city.form()
    filing.go("holders")
    filing.send(*filing.button("先保存"), controls_of(form, HOLDERS))
    known = {each["name"]: each["cert"]["no"] for each in form["people"]["holders"]}
    filing.go("holders")
    with another_tab(filing) as tab:
        tab.remove("people.holders.0")
    second = list(known)[1]
    filing.press("先保存", **{"people.holders.1.residence": "示范市开元区 1 号"})
    assert filing.status == 409
    filing.press("以我刚才填的为准")
    stored = city.kaiban.filings.get(filing.filing_id).entry["people"]["holders"]
    assert stored[1]["cert"]["no"] == known[second]
    assert "no" not in stored[0]["cert"], "taken out elsewhere, and on no page in full"


def test_what_is_saved_stays_where_that_is_chosen(filing):
    filing.go("phone")
    with another_tab(filing) as tab:
        tab.press("保存", phone="13800000001")
    filing.press("保存", phone="13800000002")
    assert filing.status == 409
    assert "138****0002" in filing.text
    assert "138****0001" in filing.text
    filing.follow("保留已经保存的")
    assert filing.heading == "留下手机号码"
