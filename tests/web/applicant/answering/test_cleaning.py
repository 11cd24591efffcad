"""What nobody can see is told by name and place, and goes at the press of a button."""

import pytest

BUTTON = "去掉看不见的符号"
TRADE_NAME, INDUSTRY = "company.name.trade_name", "company.name.industry"


def buttons(visitor):
    return [
        each.get("value") for each in visitor.page.xpath("//button[starts-with(@value, 'clean:')]")
    ]


def stored(city, filing):
    return city.kaiban.filings.get(filing.filing_id).entry


def test_the_sign_is_named_and_goes_with_one_press(filing, city):
    filing.go("name")
    filing.press("保存并继续", **{TRADE_NAME: "青\u200b禾\u202e云", INDUSTRY: "软\u00ad件"})
    [told] = [each for each in filing.mistakes if "U+200B" in each]
    assert "第 1 个字“青”之后有一个看不见的符号（零宽空格 U+200B）" in told
    assert buttons(filing) == [f"clean:{TRADE_NAME}", f"clean:{INDUSTRY}"]
    filing.press_value(f"clean:{TRADE_NAME}")
    assert filing.status == 422, "what else is wrong is still to be mended"
    assert filing.control(TRADE_NAME).get("value") == "青禾云"
    read = filing.page.xpath("//main//ul/li[strong]")
    assert [" ".join(each.text_content().split()) for each in read] == ["企业名称 字号 青禾云"]
    assert not any("U+200B" in each for each in filing.mistakes)
    assert any("软连字符 U+00AD" in each for each in filing.mistakes), "the other field as it was"
    assert buttons(filing) == [f"clean:{INDUSTRY}"]
    kept = stored(city, filing)["company"]["name"]
    assert (kept["trade_name"], kept["industry"]) == ("青禾云", "软\u00ad件")


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("name", TRADE_NAME),
        ("holders", "people.holders.0.name"),
        ("staff/0", "staff.members.0.name"),
    ],
)
def test_on_a_page_only_begun_no_open_question_is_a_mistake(filing, page, place):
    form, _ = filing.go(page).button("保存并继续")
    values = {**dict(form.form_values()), place: "青\u200b禾", "do": "later"}
    filing.http.post(filing.address + form.get("action"), data=values, timeout=60)
    filing.go(page).press_value(f"clean:{place}")
    assert filing.control(place).get("value") == "青禾"
    assert filing.mistakes == []
    filing.press("保存并继续")
    assert filing.mistakes, "gone on from, it says what is still open"


def test_what_else_was_typed_on_the_page_is_kept(filing):
    filing.go("name").press("保存并继续", **{TRADE_NAME: "青\u200b禾"})
    form, button = filing.button(BUTTON)
    filing.send(form, button, {INDUSTRY: "餐饮"})
    assert filing.control(TRADE_NAME).get("value") == "青禾"
    assert filing.control(INDUSTRY).get("value") == "餐饮"


def test_a_text_all_can_see_has_no_such_button(filing):
    filing.go("name").press("保存并继续", **{TRADE_NAME: "青禾😀"})
    assert filing.mistakes
    assert buttons(filing) == []


def test_a_row_with_a_page_of_its_own_has_the_button_too(filing, city):
    filing.go("staff/0").press("保存并继续", **{"staff.members.0.name": "张\u200d三"})
    assert any("零宽连字符 U+200D" in each for each in filing.mistakes)
    filing.press(BUTTON, **{"staff.members.0.mobile": "13800000000"})
    assert filing.path.partition("?")[0].endswith("/staff/0")
    assert filing.control("staff.members.0.name").get("value") == "张三"
    member = stored(city, filing)["staff"]["members"][0]
    assert (member["name"], member["mobile"]) == ("张三", "13800000000")


def test_a_sensitive_answer_is_read_back_masked(filing, city):
    home = "people.holders.0.residence"
    filing.go("holders").press(
        "保存并继续", **{"people.holders.0.name": "张三", home: "示范市开\u200b元路九十九号"}
    )
    assert any("第 4 个字之后" in each for each in filing.mistakes)
    filing.press_value(f"clean:{home}")
    [read] = filing.page.xpath("//main//ul/li/strong")
    assert "开元路" not in read.text
    assert "****" in read.text
    assert stored(city, filing)["people"]["holders"][0]["residence"] == "示范市开元路九十九号"


def test_of_a_sensitive_answer_of_such_signs_alone_nothing_is_read_back(filing):
    home = "people.holders.0.residence"
    filing.go("holders").press("保存并继续", **{"people.holders.0.name": "张三", home: "\u200b"})
    filing.press_value(f"clean:{home}")
    assert filing.control(home).get("value") == ""
    assert not filing.page.xpath("//main//ul/li/strong")


def test_where_two_tabs_differ_by_such_a_sign_alone_it_is_said(filing):
    form, button = filing.go("name").button("保存并继续")
    filing.press("保存并继续", **{TRADE_NAME: "青禾\u200b云"})
    filing.send(form, button, {TRADE_NAME: "青禾云"})
    assert filing.status == 409
    row = next(each for each in filing.page.xpath("//tr") if "青禾云" in each.text_content())
    cells = [" ".join(each.text_content().split()) for each in row.xpath("./td")]
    assert len(set(cells)) == len(cells)
    assert sum("有看不见的符号" in each for each in cells) == 1


@pytest.mark.parametrize("page", ["name", "staff/0"])
@pytest.mark.parametrize(
    "place", ["", "0", "company", "company.nothing", "nobody.knows", "staff.members.0.nothing"]
)
def test_a_place_the_form_does_not_have_is_refused(filing, page, place):
    filing.go(page)
    form, button = filing.button("保存并继续")
    button.set("value", f"clean:{place}")
    values = [*form.form_values(), ("do", f"clean:{place}")]
    answer = filing.http.post(filing.address + form.get("action"), data=values, timeout=60)
    assert answer.status_code == 400
    filing.go(page)


def test_a_row_that_is_not_there_does_not_come_to_be(filing, city):
    filing.go("holders")
    form, button = filing.button("保存并继续")
    button.set("value", "clean:people.holders.40.name")
    filing.send(form, button, {"people.holders.0.name": "张三"})
    assert filing.control("people.holders.0.name").get("value") == "张三"
    assert [each["name"] for each in stored(city, filing)["people"]["holders"]] == ["张三"]
