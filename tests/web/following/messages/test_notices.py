"""Every notice stands on a page of its owner's, with the proof of its delivery, and as a paper."""

from dataclasses import replace

import pytest

from kaiban.domain.hours.term import Term
from kaiban.orchestrator.window.notices.composing import Finding, add_finding, issue_notice
from kaiban.orchestrator.window.notices.notice_papers import archived, notice_sheet
from tests.documents.paper import text_of
from tests.web.following.cases import case_of, wait_until
from tests.web.visitor import Visitor

BY = "03 号窗口 李敏"


def fetch(visitor, path):
    return visitor.http.get(f"{visitor.address}{path}", timeout=60)


def printed(city, no):
    """Print the notice as the window would; the page has what was printed first."""
    office = city.kaiban.office
    sheet = notice_sheet(office, office.cases.read(no), 1)
    return archived(office, sheet, city.kaiban.printed_notice).pdf


def test_a_notice_is_shown_proved_and_printed_for_its_owner_alone(submitted, city):
    visitor = submitted("告云禾")
    office, no = city.kaiban.office, case_of(visitor, city).no
    page = f"/t/{visitor.filing_id}/notices"
    visitor.open(page)
    assert "还没有告知书" in visitor.text
    add_finding(office, no, Finding(BY, code="window.lease", link="registration"))
    visitor.open(f"/t/{visitor.filing_id}")
    assert "正在汇总" in visitor.text
    issue_notice(office, no, BY)
    visitor.open(page)
    for expected in (
        "房屋租赁合同缺页",
        "市场主体登记管理条例第十六条",
        "租赁合同原件",
        "您在网上打开",
        "等您补正",
    ):
        assert expected in visitor.text, expected
    reads = [event for event in case_of(visitor, city).events if event.kind == "notice_read"]
    visitor.open(page)
    assert len(reads) == 1
    assert len([e for e in case_of(visitor, city).events if e.kind == "notice_read"]) == 1
    kept = printed(city, no)
    paper = fetch(visitor, f"{page}/1.pdf")
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.content == kept
    text = text_of(paper.content)
    assert "房屋租赁合同缺页" in text
    assert city.kaiban.filings.get(visitor.filing_id).code not in text, "staff print it, too"
    assert fetch(visitor, f"{page}/2.pdf").status_code == 404
    stranger = Visitor(city.address)
    assert stranger.open(page).status == 403
    stranger.close()


@pytest.fixture
def termed(city):
    """Return a function: another term for answering notices, for this test."""
    office, usual = city.kaiban.office, city.kaiban.office.city

    def termed(term):
        notices = replace(usual.notices, answer=term)
        object.__setattr__(office, "city", replace(usual, notices=notices))

    yield termed
    object.__setattr__(office, "city", usual)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term(10, "本市规范"), "到期前会提醒您"),
        (Term(10, "本市规范", ()), "到期前不另外提醒"),
        (Term(), "本市没有规定补正的期限，不会到期提醒。"),
    ],
)
def test_a_reminder_is_announced_where_one_comes(submitted, city, termed, term, said):
    visitor = submitted("期云禾")
    no = case_of(visitor, city).no
    add_finding(city.kaiban.office, no, Finding(BY, code="window.lease", link="registration"))
    issue_notice(city.kaiban.office, no, BY)
    termed(term)
    visitor.open(f"/t/{visitor.filing_id}/notices")
    assert said in visitor.text
    assert visitor.text.count("提醒") == 1
    assert ("（含当日）" in visitor.text) == bool(term.working_days)


def test_a_material_the_window_asks_for_is_brought_on_the_page(submitted, city):
    visitor = submitted("补云禾")
    office, no = city.kaiban.office, case_of(visitor, city).no
    add_finding(office, no, Finding(BY, code="window.identity_copy"))
    issue_notice(office, no, BY)
    visitor.open(f"/t/{visitor.filing_id}/fix").follow("上传这项材料")
    assert "身份证件" in visitor.text


def test_a_refusal_is_printed_with_rule_and_terms(submitted, city):
    visitor = submitted("测试驳回登记")
    wait_until(visitor, city, lambda case: case.ended)
    visitor.open(f"/t/{visitor.filing_id}/notices")
    assert "不予办理告知书" in visitor.text
    paper = fetch(visitor, f"/t/{visitor.filing_id}/refusals/registration.pdf")
    text = text_of(paper.content)
    assert "行政复议法（2023修订）第二十条" in text
    assert fetch(visitor, f"/t/{visitor.filing_id}/refusals/tax.pdf").status_code == 404
