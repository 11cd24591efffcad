"""Articles, decisions and application of one company say the same, whatever company it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.sample import handmade, names, person, sample
from forms.values.addresses import full_address
from tests.documents.papers.reading import papers_of

WATCHES = ("one", "none", "board", "audit_committee")


@st.composite
def companies(draw):
    """A form that passes: with one holder or two, a board or none, every way of supervision, heads of either kind."""
    form = sample(draw(st.integers(0, 50)))
    people, company = form["people"], form["company"]
    if draw(st.booleans()):
        company["entity_type"] = "1151"
        people["holders"] = [{**people["holders"][0], "subscribed": 100}]
        people["beneficial_owners"] = [{**people["beneficial_owners"][0], "share_pct": 100}]
    company["term"] = draw(st.sampled_from(["长期", "2046-11-30"]))
    watch = draw(st.sampled_from(WATCHES))
    board = draw(st.booleans()) or watch == "audit_committee"
    years = draw(st.integers(1, 3))
    directors = [{**person(90_000 + n), "term_years": years} for n in range(4 if board else 1)]
    for number, one in enumerate(directors):
        one["position"] = ("chair", "vice_chair", "director", "director")[number]
        one["audit_member"] = watch == "audit_committee" and number > 0
        one["staff_rep"] = board and number == 3 and draw(st.booleans())
    if not board:
        directors[0]["position"] = "sole_director"
    manager = draw(st.sampled_from([None, directors[0], person(91_000)]))
    head = draw(st.sampled_from([directors[0], *([manager] if manager else [])]))
    supervisors = {
        "one": [{**person(92_000), "staff_rep": False}],
        "board": [{**person(92_000 + n), "staff_rep": n == 0, "chair": n == 1} for n in range(3)],
    }
    people |= {
        "directors": directors,
        "legal_rep": {key: head[key] for key in ("name", "cert", "mobile", "residence")},
        "supervision": watch,
        "supervisors": supervisors.get(watch, []),
        "no_supervisor_agreed": watch == "none",
        "manager": manager and {key: manager[key] for key in ("name", "cert", "mobile")},
    }
    return form


@given(companies())
@settings(max_examples=60, deadline=None)
def test_articles_decisions_and_application_agree(entry):
    form, told = papers_of(entry)
    for agree in (on_the_head, on_the_holders, on_the_company, on_offices, on_supervision):
        agree(form, form["people"], told["articles"], told["appointments"], told["application"])


def by_holders(decisions):
    """Return what the holders decided, without the name of the paper."""
    decisions = decisions.replace("股东会决议（股东决定）及任职文件", "")
    return re.split("职工民主选举结果|董事会决议|董事决定根据", decisions)[0]


def on_the_head(_form, people, articles, decisions, application):
    """Who decides who represents the company is whoever the articles say (公司法 art. 46 (7))."""
    (decided_by,) = re.findall("担任，由(股东会|股东|董事会|董事)决定产生和变更", articles)
    appointing = f"由{people['legal_rep']['name']}代表公司执行公司事务，担任公司的法定代表人"
    assert decisions.count(appointing) == 1
    assert (appointing in by_holders(decisions)) is decided_by.startswith("股东")
    assert f"{decided_by}决定" in application


def on_the_holders(_form, people, articles, decisions, _application):
    """One holder elects nobody and meets nobody; several do not decide alone."""
    words = articles + by_holders(decisions)
    alone = ("全体股东", "股东会由", "股东会决议", "由股东选举", "股东决议")
    several = ("公司不设股东会", "委派")
    for word in alone if len(people["holders"]) == 1 else several:
        assert word not in words, word


def on_the_company(form, _people, articles, _decisions, application):
    """Term, seat, capital and scope are the same in every paper."""
    limited = form["company"]["term"] != "长期"
    assert ("至2046年11月30日止" in articles) is ("经营期限届满" in articles) is limited
    amount = f"{form['company']['capital']['amount']}万元"
    for word in (full_address(form["premises"]), form["company"]["scope"]["text"], amount):
        assert "".join(word.split()) in articles
        assert "".join(word.split()) in application


def on_offices(_form, people, articles, decisions, application):
    """Everybody who holds an office is put into it by a paper and stands in the application."""
    for one in (*people["directors"], *people["supervisors"]):
        assert one["name"] in decisions.partition("任职信息")[0]
        assert one["name"] in application
        assert "职工代表" in articles or not one["staff_rep"]
    managed = bool(people.get("manager"))
    officer = people["finance_officer"]["name"]
    assert (f"根据经理的提名，聘任{officer}" in decisions) is managed
    assert ("根据经理的提名" in articles) is managed
    assert ("公司不设经理" in articles) is not managed


def on_supervision(_form, people, articles, decisions, _application):
    """The body that supervises has its rules where there is one, and as many members as the form names."""
    for body, code in (("监事会每年度至少", "board"), ("审计委员会每年度至少", "audit_committee")):
        assert (body in articles) is (people["supervision"] == code)
    assert ("监事会主席" in decisions) is (people["supervision"] == "board")
    sizes = [len(people["directors"])] if len(people["directors"]) > 1 else []
    if people["supervision"] == "audit_committee":
        sizes.append(sum(one["audit_member"] for one in people["directors"]))
    assert re.findall(r"由(\d+)名董事组成", articles) == list(map(str, sizes))


@pytest.mark.parametrize("name", names())
def test_whoever_answers_for_a_matter_signs_its_paper(name):
    form, told = papers_of(handmade(name))
    head = form["people"]["legal_rep"]["name"].replace(" ", "")
    for key in (
        "seal_filing",
        "tax_confirmation",
        "account_application",
        "unit_insurance",
        "unit_fund",
    ):
        assert f"法定代表人签名：{head}" in told[key], key
        assert "身份与联系信息附页" in told[key]
    if "power_of_attorney" in told:
        assert f"由法定代表人签署：{head}" in told["power_of_attorney"]


def test_articles_say_what_the_company_law_asks_of_accounts():
    # 公司法 (2023) art. 208 (audited), 209 (sent to the holders by a day the articles name).
    _, told = papers_of(sample())
    assert "依法经会计师事务所审计，并在会计年度终了后四个月内送交各股东" in told["articles"]


def test_holders_consent_for_themselves_and_not_for_employees():
    _, told = papers_of(sample())
    assert "处理本人的身份证件号码" in told["commitments"]
    assert "取得职工本人的单独同意" in told["commitments"]


def test_a_paper_has_no_row_for_what_was_never_asked():
    _, told = papers_of(sample())
    assert "利害关系业主" not in told["premises_promise"]
    assert "一般纳税人生效月份" not in told["tax_confirmation"]
