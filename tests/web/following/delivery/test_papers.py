"""The papers the system wrote can be looked at after submission, as submitted or as they now stand."""

from urllib.parse import unquote

from forms.structure.pages import pages
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.orchestrator.applicant.correcting import take_over
from kaiban.web.materials.previews import Previews
from tests.web.filling import controls_of
from tests.web.following.cases import case_of, submit
from tests.web.visitor import Visitor


def see(visitor, key):
    return visitor.http.get(
        f"{visitor.address}/t/{visitor.filing_id}/papers/{key}.pdf", timeout=60
    )


def name_of(answer):
    return unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])


def test_papers_are_seen_as_they_were_submitted_and_by_nobody_else(submitted, city):
    visitor = submitted("文书禾")
    case = case_of(visitor, city)
    links = [link.name for link in case.links]
    city.pass_time(minutes=60)
    visitor.open(f"/t/{visitor.filing_id}").follow("交过的材料和文书")
    assert "按您提交的内容生成。第 1 版：" in visitor.text
    shown = visitor.page.xpath("//a[contains(@href, '/papers/')]/@href")
    wanted = [one.key for one in city.kaiban.form.materials(case.form, links) if one.produced]
    assert [link.rpartition("/")[2] for link in shown] == [f"{key}.pdf" for key in wanted]
    paper = see(visitor, "articles")
    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Cache-Control"] == "no-store"
    assert name_of(paper) == "公司章程（第 1 版）.pdf"
    papers = city.kaiban.papers
    assert paper.content == papers.one("articles", case.form, links, case.accepted_at).pdf
    for nothing in ("identity", "no-such-paper"):
        assert see(visitor, nothing).status_code == 404
    seen = city.kaiban.cases.disclosures(case.no)
    assert {one.kind for one in seen} <= {"department"}, "the owner looks at what is theirs"
    stranger = Visitor(city.address)
    assert stranger.open(f"/t/{visitor.filing_id}/papers/articles.pdf").status == 403
    stranger.close()


def test_the_annex_with_whole_numbers_is_kept_nowhere(submitted, city, monkeypatch):
    visitor = submitted("附页禾")
    kept = []
    monkeypatch.setattr(
        Previews,
        "get",
        lambda _self, key, write, *, keep: (kept.append((key[-1], keep)), write())[1],
    )
    see(visitor, "identity_annex")
    see(visitor, "articles")
    assert kept == [("identity_annex", False), ("articles", True)]


def test_after_a_correction_they_are_those_of_now_and_say_so(submitted, city):
    visitor = submitted("改前禾")
    before = see(visitor, "articles")
    city.pass_time(minutes=5)
    correct(city, case_of(visitor, city).no)
    after = see(visitor, "articles")
    assert (after.content != before.content, name_of(after)) == (True, "公司章程（第 2 版）.pdf")
    visitor.open(f"/t/{visitor.filing_id}/materials")
    assert "下面的文书按现在的内容生成，是第 2 版" in visitor.text
    now = city.hall.clock.now().astimezone(HALL_TIME)
    assert f"第 2 版：{now.year}年{now.month}月{now.day}日" in visitor.text
    assert "补正后" in visitor.text
    assert "提交时" in visitor.text


def correct(city, no):
    """Let the form be another one, as a correction does, without waiting for a department to ask for it."""
    office = city.kaiban.office
    with office.cases.transaction() as tx:
        case = tx.get(no)
        company = case.form["company"]
        name = {**company["name"], "full": "示范市改后禾有限公司"}
        case.note("corrected", office.clock.now(), "applicant", text="/company/name")
        take_over(office, case, {**case.form, "company": {**company, "name": name}})
        tx.save(case)


def test_a_link_that_joins_brings_its_papers_and_a_version(filing, city):
    form = city.form("版云禾")
    visitor = submit(filing, form, "bank", but=("bank",))
    assert see(visitor, "account_application").status_code == 404
    city.pass_time(minutes=5)
    visitor.open(f"/t/{visitor.filing_id}/more?links=bank&go=1&brought=1")
    bank = next(each for each in pages() if each.name == "bank")
    visitor.send(*visitor.button("提交增办"), controls_of(form, bank))
    assert visitor.heading == "办理进度", visitor.mistakes
    paper = see(visitor, "account_application")
    assert name_of(paper) == "单位银行结算账户开户申请书（第 2 版）.pdf"
    visitor.open(f"/t/{visitor.filing_id}/materials")
    assert "增办环节后" in visitor.text
