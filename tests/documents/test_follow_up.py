"""The follow-up sheet: what is open, by whom, until when."""

import pytest

from kaiban.documents.follow_up import follow_up
from kaiban.domain.link import LinkState, Step
from kaiban.domain.notice import Defect
from tests.documents import samples
from tests.documents.samples import at


def titles(case, kind):
    return [item.title for item in follow_up(case) if item.kind == kind]


def test_a_whole_case_has_only_the_duties_of_every_company():
    assert {item.kind for item in follow_up(samples.whole_case())} == {"duty"}
    assert titles(samples.whole_case(), "duty") == [
        "报送年度报告",
        "首次纳税申报",
        "到银行开立账户",
        "为新招用员工参保",
        "设立职工公积金账户",
    ]


def test_links_left_out_leave_their_periods_of_the_law():
    case = samples.whole_case(samples.SIX[:1])
    duties = {item.title: item for item in follow_up(case)}
    assert duties["办理单位社会保险登记"].due == "2026年12月20日"
    assert duties["办理住房公积金缴存登记"].due == "2026年12月20日"
    assert "到银行开立账户" not in duties


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (LinkState.MANUAL, "窗口人员正在处理"),
        (LinkState.UNKNOWN, "平台自动继续办理"),
        (LinkState.IN_REVIEW, "部门正在办理"),
        (LinkState.NEEDS_CORRECTION, "一次性告知书"),
        (LinkState.REFUSED, "行政复议"),
        (LinkState.CANCELLED, "另行申请"),
        (LinkState.WAITING, "平台自动继续办理"),
    ],
)
def test_every_state_says_what_to_do(state, text):
    case = samples.new_case(samples.SIX[:1])
    case.links[0].steps[0].state = state
    (item,) = follow_up(case)
    assert text in item.text


def test_a_pre_registered_link_says_what_it_waits_for():
    case = samples.new_case([samples.SOCIAL])
    case.links[0].steps = [Step("pre", LinkState.DONE), Step("confirm")]
    assert titles(case, "gap") == ["员工参保登记：已预登记"]


def test_an_open_notice_is_listed_item_by_item_and_an_answered_one_is_not():
    case = samples.new_case()
    case.ask(
        [Defect("/a", "x", "改甲", "tax"), Defect("/b", "y", "改乙", "tax", "规则一")],
        at("20T10:00"),
    )
    items = [item for item in follow_up(case) if item.kind == "notice"]
    assert [(item.text, item.basis) for item in items] == [("改甲", ""), ("改乙", "规则一")]
    case.notices = [case.notices[0].answered(at("20T11:00"))]
    assert titles(case, "notice") == []


def test_what_cannot_be_taken_back_is_told_once():
    case = samples.whole_case()
    for _ in range(2):
        case.note("irrevocable", at("20T15:00"), "system", link="seal", text="请向公安局办理注销")
    assert titles(case, "irrevocable") == ["公章刻制：不能撤销"]
