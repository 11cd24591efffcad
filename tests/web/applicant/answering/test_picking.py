"""Choosing from a list without scripts: everything can be found, one press writes it, nothing else changes."""

import lxml.html
import pytest
from flask import render_template_string

from forms import codes
from forms.sections import SECTIONS
from forms.structure.pages import Page
from kaiban.web.form.answers import code_of
from kaiban.web.form.sheet import Sheet
from tests.web.following.cases import submit
from tests.web.visitor import Visitor

SCOPE = "company.scope.items"
FIRST = f"{SCOPE}.0.code"


def entry(city, filing):
    return city.kaiban.filings.get(filing.filing_id).entry


def picks(visitor):
    """Return the codes that can be chosen on the page."""
    return [each.get("value") for each in visitor.page.xpath("//button[@name='code']")]


def pick(visitor, code):
    return visitor.press_value(code)


def anchor(visitor):
    """Return where the last redirect led to, on the page."""
    return (
        visitor.answer.url.partition("#")[2]
        or visitor.answer.history[-1].headers["Location"].partition("#")[2]
    )


def twin(visitor):
    """Another tab of the same browser, on the same page."""
    other = Visitor(visitor.address)
    other.http.cookies.update(visitor.http.cookies)
    return other.open(visitor.path)


def test_a_scope_entry_is_found_by_its_trade_and_leads_back_to_its_question(filing, city):
    filing.go("scope").press_value(f"pick:{FIRST}")
    assert filing.heading == "选择“经营范围条目”"
    assert "现在还没有答案" in filing.text
    filing.follow("批发和零售业").follow("一般项目")
    assert "一般项目：凭营业执照即可经营，行业代码 F5211" in filing.text
    pick(filing, "G201")
    assert filing.control(FIRST).get("value") == "日用百货销售"
    assert anchor(filing) == filing.control(FIRST).get("id") == "company-scope-items-0-code"
    assert entry(city, filing)["company"]["scope"]["items"] == [{"code": "G201"}]


def test_what_was_typed_meanwhile_is_kept(filing, city):
    filing.go("name").press_value("pick:premises.region_code")
    filing.go("name")
    form, _ = filing.button("保存并继续")
    button = filing.page.xpath("//button[@value='pick:premises.region_code']")[0]
    filing.send(
        form, button, {"company.name.trade_name": "青禾云", "premises.detail": "青云路 18 号"}
    )
    pick(filing, "990103")
    assert filing.control("company.name.trade_name").get("value") == "青禾云"
    assert filing.control("premises.region_code").get("value") == "示范市云启区"
    assert entry(city, filing)["premises"] == {
        "region_code": "990103",
        "detail": "青云路 18 号",
    }
    filing.press("先保存，回清单")
    assert entry(city, filing)["premises"]["region_code"] == "990103"


def test_regions_begin_at_the_city_and_every_other_is_one_level_away(filing):
    filing.go("name").press_value("pick:premises.region_code")
    assert set(picks(filing)) == {"990102", "990103", "990104", "990105", "990121"}
    filing.follow("全部")
    assert "湖南省 · 娄底市" in filing.text
    assert "431302" in picks(filing)
    assert not {"430000", "431300", "990100"} & set(picks(filing))


@pytest.mark.parametrize(
    ("page", "place", "listed"),
    [
        ("scope", FIRST, codes.SCOPE),
        ("scope", "company.industry_code", codes.INDUSTRIES),
        ("bank", "bank.branch_cnaps", codes.BANK_BRANCHES),
    ],
)
def test_every_entry_of_every_list_is_reached_by_links(filing, page, place, listed):
    found, seen, ahead = set(), set(), [f"/a/{filing.filing_id}/{page}/pick/{place}?in="]
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        filing.open(address)
        found |= set(picks(filing))
        ahead += [
            a.get("href") for a in filing.page.xpath("//main//a") if "/pick/" in a.get("href")
        ]
    assert found == {item.code for item in listed.items}


def test_words_find_entries_and_a_long_answer_is_paged(filing):
    filing.go("scope").press_value(f"pick:{FIRST}")
    filing.press_get("查找", q="销售 农业")
    assert picks(filing) == ["G204"]
    assert "找到 1 项" in filing.text
    assert "批发和零售业" in filing.text
    filing.press_get("查找", q="服务")
    first = picks(filing)
    assert len(first) <= 20
    filing.press_get("查找", q="飞船")
    assert "没有找到“飞船”" in filing.text
    filing.follow("看全部分类")
    filing.go(f"scope/pick/{FIRST}", q="g")
    first = picks(filing)
    assert len(first) == 20
    filing.follow("下一页")
    assert picks(filing)
    assert not set(first) & set(picks(filing))


def test_one_more_row_is_there_once_it_is_chosen_and_not_before(filing, city):
    filing.go(f"scope/pick/{FIRST}", q="G101")
    pick(filing, "G101")
    filing.press("从列表中再选一项")
    assert filing.path.endswith(f"/pick/{SCOPE}.1.code")
    assert "经营范围条目 2" in filing.text
    filing.follow("不选，返回填写")
    assert filing.control(f"{SCOPE}.1.code") is None
    filing.press("从列表中再选一项")
    filing.press_get("查找", q="软件开发")
    assert "第 1 项已选" in filing.text
    filing.press_get("查找", q="餐饮")
    pick(filing, "L101")
    assert filing.control(f"{SCOPE}.1.code").get("value") == "餐饮服务"
    items = entry(city, filing)["company"]["scope"]["items"]
    assert [each["code"] for each in items] == ["G101", "L101"]


def test_the_answer_given_is_shown_and_can_be_changed(filing, city):
    filing.go("bank").press_value("pick:bank.branch_cnaps")
    assert "开元区 · 示范银行" in filing.text
    pick(filing, "990990100021")
    filing.press_value("pick:bank.branch_cnaps")
    assert "现在的答案：示范银行开元支行（虚构）" in filing.text
    pick(filing, "991990100018")
    assert entry(city, filing)["bank"]["branch_cnaps"] == "991990100018"


def test_a_way_back_to_the_last_look_is_not_lost(filing):
    filing.go("bank", come="check").press_value("pick:bank.branch_cnaps")
    filing.follow("全部")
    pick(filing, "990990100021")
    assert "come=check" in filing.path


def test_rows_that_moved_in_another_tab_are_not_overwritten(filing, city):
    for number, code in enumerate(("G101", "G102")):
        filing.go(f"scope/pick/{SCOPE}.{number}.code", q=code)
        pick(filing, code)
    filing.go(f"scope/pick/{FIRST}", q="L101")
    other = twin(filing)
    other.go("scope").remove(f"{SCOPE}.0")
    other.close()
    pick(filing, "L101")
    assert filing.status == 409
    assert "刚在别处修改过" in filing.heading
    assert "信息系统集成服务" in filing.text
    assert entry(city, filing)["company"]["scope"]["items"] == [{"code": "G102"}]
    filing.press("以我刚才填的为准")
    assert filing.status == 200
    assert entry(city, filing)["company"]["scope"]["items"] == [{"code": "L101"}]


def test_another_page_saved_meanwhile_does_not_disturb(filing, city):
    filing.go("bank").press_value("pick:bank.branch_cnaps")
    other = twin(filing)
    other.go("fund").press("先保存，回清单", housing_fund__payday="10")
    other.close()
    pick(filing, "990990100021")
    assert filing.status == 200
    assert entry(city, filing)["bank"]["branch_cnaps"] == "990990100021"
    assert entry(city, filing)["housing_fund"]["payday"] == 10


@pytest.mark.parametrize("code", ["", "X999", "430000", "软件开发"])
def test_what_is_not_in_the_list_is_not_written(filing, city, code):
    filing.go("name").press_value("pick:premises.region_code")
    before = entry(city, filing)
    form, button = filing.button("开元区")
    button.set("value", code)
    filing.send(form, button, {})
    assert filing.status == 422
    assert filing.mistakes == ["请从列表中选一项。"]
    assert entry(city, filing) == before


@pytest.mark.parametrize(
    "address",
    [
        "scope/pick/company.scope.items.code",
        f"scope/pick/{SCOPE}.2.code",
        f"scope/pick/{SCOPE}.50.code",
        f"scope/pick/{SCOPE}.-1.code",
        f"scope/pick/{SCOPE}.00.code",
        f"scope/pick/{SCOPE}.0.permit",
        f"scope/pick/{SCOPE}",
        "scope/pick/bank.branch_cnaps",
        "scope/pick/nothing.at.all",
        "scope/pick/.",
        "bank/pick/bank",
        "nowhere/pick/bank.branch_cnaps",
        "bank/pick/bank.branch_cnaps?in=123",
        "bank/pick/bank.branch_cnaps?in=990100.990102.990.990990100021",
    ],
)
def test_a_place_that_is_no_searched_question_is_not_there(filing, city, address):
    before = entry(city, filing)
    filing.go(address)
    assert filing.status == 404
    assert entry(city, filing) == before


@pytest.mark.parametrize("query", ["n=0", "n=x", "n=99999999999999999999", "n=٣", "q=%00", "in=."])
def test_an_odd_address_shows_a_list_all_the_same(filing, query):
    filing.go(
        f"scope/pick/{FIRST}?q=g&{query}" if "n=" in query else f"scope/pick/{FIRST}?{query}"
    )
    assert filing.status == 200


def test_looking_around_writes_nothing(filing, city):
    before = city.kaiban.filings.get(filing.filing_id)
    filing.go(f"scope/pick/{FIRST}", q="软件")
    filing.go(f"scope/pick/{SCOPE}.1.code")
    assert city.kaiban.filings.get(filing.filing_id) == before


def test_nobody_else_looks_in_and_a_case_is_not_changed(filing, city):
    stranger = Visitor(filing.address)
    stranger.open(f"/a/{filing.filing_id}/bank/pick/bank.branch_cnaps")
    assert stranger.status == 403
    stranger.close()
    submit(filing, city.form("选取"))
    filing.go("bank/pick/bank.branch_cnaps")
    assert filing.heading == "受理回执"


def test_a_district_is_meant_by_its_whole_name():
    assert code_of(codes.REGIONS, "示范市开元区") == "990102"
    assert code_of(codes.REGIONS, "开元区") == "990102"


def test_a_name_that_two_entries_have_means_neither():
    rows = (
        codes.Item("320106", "鼓楼区", {"full": "江苏省南京市鼓楼区"}),
        codes.Item("350102", "鼓楼区", {"full": "福建省福州市鼓楼区"}),
    )
    listed = codes.CodeList(
        "regions", "行政区划", "", "", rows, {each.code: each for each in rows}
    )
    assert code_of(listed, "福建省福州市鼓楼区") == "350102"
    assert code_of(listed, "鼓楼区") == "鼓楼区"


def suggested(filing, lang):
    filing.http.cookies.set("kaiban_lang", lang)
    filing.go("scope")
    address = filing.control(FIRST).get("data-suggest")
    return filing.http.get(filing.address + address, params={"q": "餐饮"}, timeout=60)


def test_suggestions_say_what_they_entail_in_the_language_of_the_page(filing):
    chinese, english = suggested(filing, "zh-CN"), suggested(filing, "en")
    [said] = [each["hint"] for each in chinese.json() if each["value"] == "餐饮服务"]
    assert said == "许可项目：取得许可证后才能经营，行业代码 H6210"
    [hint] = [each["hint"] for each in english.json() if each["value"] == "餐饮服务"]
    assert hint.endswith(", industry code H6210")
    assert hint.isascii()


def test_suggestions_of_one_language_are_not_kept_for_another(filing):
    chinese, english = suggested(filing, "zh-CN"), suggested(filing, "en")
    assert chinese.url != english.url
    assert "private" in english.headers["Cache-Control"]


QUESTION = (
    '{% from "form/question.html" import ask with context %}<main>{{ ask(question) }}</main>'
)


def asked(city, path, entry):
    """Return the control a question becomes on a page that leads to no list, as HTML."""
    app = city.kaiban.pages()
    page = Page("fix", "", "", "", (path,))
    with app.test_request_context("/"):
        question = Sheet(SECTIONS, entry).questions(page)[0]
        return lxml.html.fromstring(render_template_string(QUESTION, question=question))


def test_where_no_list_can_be_opened_a_short_one_is_shown_whole(city):
    page = asked(city, "premises.region_code", {"premises": {"region_code": "990103"}})
    options = page.xpath("//select[@name='premises.region_code']/option")
    assert [each.get("value") for each in options if each.get("selected") is not None] == [
        "示范市云启区"
    ]
    codes_sent = {code_of(codes.REGIONS, each.get("value")) for each in options} - {""}
    assert "990102" in codes_sent
    assert codes_sent <= set(codes.REGIONS.by_code) - {"430000", "431300", "990100"}


@pytest.mark.parametrize("path", ["company.industry_code", "bank.branch_cnaps"])
def test_where_no_list_can_be_opened_a_long_one_is_typed(city, path):
    page = asked(city, path, {})
    assert page.xpath(f"//input[@name='{path}'][@data-suggest]")
    assert page.xpath("//button") == []


def test_every_way_to_a_list_says_which_row_it_is_for(filing):
    filing.go("scope").press("再添加")
    names = [
        " ".join(each.text_content().split())
        for each in filing.page.xpath("//main//button[starts-with(@value, 'pick:')]")
    ]
    assert len(names) > 1
    assert len(set(names)) == len(names), names
    assert any("2" in name for name in names)
