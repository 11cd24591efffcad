"""Every demand and every refusal has an honest way out, by pages alone: from each to a finished case."""

from dataclasses import replace

import pytest

from forms.opening import check
from forms.sample import person
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from tests.web.following.cases import case_of, wait_until
from tests.web.pictures import photograph

#: What makes a department difficult: a word in the company's name.
DEMANDS = (
    "测试补正登记",
    "测试补正公章",
    "测试补正税务",
    "测试补正银行",
    "测试补正社保",
    "测试补正公积金",
)
REFUSALS = (
    "测试驳回登记",
    "测试驳回公章",
    "测试驳回税务",
    "测试驳回银行",
    "测试驳回社保",
    "测试驳回公积金",
)
#: Or in the name of somebody on the roster.
#: No two companies have one name.
TRADES = list("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥山水云林川原江海松竹梅兰")
STAFF = ("测试在保", "测试不符", "测试有账户")
DONE = "已经按要求在部门办好，请核对。"


def hand_in(visitor, city, form):
    """Submit a form that is filled in already; at the receipt afterwards."""
    filing = city.kaiban.filings.get(visitor.filing_id)
    city.kaiban.filings.save(replace(filing, entry=form))
    visitor.go("check").press("提交申请")
    assert visitor.heading == "受理回执", visitor.mistakes
    return visitor


def staffed(city, name):
    form = city.form(f"出路{TRADES.pop()}")
    form["staff"]["members"][0]["name"] = f"{form['staff']['members'][0]['name'][:1]}{name}"
    return form


def stand(case):
    return case.open_notice is not None or case.ended


def answer(visitor, city, **answers):
    """Answer the open notice, looking it over before it is sent."""
    visitor.open(f"/t/{visitor.filing_id}/fix")
    visitor.press("核对补正", **answers)
    assert visitor.heading == "核对补正内容", visitor.mistakes
    visitor.press("确认无误，提交补正")
    assert visitor.heading == "办理进度", visitor.mistakes


def explained(visitor):
    """Say of everything that is waited for that it is done."""
    visitor.open(f"/t/{visitor.filing_id}/fix")
    controls = visitor.page.xpath("//main//textarea[starts-with(@name, 'explained-')]/@name")
    return dict.fromkeys(controls, DONE)


def see_through(visitor, city, answers=explained):
    """Answer whatever is asked until the case has ended."""
    for _ in range(4):
        wait_until(visitor, city, stand)
        if case_of(visitor, city).ended:
            return case_of(visitor, city)
        answer(visitor, city, **answers(visitor))
    raise AssertionError("asked for ever")


@pytest.mark.parametrize("words", DEMANDS)
def test_what_a_department_asks_for_can_be_explained_and_is_sent_again(filing, city, words):
    hand_in(filing, city, city.form(words))
    case = see_through(filing, city)
    assert case.state is CaseState.COMPLETED
    (asked,) = {item.link for notice in case.notices for item in notice.items}
    assert [e.text for e in case.events if e.kind == "explained"] == [DONE]
    assert max(step.revision for step in case.link(asked).steps) == 2


@pytest.mark.parametrize("name", STAFF)
def test_whoever_is_refused_on_the_roster_is_taken_out(filing, city, name):
    hand_in(filing, city, staffed(city, name))
    wait_until(filing, city, stand)
    before = case_of(filing, city).form["staff"]["members"]

    def taken_out(visitor):
        visitor.open(f"/t/{visitor.filing_id}/fix")
        rows = visitor.page.xpath("//main//input[@name='gone']/@value")
        return {"gone": rows} if rows else explained(visitor)

    case = see_through(filing, city, taken_out)
    assert case.state is CaseState.COMPLETED
    assert case.form["staff"]["members"] == before[1:]


def test_whoever_is_refused_on_the_roster_is_replaced_whole(filing, city):
    form = staffed(city, "测试不符")
    hand_in(filing, city, form)
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    other = person(41)
    place = "staff.members.0"
    answer(filing, city, **{
        f"{place}.name": other["name"], f"{place}.cert.no": other["cert"]["no"],
    })  # fmt: skip
    case = see_through(filing, city)
    assert case.state is CaseState.COMPLETED
    assert case.form["staff"]["members"][0]["name"] == other["name"]


def test_a_clerk_who_may_not_act_yet_is_replaced_or_authorised_meanwhile(filing, city):
    form = city.form(f"出路{TRADES.pop()}")
    form["housing_fund"]["clerk"] = person(42, city.today) | {"name": "王测试未授权"}
    hand_in(filing, city, form)
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    assert filing.control("housing_fund.clerk.name").get("value") == "王测试未授权"
    answer(filing, city, **{"housing_fund.clerk.name": person(42)["name"]})
    assert see_through(filing, city).state is CaseState.COMPLETED


def test_a_company_that_another_office_has_not_heard_of_is_asked_about_again_by_itself(
    filing, city
):
    hand_in(filing, city, city.form(f"测试未共享{TRADES.pop()}"))
    case = see_through(filing, city)
    assert case.state is CaseState.COMPLETED
    assert case.notices == [], "nobody was asked to do anything"


def test_only_the_person_that_is_named_opens_and_nobody_else(filing, city):
    hand_in(filing, city, staffed(city, "测试不符"))
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    names = filing.page.xpath("//main//input[@type='text']/@name")
    assert {".".join(name.split(".")[:3]) for name in names} == {"staff.members.0"}
    assert len(names) > 3, "all of the person"


def test_a_paper_is_brought_where_a_paper_is_what_it_takes(filing, city):
    hand_in(filing, city, city.form(f"测试补正登记{TRADES.pop()}"))
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix").follow("补交或者更换材料")
    filing.bring("lease", ("租赁合同.jpg", photograph()))
    assert filing.mistakes == []
    assert "租赁合同" in filing.text
    assert see_through(filing, city).state is CaseState.COMPLETED


def test_a_link_is_left_out_where_the_others_can_do_without_it(filing, city):
    hand_in(filing, city, city.form(f"测试补正银行{TRADES.pop()}"))
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    answer(filing, city, left_out="bank")
    case = see_through(filing, city)
    assert case.state is CaseState.COMPLETED_PARTLY
    assert {link.name for link in case.links if link.state is not LinkState.DONE} == {"bank"}


def test_what_the_others_wait_for_is_not_left_out(filing, city):
    hand_in(filing, city, city.form(f"测试补正登记{TRADES.pop()}"))
    wait_until(filing, city, stand)
    filing.open(f"/t/{filing.filing_id}/fix")
    assert filing.control("left_out") is None
    found = correct(
        city.kaiban.office, case_of(filing, city).no, Amendment({}, left_out=("registration",))
    )
    assert [each.code for each in found] == ["correction.needed"]


@pytest.mark.parametrize("words", REFUSALS)
def test_after_a_refusal_the_case_ends_and_what_came_to_nothing_is_applied_for_anew(
    filing, city, words
):
    hand_in(filing, city, city.form(words))
    case = see_through(filing, city)
    if not case.fruitless:
        assert case.state is CaseState.COMPLETED_PARTLY
        return
    filing.open(f"/t/{filing.filing_id}").press("用填过的内容重新申请")
    form = city.form("出路新")
    assert hand_in(filing, city, form)
    assert see_through(filing, city).state is CaseState.COMPLETED


def unverified(form, today):
    form["people"]["liaison"] = person(43, today) | {"name": "王未实名"}


def huge(form, today):
    form["company"]["capital"]["amount"] = 200_000
    for holder, share in zip(form["people"]["holders"], (120_000, 80_000), strict=True):
        holder |= {"subscribed": share, "paid_in": 0}
    form["confirm"] = [each.confirm for each in check(form, today=today).defects]


@pytest.mark.parametrize(("make", "rule"), [(unverified, "R08"), (huge, "R13")])
def test_what_is_to_be_explained_reaches_the_registrar_as_it_was_explained(
    filing, city, make, rule
):
    form = city.form(f"出路{TRADES.pop()}")
    make(form, city.today)
    hand_in(filing, city, form)
    wait_until(filing, city, stand)
    (item,) = case_of(filing, city).open_notice.items
    assert item.code == rule
    answer(filing, city, confirmed="registration")
    wait_until(filing, city, stand)
    assert case_of(filing, city).open_notice, "nothing was said"
    case = see_through(filing, city)
    assert case.state is CaseState.COMPLETED
    filing.open(f"/t/{filing.filing_id}/seen")
    assert "给部门的说明" in filing.text
