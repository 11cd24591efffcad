"""The one-time notice at the window: composed, looked at, issued, handed over, told twice where it must be."""

import pytest

from kaiban.domain.papers.deadlines import answer_to
from kaiban.domain.pointer import replaced
from kaiban.domain.roles import Role
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.window.notices.composing import preview
from tests.documents.paper import text_of
from tests.web.desk.people import at_desk, hire
from tests.web.following.cases import case_of, submit, wait_until

NAMES = iter(f"告知过{each}" for each in "甲乙丙丁戊己庚辛壬癸子丑寅卯")


@pytest.fixture
def no(city):
    return city.submit(city.form(next(NAMES)))


@pytest.fixture
def page(desk, no):
    return desk.open(f"/desk/cases/{no}").follow("一次性告知书")


def with_draft(city):
    """A case whose notice waits for other departments; where the registrar answers last, it goes out at once."""
    for _ in range(9):
        no = city.submit(city.form("测试补正登记"))
        city.until(no, lambda now: now.draft is not None or now.notices)
        if case(city, no).draft is not None:
            return no
    raise AssertionError("the registrar answered last each time")


def case(city, no):
    return city.kaiban.cases.read(no)


def test_what_staff_find_is_seen_on_the_paper_issued_once_and_handed_over(page, city, no, person):
    page.press("加进告知书", code="window.lease", link="registration")
    assert "已经加进下一份告知书" in page.text
    assert "市场主体登记管理条例第十六条" in page.text
    form, button = page.button("发出告知书")
    page.send(form, button, {})
    assert "告知书已经发出" in page.text
    page.send(form, button, {})
    assert "告知书已经发出" in page.text, "a second click"
    (notice,) = case(city, no).notices
    due = answer_to(notice, case(city, no), city.kaiban.office.city).due
    told_until = (
        f"补正到 {due.year}年{due.month}月{due.day}日（含当日）为止"
        if due
        else "本市没有规定补正的期限"
    )
    assert told_until in page.text
    assert (notice.by, [each.code for each in notice.items]) == (person.login, ["window.lease"])
    assert page.follow("打印（PDF）").answer.content.startswith(b"%PDF")
    page.open(f"/desk/cases/{no}/notice").press("登记签收", to="")
    assert page.mistakes == ["请写明签收人姓名，不超过 40 个字。"]
    pressed = {
        "登记签收": ({"to": "张晓燕"}, "窗口当面交给签收人"),
        "登记已经改好": ({"how": "当场补签"}, "已经登记在窗口改好"),
    }
    for words, (typed, told) in pressed.items():
        form, button = page.button(words)
        for _ in range(2):
            page.send(form, button, typed)
            assert told in page.text, page.mistakes
    kinds = [event.kind for event in case(city, no).events]
    assert (kinds.count("notice_handed"), kinds.count("notice_settled")) == (1, 1)
    assert not case(city, no).notices[0].open
    assert told_until not in page.text, "what is answered has no day any more"


def test_a_draft_says_who_wants_what_and_what_lets_it_go_out(desk, city):
    no = with_draft(city)
    desk.open(f"/desk/cases/{no}/notice")
    assert "各部门都答复以后马上自动发出" in desk.text
    (row,) = desk.page.xpath("//table[caption[normalize-space()='发出以前看一遍']]//tbody/tr")
    assert "示范市市场监督管理局" in row.text_content()
    desk.open(f"/desk/cases/{no}/departments")
    assert "等申请人处理" in desk.text
    assert "等您处理" not in desk.text
    desk.open(f"/desk/cases/{no}/notice").press("加进告知书", code="window.lease")
    assert "窗口动过草稿，由窗口发出" in desk.text


def test_a_place_of_the_form_is_chosen_by_its_section_and_stays_chosen(page, city, no):
    groups = page.page.xpath("//select[@id='add-pointer']/optgroup")
    assert [each.get("label") for each in groups][:2] == ["企业信息", "股东与人员"]
    options = {each.get("value"): each for group in groups for each in group}
    assert "/company/contact_phone" in options
    assert options["/company/contact_phone"].getparent().get("label") == "企业信息"
    assert len(options) == len(page.page.xpath("//select[@id='add-pointer']//option")) - 1
    page.press("加进告知书", code="", message="", pointer="/company/contact_phone")
    chosen = page.page.xpath("//select[@id='add-pointer']//option[@selected]/@value")
    assert page.mistakes
    assert chosen == ["/company/contact_phone"]


def test_a_second_click_adds_and_drops_nothing_twice(page, city, no):
    adding = page.button("加进告知书")
    for _ in range(2):
        page.send(
            *adding, {"message": "楼层写错了，请核对。", "other": "消防意见", "reason": "本市规定"}
        )
        assert "已经加进" in page.text
    kinds = [event.kind for event in case(city, no).events]
    assert (kinds.count("finding"), kinds.count("unlisted")) == (1, 1)
    dropping = page.button("从告知书中删去")
    (line,) = preview(city.kaiban.office, no).lines
    for _ in range(2):
        page.send(*dropping, {"item": line.id, "reason": "看错了"})
        assert "已经从告知书中删去" in page.text
    assert [event.kind for event in case(city, no).events].count("finding_dropped") == 1


def test_what_is_wrong_is_said_at_its_control_and_what_was_typed_stays(page):
    page.press("加进告知书", message="请提供消防意见。", other="消防意见")
    assert page.mistakes == [
        "这项材料不在公布的材料清单中，要求提供请写明依据和理由；该情况会记录在案。"
    ]
    assert page.page.xpath("//*[@data-errors]//a/@href") == ["#add-reason"]
    assert page.control("other").get("value") == "消防意见"
    page.press("加进告知书")
    assert len(page.mistakes) == 1
    page.press("加进告知书", other="", message="楼层写错了。").press("从告知书中删去", reason="")
    assert len(page.mistakes) == 2
    assert page.control("other").get("value") == "", "typed into another form of the page"


def test_a_sign_no_paper_can_show_is_named_at_its_control(page, city, no):
    page.press("加进告知书", message="楼层写错了\U0001f600")
    (wrong,) = page.mistakes
    assert "“\U0001f600”（U+1F600）" in wrong
    assert page.page.xpath("//*[@data-errors]//a/@href") == ["#add-message"]
    page.press("加进告知书", message="楼层　写错了。")
    assert "已经加进" in page.text, "a wide space is no such sign"


def test_what_is_looked_at_before_says_what_is_printed(page):
    page.press("加进告知书", code="window.lease")
    below = "//*[contains(@class, 'kb-paper')]/table/following-sibling::p[not(@class='kb-ending')]"
    looked_at = ["".join(each.text_content().split()) for each in page.page.xpath(below)]
    assert any("前补正（依据：" in each or "没有规定补正的期限" in each for each in looked_at)
    page.press("发出告知书")
    paper = text_of(page.follow("打印（PDF）").answer.content)
    assert len(looked_at) == 3
    for each in (*looked_at, "经办：李敏"):
        assert each in paper, each


def test_a_draft_that_has_changed_is_looked_at_again(page, city, no):
    page.press("加进告知书", code="window.lease")
    form, button = page.button("发出告知书")
    colleague = at_desk(city.address, hire(city.kaiban))
    colleague.open(f"/desk/cases/{no}/notice").press("加进告知书", code="window.signature")
    colleague.close()
    page.send(form, button, {})
    assert (page.status, case(city, no).notices) == (409, [])
    assert "缺少签名" in page.text
    page.press("发出告知书")
    assert len(case(city, no).notices[0].items) == 2


def test_what_could_have_been_told_before_needs_a_reason_and_is_counted(page, city, no):
    page.press("加进告知书", code="window.lease").press("发出告知书")
    page.press("登记已经改好", how="补齐了").press("加进告知书", code="window.signature")
    assert "上次就能发现" in page.text
    page.press("发出告知书")
    assert page.mistakes == [
        "有上次告知时就能发现的内容，属于二次告知，请写明理由；该情况会计入统计。"
    ]
    page.press("发出告知书", reason="上次漏看了")
    assert "二次告知，已计入统计" in page.text
    assert [each.repeats for each in case(city, no).notices] == [False, True]
    assert "上次漏看了" in page.open("/desk/notices").text
    boss = at_desk(city.address, hire(city.kaiban, Role.SUPERVISOR, hall="allday"))
    assert "上次漏看了" in boss.open("/desk/notices").text
    boss.follow(case(city, no).form["company"]["name"]["full"])
    assert (boss.status, boss.path) == (200, f"/desk/cases/{no}")
    boss.close()


def spoil(city, no):
    """Let the form hold what its own checks refuse by now: what was let through before, or what a rule forbids since."""
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        for pointer, value in (("/company/contact_phone", "1"), ("/premises/detail", "")):
            case.form = replaced(case.form, pointer, value)
        tx.save(case)


def demands(page):
    """What the next notice asks for, as the table says: the sentence, what it is after the one before, who wants it."""
    table = page.page.xpath("//table[caption[normalize-space()='发出以前看一遍']]//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row][1:] for row in table]


def test_what_the_form_itself_lacks_is_in_the_preview_and_goes_out_with_what_staff_found(
    page, city, no
):
    page.open(page.path)
    assert "现在没有要告知的内容" in page.text
    spoil(city, no)
    page.open(page.path)
    own = demands(page)
    assert [row[1:] for row in own] == [["新发现", "系统"]] * 2, own
    assert "联系电话" in page.text, "the paper says where it stands"
    assert case(city, no).draft is None, "looking writes nothing down"
    page.press("加进告知书", code="window.lease")
    assert len(demands(page)) == 3
    page.press("发出告知书")
    (notice,) = case(city, no).notices
    assert sorted(each.origin for each in notice.items) == ["form", "form", "window"]
    assert {each.pointer for each in notice.items} >= {"/company/contact_phone"}
    assert demands(page) == [], "what the open notice waits for is not told twice"


def test_what_the_form_lacks_and_staff_let_pass_stays_off_when_the_notice_is_out(page, city, no):
    spoil(city, no)
    page.open(page.path)
    first, second = (line.item for line in preview(city.kaiban.office, no).lines)
    page.press(
        "从告知书中删去", item=preview(city.kaiban.office, no).lines[0].id, reason="当面核实过"
    )
    assert [row[0] for row in demands(page)] == [second.message]
    page.press("发出告知书")
    (notice,) = case(city, no).notices
    assert [each.pointer for each in notice.items] == [second.pointer]
    assert [each.item.pointer for each in notice.dropped] == [first.pointer]
    assert demands(page) == [], "it was decided on, with a reason"


def test_what_went_out_to_nobody_stands_in_the_list_until_who_wrote_it_knows(
    desk, city, no, person
):
    desk.open(f"/desk/cases/{no}/notice")
    desk.press("加进告知书", message="楼层写错了。", example="三层")
    withdraw(city.kaiban.office, no)
    city.until(no, lambda now: now.ended)
    desk.open("/desk?view=mine")
    assert no in desk.text
    assert "有问题没有发出" in desk.text
    desk.open(f"/desk/cases/{no}")
    assert "窗口提出的 1 项问题没有发出" in desk.text
    colleague = at_desk(city.address, hire(city.kaiban, name="王芳"))
    colleague.open(f"/desk/cases/{no}/notice")
    assert "楼层写错了。（例如：三层）" in colleague.text
    assert "知道了" not in colleague.text, "somebody else wrote it"
    colleague.close()
    desk.follow("看看是什么")
    form, button = desk.button("知道了")
    for _ in range(2):
        desk.send(form, button, {})
        assert "已经记下" in desk.text, desk.mistakes
    assert "楼层写错了。（例如：三层）" in desk.text, "it stays readable"
    assert f"李敏（{person.login}）" in desk.text
    assert no not in desk.open("/desk?view=mine").text
    assert "项问题没有发出" not in desk.open(f"/desk/cases/{no}").text


def test_a_refusal_is_told_with_rule_remedy_and_last_days(filing, city, desk):
    submit(filing, city.form("测试驳回登记"))
    wait_until(filing, city, lambda case: case.ended)
    no = case_of(filing, city).no
    desk.open(f"/desk/cases/{no}/notice")
    assert "救济途径" in desk.text
    assert "收到抄告" in desk.text
    assert desk.follow("第二联").answer.content.startswith(b"%PDF")


def test_a_paper_that_is_not_there_is_said_on_the_page(desk, no):
    for path in ("notice/7/paper", "notice/x/paper", "refusals/tax/paper", "refusals/none/paper"):
        desk.open(f"/desk/cases/{no}/{path}")
        assert (desk.status, desk.mistakes) == (422, ["办件没有这一份告知书。"])
