"""The follow-up sheet: what is open, by whom, until when."""

import pytest

from kaiban.documents.package.follow_up import follow_up
from kaiban.domain.cases.link import LinkState, Step
from kaiban.domain.notices.notice import Defect
from tests.documents import samples
from tests.documents.samples import at
from tests.prose import faults


def titles(case, kind):
    return [item.title for item in follow_up(case) if item.kind == kind]


def test_a_whole_case_has_only_the_duties_of_every_company():
    assert {item.kind for item in follow_up(samples.whole_case())} == {"duty"}
    assert titles(samples.whole_case(), "duty") == [
        "领取印章",
        "到银行开立账户",
        "报送年度报告",
        "首次纳税申报",
        "为新招用员工参保",
        "设立职工公积金账户",
        "为新录用职工缴存公积金",
    ]


def test_links_left_out_leave_their_periods_of_the_law():
    case = samples.whole_case(samples.SIX[:1])
    duties = {item.title: item for item in follow_up(case)}
    assert duties["办理单位社会保险登记"].due == "2026年12月20日"
    assert duties["办理住房公积金缴存登记"].due == "2026年12月20日"
    assert "到银行开立账户" not in duties


def promised(case, due="2026-12-04"):
    facts = {"due": due, "commitment": "2026-11", "words": "承诺"}
    text = f"房屋租赁合同，{due}前补交"
    case.note("deferred", at("20T09:00"), "applicant", code="lease", text=text, facts=facts)


def test_what_is_promised_stands_on_it_until_it_has_come():
    case = samples.whole_case()
    promised(case)
    (owed,) = [item for item in follow_up(case) if item.kind == "owed"]
    assert (owed.title, owed.due) == ("补交房屋租赁合同", "2026年12月4日")
    assert owed.basis == "容缺承诺书 2026-11 版"
    case.note("extended", at("20T10:00"), "ck01", code="lease", facts={"due": "2026-12-11"})
    (owed,) = [item for item in follow_up(case) if item.kind == "owed"]
    assert owed.due == "2026年12月11日"
    case.note("material", at("20T11:00"), "applicant", code="lease", facts={"more": "yes"})
    assert titles(case, "owed") == ["补交房屋租赁合同"], "somebody's is still missing"
    case.note("material", at("20T12:00"), "applicant", code="lease")
    assert titles(case, "owed") == []


def test_what_is_asked_for_no_more_is_not_owed():
    case = samples.whole_case()
    promised(case)
    case.note("waived", at("20T10:00"), "ck01", code="lease")
    assert titles(case, "owed") == []


def test_what_was_declared_stands_on_it_until_it_is_checked():
    case = samples.whole_case()
    facts = {"commitment": "2026-12", "words": "承诺", "due": "2026-12-18", "follows": "notice"}
    key, title = "commitment-premises", "住所信息告知承诺"
    case.note("committed", at("20T09:00"), "applicant", code=key, text=title, facts=facts)
    (item,) = [each for each in follow_up(case) if each.kind == "unchecked"]
    assert (item.title, item.due) == ("住所信息告知承诺待核查", "2026年12月18日")
    assert "发一次性告知书责令改正" in item.text
    assert faults(item.text) == []
    case.note("commitment_true", at("20T10:00"), "ck01", code=key)
    assert titles(case, "unchecked") == []


@pytest.mark.parametrize(("accounts", "is_left"), [(1, True), (2, False), (None, True)])
def test_accounts_the_fund_has_opened_are_not_left_to_do(accounts, is_left):
    case = samples.whole_case()
    case.form = {**case.form, "staff": {"members": [{"name": "张三"}, {"name": "李四"}]}}
    opened = {} if accounts is None else {"people": [{}] * accounts}
    case.link("housing_fund").result = opened
    assert ("设立职工公积金账户" in titles(case, "duty")) is is_left
    assert "为新录用职工缴存公积金" in titles(case, "duty")


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


def test_the_bank_visit_says_when_where_and_what_to_bring():
    case = samples.whole_case()
    case.link("bank").result = {
        "branch_name": "示范银行青禾支行", "visit_date": "2026-11-24", "visit_time": "10:00-10:30",
        "contact": "0990-5550100", "bring": "营业执照、公章。",
    }  # fmt: skip
    (item,) = [each for each in follow_up(case) if each.title == "到银行开立账户"]
    assert "法定代表人于 2026-11-24 10:00-10:30 到示范银行青禾支行面签。" in item.text
    assert "请携带：营业执照、公章。网点电话 0990-5550100。" in item.text
    assert faults(item.text) == []


def test_the_scope_says_which_licences_are_still_to_be_got():
    case = samples.whole_case()
    case.form = {
        **case.form,
        "company": {"scope": {"items": [{"code": "L102"}, {"code": "G303"}]}},
    }
    found = [item for item in follow_up(case) if "取得许可后方可经营" in item.title]
    assert [item.title for item in found] == ["“食品销售”：取得许可后方可经营"]
    assert "仅销售预包装食品的，不需要许可" in found[0].text
    assert found[0].basis == "食品安全法第三十五条"


@pytest.mark.parametrize(
    ("code", "title", "text"),
    [
        (
            "L101",
            "取得许可后方可经营",
            "开业前向市场监督管理部门申请食品经营许可证；需要什么条件和材料",
        ),
        ("L109", "取得许可后方可经营", "符合条件的，可以书面承诺，当场取得。"),
        ("G603", "需要备案", "向交通运输部门办理机动车维修经营备案。"),
    ],
)
def test_how_a_licence_is_got_is_told_where_it_is_known(code, title, text):
    case = samples.whole_case()
    case.form = {**case.form, "company": {"scope": {"items": [{"code": code}, {"code": "P102"}]}}}
    [item] = [each for each in follow_up(case) if each.title.startswith("“")]
    assert item.title.endswith(title)
    assert text in item.text
    assert item.basis
    assert faults(item.text) == []


def test_no_licence_is_asked_of_a_company_that_does_not_exist():
    case = samples.new_case()
    case.form = {"company": {"scope": {"items": [{"code": "L102"}]}}}
    assert titles(case, "duty") == []


def test_a_bank_that_refuses_is_no_authority():
    case = samples.new_case([samples.BANK])
    case.links[0].steps[0].state = LinkState.REFUSED
    (item,) = follow_up(case)
    assert "行政复议" not in item.text


def of_seals(**form):
    case = samples.whole_case()
    case.form = {**case.form, **form}
    return {item.title: item.text for item in follow_up(case) if item.link == "seal"}


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("window", "和证照包一起在出件窗口领取"),
        ("post", "是否和证照包一起寄出"),
        ("kiosk", "自助机上没有印章"),
        ("electronic", "实物印章仍要领取"),
    ],
)
def test_how_the_seals_are_got_follows_from_what_this_case_chose(mode, words):
    items = [{"kind": "official"}, {"kind": "finance", "qty": 2}]
    found = of_seals(delivery={"mode": mode}, seal={"items": items, "electronic": False})
    assert set(found) == {"领取印章"}
    assert found["领取印章"].startswith("公章 1 枚、财务专用章 2 枚由")
    assert words in found["领取印章"]
    assert faults(found["领取印章"]) == []


def test_an_electronic_seal_is_got_otherwise_by_whoever_heads_the_applicant():
    seal = {"items": [{"kind": "official"}], "electronic": True}
    found = of_seals(seal=seal)
    assert "法定代表人按刻章单位或者窗口告知的方式领取和授权" in found["启用电子印章"]
    sole = of_seals(seal=seal, applicant="individual")
    assert "经营者按刻章单位" in sole["启用电子印章"]


def test_seals_that_left_with_the_package_are_not_told_to_be_waited_for():
    case = samples.whole_case()
    case.form = {**case.form, "delivery": {"mode": "post"}}
    facts = {"carrier": "EMS", "tracking": "1234567890"}
    case.note("posted", at("20T18:00"), "window", code=str(case.package_version), facts=facts)
    text = next(item.text for item in follow_up(case) if item.title == "领取印章")
    assert "EMS寄出（运单号 1234567890）" in text
