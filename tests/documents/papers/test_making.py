"""The papers as a reader sees them: poppler's text of the printed pages."""

import hashlib
from datetime import UTC, datetime

import pytest

from forms.applicants import USUAL, applicants
from forms.materials import of_type
from forms.opening import check
from forms.sample import SAMPLE_DAY, handmade, person, sample
from kaiban.documents.package.packages import SAMPLE
from kaiban.documents.papers.making import TEMPLATES, NoSuchPaperError, Papers, numeral, places
from tests.documents.paper import pages_of, text_of

ALL = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")
AT = datetime(2026, 12, 1, 2, tzinfo=UTC)


def checked(form):
    found = check(form, today=SAMPLE_DAY)
    assert found.defects == ()
    return found.form


@pytest.fixture(scope="module")
def papers():
    return Papers(SAMPLE)


@pytest.fixture(scope="module")
def form():
    return checked(sample())


def read(papers, key, form, departments=ALL):
    return text_of(papers.one(key, form, departments, AT).pdf)


def test_every_produced_material_has_its_template_and_no_template_is_idle():
    there = {f"{path.relative_to(TEMPLATES)}" for path in TEMPLATES.rglob("*.html")}
    used = set()
    for kind in applicants().values():
        for one in of_type(kind.key):
            if one.produced:
                used.add(next(place for place in places(one.key, kind) if place in there))
    assert there - {"base.html", "macros.html"} == used


def test_the_papers_of_an_ordinary_opening(papers, form):
    made = papers.make(form, ALL, AT)
    exempt = {"owner_exemption"}
    assert [one.key for one in made] == [
        one.key for one in of_type(USUAL) if one.produced and one.key not in exempt
    ]
    assert {one.key for one in made if one.sensitive} == {"identity_annex", "roster_annex"}


def test_only_annexes_show_personal_data_whole(papers, form):
    people, staff = form["people"], form["staff"]["members"]
    private = {
        form["people"]["legal_rep"]["cert"]["no"],
        people["legal_rep"]["mobile"],
        people["legal_rep"]["residence"].replace(" ", ""),
        staff[0]["cert"]["no"],
        staff[0]["mobile"],
        f"{staff[0]['monthly_wage']}元",
    }
    annexes = ""
    for one in papers.make(form, ALL, AT):
        text = text_of(one.pdf)
        if one.sensitive:
            annexes += text
        else:
            assert {each for each in private if each in text} == set(), one.key
    assert {each for each in private if each not in annexes} == set()


def test_an_annex_tells_a_department_only_of_the_people_it_deals_with(papers, form):
    text = read(papers, "identity_annex", form, {"housing_fund"})
    assert form["housing_fund"]["clerk"]["cert"]["no"] in text
    assert form["people"]["supervisors"][0]["cert"]["no"] not in text


def test_the_articles_hold_what_article_46_of_the_company_law_asks_for(papers, form):
    text = read(papers, "articles", form)
    holder = form["people"]["holders"][0]
    for part in (
        form["company"]["name"]["full"],
        form["premises"]["detail"].replace(" ", ""),
        form["company"]["scope"]["text"],
        "注册资本为人民币100万元",
        holder["name"], "认缴出资额", "出资方式", "出资期限",
        "股东会由全体股东组成", "董事一名", "监事一名",
        "法定代表人由代表公司执行公司事务的董事担任",
        "全体股东签名（盖章）",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("name", "present", "absent"),
    [
        ("village_collective", ("公司不设股东会", "不设监事会和监事"), ("优先购买权", "监事一名")),
        ("rare_hanzi", ("股东会由全体股东组成",), ("公司不设股东会",)),
    ],
)
def test_the_articles_follow_the_company(papers, name, present, absent):
    text = read(papers, "articles", checked(handmade(name)))
    assert all(part in text for part in present)
    assert not any(part in text for part in absent)


def test_a_board_appears_where_there_is_one(papers):
    entry = sample()
    board = [{**person(900 + n), "position": "director"} for n in range(3)]
    board[0]["position"] = "chair"
    watchers = [{**person(950 + n), "staff_rep": n == 0, "chair": n == 1} for n in range(3)]
    entry["people"] |= {"directors": board, "legal_rep": person(900), "supervisors": watchers}
    entry["people"] |= {"supervision": "board", "manager": person(901)}
    form = checked(entry)
    assert "公司设董事会，由3名董事组成" in read(papers, "articles", form)
    text = read(papers, "appointments", form)
    assert f"选举{board[0]['name']}为公司董事长" in text
    assert f"选举{watchers[0]['name']}为职工代表监事" in text
    assert f"选举{watchers[1]['name']}为公司监事会主席" in text


def test_rare_hanzi_and_dotted_names_are_printed(papers):
    rare, dotted = checked(handmade("rare_hanzi")), checked(handmade("middle_dot"))
    holder = rare["people"]["holders"][0]["name"]
    assert holder in read(papers, "real_name", rare)
    assert "·" in (name := dotted["people"]["legal_rep"]["name"])
    assert name in read(papers, "power_of_attorney", dotted)


def test_a_character_no_font_has_is_told_and_left_to_the_pen(papers, form):
    entry = sample()
    entry["people"]["supervisors"][0]["name"] = (
        "王\U00033479"  # in Unicode since 2025, in no font here
    )
    text = read(papers, "real_name", checked(entry))
    assert "王〓" in text
    assert "U+33479" in text
    assert "U+" not in read(papers, "real_name", form)


def test_a_promise_says_what_was_answered(papers, form):
    entry = sample()
    entry["premises"] |= {"usage": "residential", "neighbours_consent": True}
    text = read(papers, "premises_promise", checked(entry))
    assert "民法典》第二百七十九条" in text
    assert "民法典" not in read(papers, "premises_promise", form)


def test_long_lists_run_over_pages_with_head_and_number_on_each(papers):
    entry = sample()
    one = entry["staff"]["members"][0]
    entry["staff"]["members"] = [one | person(4000 + n) for n in range(120)]
    for member in entry["staff"]["members"]:
        del member["residence"]
    paper = papers.one("roster", checked(entry), ALL, AT)
    pages = pages_of(paper.pdf)
    assert pages > 2
    for page in range(1, pages + 1):
        text = text_of(paper.pdf, first=page, last=page)
        assert f"第{page}页共{pages}页" in text
    assert "户籍性质" in text_of(paper.pdf, first=2, last=2)
    assert text_of(paper.pdf).count("990102********") == 120


def test_the_sample_mark_is_on_every_page_and_only_on_samples(papers, form):
    plain = SAMPLE.replace(" ", "")
    paper = papers.one("articles", form, ALL, AT)
    for page in range(1, pages_of(paper.pdf) + 1):
        assert plain in text_of(paper.pdf, first=page, last=page)
    assert plain not in text_of(Papers("").one("articles", form, ALL, AT).pdf)


def test_the_same_arguments_give_the_same_bytes(papers, form):
    first, second = (papers.one("seal_filing", form, ALL, AT) for _ in range(2))
    assert first.digest == second.digest == hashlib.sha256(first.pdf).hexdigest()
    assert "2026-12-0110:00" in text_of(first.pdf)


def test_what_somebody_typed_stays_text(papers):
    entry = sample()
    entry["premises"]["detail"] = "青云路<img src='file:///etc/passwd'>1号"
    assert "<imgsrc=" in read(papers, "premises_promise", checked(entry))


@pytest.mark.parametrize("key", ["lease", "owner_exemption", "nothing"])
def test_a_paper_the_form_does_not_call_for_is_refused(papers, form, key):
    with pytest.raises(NoSuchPaperError):
        papers.one(key, form, ALL, AT)


@pytest.mark.parametrize(
    ("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (29, "二十九"), (30, "三十")]
)
def test_numerals(number, words):
    assert numeral(number) == words
