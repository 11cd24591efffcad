"""A case that came to nothing: one page that says only what is true of each department's step."""

from decimal import Decimal

import pytest

from forms.applicants import APPLICANT, USUAL, applicants, unasked
from forms.opening import check
from forms.sample import SAMPLE_DAY, sample
from kaiban.documents.package.endings import ending
from kaiban.documents.package.verify import verify_file
from kaiban.documents.papers.answers import Answers
from kaiban.domain.cases.link import LinkState, Step
from tests.documents import samples
from tests.documents.paper import pages_of, text_of
from tests.documents.samples import NOW, at
from tests.prose import faults

LONG = "示范市青禾区" + "云启智造数字经济产业融合发展" * 4 + "股份有限公司"
SENT = (LinkState.READY, LinkState.SENDING, LinkState.SUBMITTED)


def moved(case, name, *states, step=0, reason="", code=""):
    link = case.link(name)
    if LinkState.SUBMITTED in states:
        link.steps[step].submitted_at = at("20T09:10")
    for state in states:
        last = state is states[-1]
        case.move(
            link, link.steps[step], state, at("20T09:10"),
            reason=reason if last else "", code=code if last else "",
        )  # fmt: skip
    return link


def refused(company=samples.COMPANY, reason="字号与已登记的同行业企业“青禾”相同。"):
    case = samples.new_case(company=company)
    case.link("housing_fund").steps = [Step("pre"), Step("confirm")]
    moved(case, "registration", *SENT, LinkState.REFUSED, reason=reason, code="R01")
    moved(case, "housing_fund", *SENT, LinkState.DONE)
    case.keep(
        case.link("housing_fund"), case.link("housing_fund").steps[0], at("20T10:00"),
        "“住房公积金缴存登记”已办结，不能撤销；如需注销请向示范市住房公积金管理中心（模拟）办理",
    )  # fmt: skip
    moved(case, "housing_fund", LinkState.CANCELLED, step=1)
    moved(case, "social_insurance", *SENT, LinkState.CANCELLED)
    for name in ("seal", "tax", "bank"):
        moved(case, name, LinkState.CANCELLED, reason="前置环节未办成")
    return case


def printed(case):
    package = samples.packages(signing=samples.signing()).make(case, 1, NOW)
    assert verify_file(package.archive).ok
    return package, text_of(package.pdf)


@pytest.fixture(scope="module")
def notice():
    return printed(refused())


def test_a_refused_case_gets_one_page(notice):
    package, text = notice
    assert pages_of(package.pdf) == 1
    assert "不予登记通知" in text
    assert "证照包" not in text
    assert faults(text) == []


@pytest.mark.parametrize(
    "said",
    [
        "原因字号与已登记的同行业企业“青禾”相同。",
        "部门答复代码R01",
        "可以依法申请行政复议或者提起行政诉讼",
        "行政许可法第三十八条",
        "期限以该单位的书面决定为准，窗口可以告知",
        "公章刻制示范市公安局（模拟）没有送到该单位。",
        "预登记示范市住房公积金管理中心（模拟）“住房公积金缴存登记”已办结，不能撤销；",
    ],
)
def test_the_notice_says_why_what_can_be_done_and_what_stays(notice, said):
    assert said in notice[1]


def test_a_fund_with_a_pre_registration_is_not_called_cancelled():
    case = refused()
    assert case.link("housing_fund").state_title == "部分已办，其余停办"
    assert case.link("seal").state_title == "已取消"
    stays = {each.title: each.text for each in ending(case).left}
    assert stays["住房公积金缴存登记 · 正式登记"] == "没有送到该单位。"
    assert stays["员工参保登记"] == "该单位已取消这份申请。"


def test_a_withdrawn_case_is_told_as_withdrawn():
    case = samples.new_case()
    case.withdrawing = True
    for link in case.links:
        moved(case, link.name, LinkState.CANCELLED, reason="申请人已撤回")
    package, text = printed(case)
    assert pages_of(package.pdf) == 1
    assert "撤回通知" in text
    assert "行政复议" not in text
    assert text.count("没有送到该单位。") == 6


def test_a_case_with_anything_done_or_open_gets_its_package():
    assert ending(samples.whole_case()) is None
    assert ending(samples.new_case()) is None


@pytest.mark.parametrize("company", [LONG, "", "示范市𠮷䶮𬱖软件有限公司"], ids=len)
def test_any_name_and_a_long_reason_are_printed_whole(company):
    reason = "提交的材料不符合要求" * 20
    _, text = printed(refused(company=company, reason=reason))
    assert (company or "（名称未填写）") in text
    assert reason in text


@pytest.mark.parametrize(
    "detail",
    ["云溪大道 88 号 3 幢 1201 室", "湖南省示范市云启区云溪大道 88 号 3 幢 1201 室"],
    ids=["plain", "pasted"],
)
def test_the_registrars_sheet_says_what_the_licence_says(detail):
    case = samples.whole_case()
    case.form = {
        "company": {
            "name": {"full": samples.COMPANY},
            "entity_type": "1130", "capital": {"amount": Decimal(100), "currency": "CNY"},
            "scope": {"items": [{"code": "G303"}], "text": "软件开发；信息技术咨询服务"},
        },
        "people": {"legal_rep": {"name": "陈𠮷"}},
        "premises": {"region_code": "990103", "detail": detail},
    }  # fmt: skip
    package, text = printed(case)
    sheet = text_of(package.pdf, first=2, last=2)
    for said in (
        "法定代表人陈𠮷",
        "注册资本100万元人民币",
        "住所示范市云启区云溪大道88号3幢1201室",
        "经营范围软件开发；信息技术咨询服务",
    ):
        assert said in sheet
    assert "SHA-256" not in sheet
    assert "SHA-256" in text_of(package.pdf, first=10, last=10)
    assert faults(text) == []


@pytest.mark.parametrize(
    "kind",
    [key for key in applicants() if ("company", "capital") not in unasked({APPLICANT: key})],
)
def test_the_registrars_sheet_has_the_words_of_the_type(kind):
    entry = sample(7, SAMPLE_DAY, kind)
    found = check(entry, today=SAMPLE_DAY, wanted=set(entry) - {APPLICANT}).form
    form = Answers({APPLICANT: kind})
    head, capital = form.label("people.legal_rep"), applicants()[kind].capital
    case = samples.whole_case()
    case.form = {
        "applicant": kind,
        "company": {
            "name": {"full": samples.COMPANY},
            "entity_type": found["company"]["entity_type"],
            "capital": {"amount": Decimal(100), "currency": "CNY"},
        },
        "people": {"legal_rep": {"name": "陈一"}},
    }
    package, _ = printed(case)
    sheet = text_of(package.pdf, first=2, last=2)
    assert f"{head}陈一" in sheet
    assert f"{capital}100万元人民币" in sheet
    assert ("注册资本100万元" in sheet) is (kind == USUAL)
