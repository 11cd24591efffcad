"""Reading everything back: calm, complete, nobody's details twice."""

import re

import pytest

from tests.web.filling import fill_in


def words(element):
    return " ".join(element.text_content().split())


@pytest.fixture
def form(city):
    return city.form()


def read_back(filing, form):
    """What the page shows: (heading or "", key, value) of every row, in order."""
    fill_in(filing, form)
    filing.go("check")
    found = []
    for row in filing.page.xpath("//main//dl/div"):
        head = row.xpath("ancestor::*[contains(@class, 'kb-block')]//h3")
        key, value = row.find("dt"), row.find("dd")
        found.append((words(head[0]) if head else "", words(key), words(value)))
    return found


def by_key(rows, title=""):
    return {key: value for head, key, value in rows if head == title}


def test_who_stands_in_several_places_is_read_back_once(filing, form):
    holder = form["people"]["holders"][0]
    form["people"]["manager"] = {
        key: holder[key] for key in ("name", "cert", "mobile", "residence") if key in holder
    }
    rows = read_back(filing, form)
    assert by_key(rows, "股东 1")["姓名或名称"] == holder["name"]
    same = "身份证件、手机号码"
    assert by_key(rows)["经理"] == f"{holder['name']}（{same}与“股东 1”相同）"


def test_of_a_group_that_was_not_all_said_again_the_answers_are_named(filing, form):
    holder = form["people"]["holders"][0]
    cert = {key: holder["cert"][key] for key in ("type", "no")}
    form["people"]["manager"] = {"name": holder["name"], "cert": cert, "mobile": holder["mobile"]}
    assert by_key(read_back(filing, form))["经理"].endswith(
        "（证件类型、证件号码、手机号码与“股东 1”相同）"
    )


def test_what_is_hidden_wholly_is_not_read_back(filing, form):
    assert "****" not in {value for _, _, value in read_back(filing, form)}


def test_what_differs_between_two_mentions_of_one_person_is_shown(filing, form):
    holder = form["people"]["holders"][0]
    form["people"]["manager"] = {
        "name": holder["name"],
        "cert": holder["cert"],
        "mobile": "13900001234",
    }
    told = by_key(read_back(filing, form))["经理"]
    assert "手机号码 139****1234" in told
    assert "（身份证件与“股东 1”相同）" in told, "nobody has said an address here"
    assert holder["cert"]["no"][-4:] not in told


def test_small_groups_take_one_row_and_large_ones_have_a_heading(filing, form):
    rows = read_back(filing, form)
    assert by_key(rows)["印章 1"].startswith("印章种类 公章，材质 ")
    assert by_key(rows, "企业名称")["字号"] == form["company"]["name"]["trade_name"]
    change = filing.page.xpath("//main//*[contains(@class, 'kb-block__head')]/a")[0]
    assert words(change) == "修改 企业名称"
    assert change.get("href").endswith("/name?come=check#company-name")


def test_what_follows_from_the_answers_is_read_back_with_them(filing, form):
    rows = read_back(filing, form)
    name = form["company"]["name"]
    assert name["trade_name"] in by_key(rows, "企业名称")["企业名称"]
    assert by_key(rows)["经营范围"].startswith("一般项目：")
    assert by_key(rows, "股东 1")["出资比例"].endswith("%")


def test_promises_are_read_back_together(filing, form):
    confirmed = by_key(read_back(filing, form))["已确认"].split("、")
    assert len(confirmed) == len(form["consents"])


def test_every_colleague_has_one_row_that_leads_to_their_page(filing, form):
    rows = read_back(filing, form)
    members = [value for _, key, value in rows if key.startswith("职工 ")]
    assert [each.split("，")[0] for each in members] == [
        f"姓名 {one['name']}" for one in form["staff"]["members"]
    ]
    link = filing.page.xpath("//main//a[contains(@href, '/staff/1')]")
    assert words(link[0]) == "修改 职工 2"


def test_an_english_page_tells_it_in_english_but_for_what_was_typed(filing, form):
    fill_in(filing, form)
    filing.press_value("en").go("check")
    told = filing.text
    assert "Shareholder 1" in told
    assert "Home address: as for “Shareholder" in told
    assert form["people"]["holders"][0]["name"] in told
    assert "Sex Female" in told or "Sex Male" in told
    assert "Unlimited" in told
    amount = form["company"]["capital"]["amount"]
    assert f"Registered capital {amount} × 10,000 yuan" in told
    assert "Currency Renminbi, Contribution deadline" in told
    assert re.search(r"Contribution deadline [0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2}", told)
    assert not re.search(r"[0-9](年|月| [份枚人元])", told)


@pytest.mark.parametrize(
    ("page", "text"),
    [("scope", "经营范围"), ("delivery", "领取方式"), ("seal", "印章")],
)
def test_a_question_that_only_repeats_its_title_is_not_shown_twice(filing, page, text):
    filing.go(page)
    assert filing.heading == text
    first = filing.page.xpath("//main//form//*[self::legend or self::label]")[0]
    assert words(first) == text
    assert first.xpath("ancestor::div[@class='kb-echo']")


def test_of_a_page_nobody_has_begun_only_that_is_said(filing):
    filing.go("licence").press("先保存，回清单", company__postal_code="1")
    filing.go("check")
    assert filing.mistakes.count("“印章”还没有填写。") == 1
    assert not [each for each in filing.mistakes if "印章" in each and "填写" not in each]
    assert len([each for each in filing.mistakes if "联系电话" in each]) == 1
    link = next(a for a in filing.page.iter("a") if a.text_content() == "“印章”还没有填写。")
    assert link.get("href").endswith("/seal?come=check")


def test_a_sum_is_read_back_in_capital_numerals_too(filing, form):
    form["company"]["capital"]["amount"] = 100
    values = {value for _, _, value in read_back(filing, form)}
    assert any("100 万元（壹佰万元整）" in value for value in values), values
