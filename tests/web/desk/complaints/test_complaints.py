"""Complaints as staff meet them: taken down, answered, asked back, closed by somebody it is not about."""

from itertools import count

import pytest

from kaiban.domain.cases.rating import Rating
from kaiban.domain.roles import Role
from kaiban.orchestrator.applicant.aftercare.complaining import Grievance, complain
from tests.web.desk.people import at_desk, hire
from tests.web.visitor import Visitor

PHONE = "13800000007"
WORDS = count(1)


@pytest.fixture
def raised(city, own_case):
    """A complaint about the case, as its applicant wrote it."""
    said = Grievance(f"补正三次还没有结果，第 {next(WORDS)} 回", PHONE, source="window", by="w0")
    return complain(city.kaiban.complaints, own_case, said)


@pytest.fixture
def boss(city):
    visitor = at_desk(city.address, hire(city.kaiban, Role.HALL_MANAGER, name="周四"))
    yield visitor
    visitor.close()


def now(city, raised):
    found = city.kaiban.complaints.complaints.of_case(raised.case_no)
    return next(each for each in found if each.number == raised.number)


def at(visitor, raised):
    return visitor.open(f"/desk/cases/{raised.case_no}/complaints/{raised.number}")


def answered(visitor, raised):
    at(visitor, raised).press("由我负责")
    return visitor.press("答复", text="已联系登记机关，今天办结。")


def test_one_is_taken_down_at_the_window_and_found_in_the_list(desk, city, own_case):
    way = f"/desk/cases/{own_case}/complaints"
    assert desk.open(f"/desk/cases/{own_case}").page.xpath(f"//main//a[@href='{way}']")
    desk.open(way)
    desk.press("登记", text=" ", phone="12")
    assert desk.status == 422
    assert len(desk.mistakes) == 3
    assert desk.control("phone").get("value") == "12"
    text = f"等了一上午没有叫到号 {next(WORDS)}"
    desk.press("登记", source="12345", text=text, phone=PHONE)
    assert desk.status == 200
    assert text in desk.text
    assert "12345 热线" in desk.text
    assert "138****0007" in desk.text
    assert PHONE not in desk.answer.text
    desk.find("/desk/complaints", text).follow(text)
    assert "待指定负责人" in desk.text


def test_whom_it_may_be_about_writes_satisfied_down_and_another_agrees(
    desk, person, boss, city, raised
):
    answered(desk, raised)
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(raised.case_no)
        case.note("resent", case.accepted_at, person.login, link="tax")
        tx.save(case)
    at(desk, raised)
    desk.press("记下回访")
    assert (desk.status, "现在不能这样处理" in desk.mistakes[0]) == (422, True)
    desk.press("记下回访", outcome="dissatisfied")
    assert desk.mistakes == ["请填写内容，不超过 1000 字。"]
    desk.press("记下回访", outcome="satisfied", text="电话里说可以了")
    assert "不能单独办结" in desk.text
    assert now(city, raised).due
    at(boss, raised).press("确认办结")
    assert "已办结" in boss.text
    assert [each.kind for each in now(city, raised).steps[-2:]] == ["satisfied", "agreed"]
    boss.press("重新办理", text="反映人又来说没有解决")
    assert now(city, raised).state == "in_hand"


def test_without_a_yes_the_manager_closes_with_a_reason(desk, boss, city, raised):
    answered(desk, raised)
    desk.press("记下回访", outcome="unreached")
    assert "没有得到满意答复也要办结" not in desk.text
    at(boss, raised).press("办结", text="")
    assert boss.status == 422
    boss.press("办结", text="三天五次没有人接电话")
    assert now(city, raised).state == "closed"


def test_an_older_page_changes_nothing_and_shows_both(desk, boss, city, raised):
    at(desk, raised)
    form, button = desk.button("指定负责人")
    at(boss, raised).press("由我负责")
    owner = now(city, raised).owner
    desk.send(form, button, {"owner": owner})
    assert desk.status == 409
    assert "周四" in desk.text
    assert now(city, raised).steps[-1].by == owner


def test_the_phone_is_shown_in_full_once_and_that_is_written_down(desk, person, city, raised):
    at(desk, raised).press("显示完整的电话")
    assert PHONE in desk.text
    assert PHONE not in desk.open(desk.path).answer.text, "looked at again without a record"
    assert PHONE not in at(desk, raised).answer.text
    seen = city.kaiban.cases.disclosures(raised.case_no)
    assert (person.login, ("complaint.phone",)) in [(each.who, each.what) for each in seen]


def test_whoever_gave_a_bad_rating_is_called_at_the_applicants_phone(desk, person, city, own_case):
    said = Rating("", 1, city.kaiban.clock.now(), "web", "等了很久")
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(own_case)
        rated = city.kaiban.complaints.raise_rated(tx, case, said)
    phone = case.form["people"]["proxy"]["mobile"]
    assert f"{phone[:3]}****{phone[-4:]}" in at(desk, rated).text
    assert phone not in desk.answer.text
    desk.press("显示完整的电话")
    assert phone in desk.text
    assert phone not in at(desk, rated).answer.text
    seen = city.kaiban.cases.disclosures(own_case)
    assert (person.login, ("people.proxy.mobile",)) in [(each.who, each.what) for each in seen]


def test_of_whoever_left_no_phone_with_a_complaint_none_is_shown(desk, city, own_case):
    said = Grievance(f"不想留电话 {next(WORDS)}", source="window", by="w0")
    at(desk, complain(city.kaiban.complaints, own_case, said))
    assert "没有留电话" in desk.text
    assert "显示完整的电话" not in desk.text


def test_lists_are_of_ones_own_hall_and_overdue_ones_stand_out(desk, city, other_case, raised):
    hidden = f"别的大厅的事 {next(WORDS)}"
    complain(city.kaiban.complaints, other_case, Grievance(hidden, source="window", by="w0"))
    ours = desk.listed("/desk/complaints")
    assert hidden not in ours
    assert raised.text in ours
    assert raised.text not in desk.listed("/desk/complaints?show=mine")
    assert raised.text not in desk.listed("/desk/complaints?show=overdue")
    for page in ("x", "-1", "9" * 30):
        assert desk.open(f"/desk/complaints?show=moon&page={page}").status == 200
        assert desk.open(f"/desk/obligations?show=all&page={page}").status == 200
    stranger = Visitor(city.address)
    assert stranger.open(f"/desk/cases/{other_case}/complaints/1").heading != "第 1 号反映"
    stranger.close()


def test_a_complaint_that_is_not_there_is_not_found(desk, own_case):
    for number in ("0", "99", "x", "01"):
        assert desk.open(f"/desk/cases/{own_case}/complaints/{number}").status == 404, number


def test_who_only_audits_reads_and_does_nothing(city, raised):
    visitor = at_desk(city.address, hire(city.kaiban, Role.AUDITOR))
    assert "您可以看，不能办理" in at(visitor, raised).text
    assert not visitor.page.xpath("//main//form")
    visitor.close()
