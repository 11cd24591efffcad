"""Withdraw on the screen: said before it is done, done once, and too late is said, too."""

from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.states import CaseState
from tests.web.following.cases import case_of, finish, wait_until


def test_a_case_is_withdrawn_only_by_somebody_who_was_told_what_becomes_of_it(submitted, city):
    visitor = submitted("撤云禾")
    visitor.follow("查看办理进度").follow("撤回申请")
    for link in case_of(visitor, city).links:
        assert link.office in visitor.text
    visitor.press("确认撤回")
    assert visitor.status == 422
    assert not case_of(visitor, city).withdrawing
    form, button = visitor.button("确认撤回")
    visitor.send(form, button, {"sure": "yes"})
    assert visitor.heading == "办理进度"
    assert "撤回进行到哪里" in visitor.text
    visitor.send(form, button, {"sure": "yes"})  # a second click, or another tab
    assert visitor.heading == "办理进度"
    kinds = [event.kind for event in case_of(visitor, city).events]
    assert kinds.count("withdrawal") == 1
    finish(visitor, city)
    assert case_of(visitor, city).state is CaseState.WITHDRAWN
    visitor.open(f"/t/{visitor.filing_id}")
    assert "办件已经撤回" in visitor.text
    assert "已经停办" in visitor.text
    visitor.follow("查看办理结果")
    assert visitor.heading == "办理结果"
    assert "没有环节办成" in visitor.text
    assert "领取" not in visitor.text, "there is nothing to fetch"
    assert visitor.open(f"/t/{visitor.filing_id}/rate").button("提交评价")


def test_what_is_granted_is_said_to_stay(submitted, city):
    visitor = submitted("留云禾")
    wait_until(visitor, city, lambda case: case.link("registration").done_at)
    visitor.open(f"/t/{visitor.filing_id}/withdraw")
    row = visitor.page.xpath("//main//tbody/tr")[0].text_content()
    assert "不能撤销" in row
    visitor.press("确认撤回", sure="yes")
    finish(visitor, city)
    visitor.open(f"/t/{visitor.filing_id}")
    assert "已经办成，不能撤销" in visitor.text
    assert "承诺时限" not in visitor.text, (
        "a case that was withdrawn has kept no promise, whatever was granted"
    )
    lacking = sum(link.done_at is None for link in case_of(visitor, city).links)
    visitor.follow("查看证照包")
    assert f"证照包还缺 {lacking} 项" in visitor.text, "a gap is shown, not hidden"


def row_of(visitor, city, name):
    """What the table of the withdrawal says of that link."""
    visitor.open(f"/t/{visitor.filing_id}")
    title = case_of(visitor, city).link(name).title
    [table] = [
        each for each in visitor.page.iter("table") if "撤回进行到哪里" in each.text_content()
    ]
    [fate] = table.xpath(f".//tr[*[normalize-space()='{title}']]/td[last()]")
    return fate.text_content().strip()


def test_of_a_link_that_was_half_done_every_line_says_that_what_was_granted_stays(submitted, city):
    visitor = submitted("半云禾")
    fund = "housing_fund"
    no = case_of(visitor, city).no
    city.wait_for(no, lambda case: case.link(fund).step("pre").done_at)
    visitor.open(f"/t/{visitor.filing_id}/withdraw")
    visitor.press("确认撤回", sure="yes")
    finish(visitor, city)
    assert case_of(visitor, city).link(fund).remaining
    assert row_of(visitor, city, fund) == "已经办成的一步不能撤销，其余停办"
    assert "部分已办，其余停办" in visitor.text


def test_nothing_has_stopped_while_its_department_is_still_asked(submitted, city):
    visitor = submitted("问云禾")
    insurance = "social_insurance"
    no = case_of(visitor, city).no
    city.wait_for(no, lambda case: case.link(insurance).step("pre").done_at)
    visitor.open(f"/t/{visitor.filing_id}/withdraw")
    visitor.press("确认撤回", sure="yes")
    asked = case_of(visitor, city).link(insurance)
    assert (asked.state, asked.step("pre").cancelling) == (LinkState.CANCELLED, True)
    assert row_of(visitor, city, insurance) == "请部门退回，部门答复后在进度页写明"
    finish(visitor, city)
    assert row_of(visitor, city, insurance) == "已经停办"


def test_too_late_is_said_and_offers_no_button(submitted, city):
    visitor = submitted("迟云禾")
    visitor.open(f"/t/{visitor.filing_id}/withdraw")
    form, button = visitor.button("确认撤回")
    finish(visitor, city)
    visitor.send(form, button, {"sure": "yes"})
    assert visitor.status == 422
    assert "不能再撤回" in visitor.mistakes[0]
    assert not visitor.page.xpath("//main//form//button")
    visitor.open(f"/t/{visitor.filing_id}/withdraw")
    assert "已经办结，不能撤回" in visitor.text
