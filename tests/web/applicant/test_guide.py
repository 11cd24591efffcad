"""What the guide says before anything is filled in: for this choice, and no other."""

import pytest

from forms.applicants import applicants
from forms.materials import CONDITIONS, of_type

REGISTRATION_ONLY = "/guide?links=registration&promise=two_days"


def stages(visitor):
    found = visitor.page.xpath("//ol[@class='kb-stages']/li")
    return [" ".join(each.text_content().split()) for each in found]


def test_the_first_page_leads_to_it_and_it_begins_a_filing(visitor):
    visitor.follow("先看办事指南")
    assert visitor.heading == "办事指南"
    visitor.press("开始填写")
    assert "选择办理事项" in visitor.heading


def test_what_may_begin_at_once_stands_before_what_waits_for_the_credit_code(visitor):
    visitor.open("/guide")
    first, second, *_ = stages(visitor)
    assert first.startswith("提交后马上开始")
    assert "员工参保登记（预登记）" in first
    assert "办出：统一社会信用代码" in first
    assert second.startswith("取得")
    assert "公章刻制" in second
    assert "公积金缴存登记（正式登记）" in second


def test_paper_invoices_are_told_as_the_exception_they_are(visitor):
    visitor.open("/guide")
    assert "申领发票还要先等" in visitor.text
    visitor.open(REGISTRATION_ONLY)
    assert "还要先等" not in visitor.text


def test_only_the_chosen_links_count(visitor):
    visitor.open(REGISTRATION_ONLY)
    assert len(stages(visitor)) == 1
    assert "房屋租赁合同：租用经营场所的" in visitor.text
    assert "银行" not in visitor.text.partition("换一种选法")[0]
    assert "两个工作日办结" in visitor.text
    assert "职工名册" not in visitor.text
    visitor.open("/guide?links=social_insurance&links=registration")
    assert "职工名册：已有职工的" in visitor.text


def test_what_cannot_be_done_alone_and_what_nobody_knows_is_said(visitor):
    visitor.open("/guide?links=seal&links=medical&promise=never")
    assert visitor.status == 200
    assert "没有这些环节，没有算在内：medical" in visitor.text
    assert "“公章刻制”需要先有统一社会信用代码" in visitor.text
    assert "五小时办结" in visitor.text


def test_hostile_addresses_are_answered(visitor):
    visitor.open("/guide?links=%3Cscript%3E&links=" + "x" * 4000 + "&promise=%00")
    assert visitor.status == 200
    assert b"<script>&" not in visitor.answer.content
    assert "x" * 41 not in visitor.text


def test_fees_are_the_citys_own_words(visitor):
    visitor.open("/guide")
    assert "首套印章由政府承担" in visitor.text


def test_the_choice_of_a_filing_is_taken_along(filing):
    filing.go("links")
    filing.press("保存并继续", links=["registration", "seal"])
    filing.follow("办事指南")
    assert "links=registration&links=seal" in filing.answer.url
    assert len(stages(filing)) == 2


@pytest.mark.parametrize("applicant", applicants())
def test_what_not_everybody_needs_says_who_does(applicant):
    some = [each for each in of_type(applicant) if each.when({}) is False]
    assert len(some) >= len(CONDITIONS) - 2
    for each in some:
        assert each.condition, each.key
        assert "{" not in each.condition


def test_who_needs_a_partners_licence_is_called_a_partner():
    told = {each.key: each.condition for each in of_type("partnership")}
    assert told["holder_licence"] == "有合伙人不是自然人的"
