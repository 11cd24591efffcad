"""Filling in: nothing typed is lost, every mistake has its sentence, nobody else's page opens."""

from dataclasses import replace

import pytest

from forms.sample import id_card
from forms.sections import SECTIONS
from forms.structure.pages import PAGES
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.web.form.places import field_at
from tests.web.filling import controls_of, fill_in, member_controls
from tests.web.visitor import Visitor

HOLDERS = next(page for page in PAGES if page.name == "holders")
NAME = {
    "company__entity_type": "1130",
    "company__name__region": "示范市",
    "company__name__trade_name": "青禾云",
    "company__name__industry": "软件",
    "company__name__form": "有限公司",
}


def test_every_page_is_listed_and_unfilled_at_first(filing):
    assert filing.heading == "填写开办申请"
    assert "还有 13 项" in filing.text
    assert "可以不填" in filing.text


def test_a_filled_page_leads_on_and_is_ticked_off(filing):
    filing.go("licence")
    filing.press(
        "保存并继续", company__contact_phone="0999-8800001", company__licence__paper="yes"
    )
    assert filing.mistakes == []
    assert filing.path.startswith(f"/a/{filing.filing_id}/")
    filing.go("")
    assert "还有 12 项" in filing.text


def test_a_mistake_is_said_at_the_top_and_at_the_field_in_the_same_words(filing):
    filing.go("name")
    filing.press("保存并继续", **{**NAME, "company__name__trade_name": "ABC"})
    assert filing.status == 422
    sentence = next(each for each in filing.mistakes if "汉字" in each)
    control = filing.control("company.name.trade_name")
    assert control.get("value") == "ABC"
    described = control.get("aria-describedby").split()
    words = [filing.page.get_element_by_id(each).text_content() for each in described]
    assert any(sentence in each for each in words)
    assert filing.page.xpath("//title")[0].text.startswith("错误：")


def test_whatever_is_wrong_with_one_field_is_said_at_it(filing):
    filing.go("name")
    filing.press("保存并继续", **{**NAME, "company__name__trade_name": "示范市中国"})
    of_it = filing.page.xpath("//*[contains(@class, 'govuk-error-summary')]//a[contains(@href, 'trade_name')]")  # fmt: skip
    assert len(of_it) == 2
    described = filing.control("company.name.trade_name").get("aria-describedby").split()
    lines = [
        line.text_content().removeprefix("错误：")
        for each in described
        for line in filing.page.get_element_by_id(each).iterdescendants("p")
    ]
    assert lines == [each.text_content() for each in of_it], "a paragraph for each"


def test_what_was_typed_is_kept_although_it_is_wrong(filing):
    filing.go("name")
    filing.press("先保存，回清单", company__name__trade_name="ABC")
    assert "需修改" in filing.text
    filing.go("name")
    assert filing.control("company.name.trade_name").get("value") == "ABC"


def test_a_number_is_masked_on_return_and_survives_being_sent_back(filing, city):
    form = city.form()
    filing.go("holders")
    page = HOLDERS
    controls = controls_of(form, page)
    filing.send(*filing.button("保存并继续"), controls)
    number = form["people"]["holders"][0]["cert"]["no"]
    filing.go("holders")
    shown = filing.control("people.holders.0.cert.no").get("value")
    assert "*" in shown
    assert number not in filing.answer.text
    filing.press("保存并继续")
    assert filing.mistakes == []
    stored = city.kaiban.filings.get(filing.filing_id).entry["people"]["holders"]
    assert [each["cert"]["no"] for each in stored] == [
        each["cert"]["no"] for each in form["people"]["holders"]
    ]


def test_rows_are_added_and_removed_without_losing_the_others(filing):
    filing.go("holders")
    filing.press("再添加", **{"people.holders.0.name": "张三"})
    assert filing.control("people.holders.1.name") is not None
    filing.press("再添加", **{"people.holders.1.name": "李四"})
    form, _ = filing.button("保存并继续")
    button = filing.page.xpath("//button[@value='remove:people.holders.0']")[0]
    filing.send(form, button, {"people.holders.2.name": "王五"})
    names = [filing.control(f"people.holders.{n}.name").get("value") for n in range(3)]
    assert names == ["张三", "李四", "王五"], "asked first, and what was typed elsewhere is kept"
    assert "要删除" in filing.text
    filing.press("不删除")
    assert "要删除" not in filing.text
    filing.remove("people.holders.0")
    assert filing.control("people.holders.0.name").get("value") == "李四"
    assert filing.control("people.holders.1.name").get("value") == "王五"
    assert filing.control("people.holders.2.name") is None


def test_one_of_many_is_saved_and_the_next_begun_with_one_press(filing, city):
    form = city.form()
    filing.go("staff/0")
    filing.send(*filing.button("保存，再添加一位"), {"staff.members.0.name": "张三"})
    assert filing.mistakes, "what is wrong is put right before another is begun"
    filing.send(*filing.button("保存，再添加一位"), member_controls(form, 0))
    assert filing.path.endswith("/staff/1")
    filing.send(*filing.button("保存并继续"), member_controls(form, 1))
    assert filing.path.endswith("/staff")
    stored = city.kaiban.filings.get(filing.filing_id).entry["staff"]["members"]
    assert [each["name"] for each in stored] == [
        each["name"] for each in form["staff"]["members"][:2]
    ]


def test_after_the_last_one_there_is_room_for_none_is_begun(filing, monkeypatch):
    monkeypatch.setattr(field_at(SECTIONS, "staff.members"), "most", 1)
    filing.go("staff/0")
    assert "再添加一位" not in filing.text


def test_somebody_already_named_is_not_typed_again(filing, city):
    form = city.form()
    filing.go("holders")
    filing.send(*filing.button("保存并继续"), controls_of(form, HOLDERS))
    filing.go("officers")
    source = filing.page.xpath("//select[@name='people.legal_rep.:same']/option")[1].get("value")
    form_, _ = filing.button("保存并继续")
    button = filing.page.xpath("//button[@value='same:people.legal_rep']")[0]
    filing.send(form_, button, {"people.legal_rep.:same": source})
    first = form["people"]["holders"][0]
    assert filing.control("people.legal_rep.name").get("value") == first["name"]
    stored = city.kaiban.filings.get(filing.filing_id).entry["people"]["legal_rep"]
    assert stored["cert"]["no"] == first["cert"]["no"]


def test_whoever_is_named_already_is_offered_in_the_readers_words(filing, city):
    form = city.form()
    filing.go("holders")
    filing.send(*filing.button("保存并继续"), controls_of(form, HOLDERS))
    name = form["people"]["holders"][0]["name"]

    def offered():
        options = filing.go("officers").page.xpath("//select[@name='people.manager.:same']/option")
        return [each.text for each in options[1:]]

    assert offered()[0] == f"{name}（股东 1）"
    assert "法定代表人（本页上面填的）" in offered()
    filing.press("English")
    assert offered()[0] == f"{name} (Shareholder 1)"
    assert "Legal representative (filled in above)" in offered()


def test_a_document_that_tells_birth_date_and_sex_leaves_two_questions_less(filing):
    asked = ("people.legal_rep.birth_date.year", "people.legal_rep.sex")

    def with_document(kind, number):
        filing.go("officers")
        typed = {"people.legal_rep.cert.type": kind, "people.legal_rep.cert.no": number}
        filing.press("先保存", **typed).go("officers")
        return [name for name in asked if filing.control(name) is not None]

    assert with_document("", "") == [*asked]
    assert with_document("id_card", id_card(1)) == []
    assert with_document("passport", "E12345678") == [*asked]


def test_a_birth_date_that_is_needed_after_all_is_asked_for_at_once(filing, city):
    fill_in(filing, city.form())
    filing.go("officers").press(
        "保存并继续",
        people__legal_rep__cert__type="passport",
        people__legal_rep__cert__no="E12345678",
    )
    assert filing.status == 422
    assert any("出生日期" in each for each in filing.mistakes)
    assert filing.control("people.legal_rep.birth_date.year") is not None


def test_a_document_of_an_organisation_is_offered_to_holders_alone(filing):
    def offered(page, name):
        return filing.go(page).control(name).xpath("option/@value")

    assert "credit_code" in offered("holders", "people.holders.0.cert.type")
    persons = offered("officers", "people.legal_rep.cert.type")
    assert "passport" in persons
    assert "credit_code" not in persons


def test_another_tab_is_not_overwritten_and_nothing_typed_is_lost(filing):
    filing.go("licence")
    other = Visitor(filing.address)
    other.http.cookies.update(filing.http.cookies)
    other.open(filing.path).press("先保存，回清单", company__contact_phone="0999-8800001")
    filing.press("保存并继续", company__contact_phone="0999-8800002")
    assert filing.status == 409
    assert "刚在别处修改过" in filing.heading
    assert "0999-8800001" in filing.text
    assert "0999-8800002" in filing.text
    filing.press("以我刚才填的为准")
    filing.go("licence")
    assert filing.control("company.contact_phone").get("value") == "0999-8800002"
    other.close()


def test_two_tabs_on_different_pages_do_not_disturb_each_other(filing):
    filing.go("licence")
    other = Visitor(filing.address)
    other.http.cookies.update(filing.http.cookies)
    other.open(filing.path).go("fund").press("先保存，回清单", housing_fund__payday="10")
    filing.press("先保存，回清单", company__contact_phone="0999-8800002")
    assert filing.status == 200
    filing.go("fund")
    assert filing.control("housing_fund.payday").get("value") == "10"
    other.close()


def test_autosave_keeps_what_is_typed_without_judging_it(filing):
    filing.go("name")
    form, _ = filing.button("保存并继续")
    values = dict(form.form_values()) | {"company.name.trade_name": "ABC"}
    url = filing.address + form.get("data-autosave")
    answer = filing.http.post(url, data=values, timeout=60)
    assert (answer.status_code, answer.content) == (204, b"")
    stale = filing.http.post(url, data={**values, "company.name.trade_name": "XYZ"}, timeout=60)
    assert stale.status_code == 409
    values["version"] = answer.headers["X-Version"]
    again = filing.http.post(url, data={**values, "company.name.trade_name": "XYZ"}, timeout=60)
    assert again.status_code == 204
    filing.go("name")
    assert filing.control("company.name.trade_name").get("value") == "XYZ"


HOSTILE = {
    "emoji": "青禾😀",
    "nul": "青\x00禾",
    "right to left": "青\u202e禾",
    "script": "<script>alert(1)</script>",
    "attribute": '" onfocus="alert(1)',
    "template": "{{ 7*7 }}",
    "long": "青" * 6000,
    "lone surrogate": "青\\ud800",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_in_words_and_shown_as_text(filing, text):
    filing.go("name")
    filing.press("保存并继续", **{**NAME, "company__name__trade_name": text})
    assert filing.status == 422
    assert any("字号" in each for each in filing.mistakes)
    assert "<script>alert" not in filing.answer.text
    assert filing.page.xpath("//*[@onfocus]") == []
    assert filing.control("company.name.trade_name") is not None


def test_ten_thousand_shareholders_get_one_clear_sentence(filing):
    filing.go("holders")
    typed = {f"people.holders.{i}.name": f"张{i}" for i in range(3000)}
    form, button = filing.button("保存并继续")
    filing.send(form, button, {**typed, "people.holders:rows": "10000"})
    assert filing.status == 422
    assert any("最多填 50 项" in each for each in filing.mistakes)


def test_a_page_beyond_all_measure_is_refused_without_a_crash(filing):
    filing.go("holders")
    form, button = filing.button("保存并继续")
    filing.send(form, button, {"people.holders.0.name": "张" * 1_500_000})
    assert filing.status == 413
    assert "内容太大了" in filing.heading
    filing.open("/")
    assert filing.status == 200


def test_somebody_elses_filing_does_not_open(filing, city):
    stranger = Visitor(city.address)
    stranger.open(f"/a/{filing.filing_id}/name")
    assert stranger.status == 403
    assert "续办码" in stranger.text or "重新打开" in stranger.text
    stranger.open("/a/AAAAAAAAAAAAAAAAAAAAAA/name")
    assert stranger.status == 403
    stranger.close()


def test_what_was_typed_survives_a_session_that_is_over(filing):
    filing.go("licence")
    form, button = filing.button("保存并继续")
    filing.http.cookies.clear()
    filing.send(form, button, {"company.contact_phone": "0999-8800001"})
    assert filing.status == 403
    assert "0999-8800001" in filing.answer.text


def test_a_whole_form_is_submitted_once_however_often_the_button_is_pressed(filing, city):
    fill_in(filing, city.form())
    filing.go("check")
    assert filing.mistakes == []
    form, button = filing.button("提交申请")
    first = filing.send(form, button, {}).text
    second = filing.send(form, button, {}).text
    assert "受理回执" in first
    assert first == second
    for asked in ("name", "links", "check", "holders/0", "staff/roster", "name/pick/premises.region_code"):  # fmt: skip
        filing.go(asked)
        assert (filing.status, filing.heading) == (200, "受理回执"), asked


def test_what_is_strange_holds_no_page_up_and_is_confirmed_where_all_is_looked_over(filing, city):
    form = city.form("青石云")
    form["staff"]["members"][0]["monthly_wage"] = 1
    fill_in(filing, form)
    filing.go("check")
    assert filing.mistakes == []
    assert "月工资" in filing.text
    filing.press("提交申请")
    assert filing.status == 422
    [mistake] = filing.mistakes
    assert "月工资" in mistake
    assert mistake.endswith(" 请核对后勾选，或者修改。")
    word = filing.control("confirm").get("value")
    filing.press("提交申请", confirm=word)
    assert "受理回执" in filing.text


def test_all_defects_of_all_pages_come_at_once_and_lead_to_their_fields(filing):
    filing.go("check")
    assert "提交前还有" in filing.answer.text
    assert {"/name?", "/bank?", "/fund?"} <= {
        "/" + each.get("href").rpartition("/")[2].partition("?")[0] + "?"
        for each in filing.page.xpath("//*[@data-errors]//a")
    }
    assert filing.page.xpath("//button[contains(., '提交申请')]") == []


def test_the_check_page_tells_each_employee_in_one_line(filing, city):
    form = city.form("核禾云")
    fill_in(filing, form)
    filing.go("check")
    keys = [each.text_content().strip() for each in filing.page.xpath("//dt")]
    members = form["staff"]["members"]
    assert [key for key in keys if key.startswith("职工 ")] == [
        f"职工 {n + 1}" for n in range(len(members))
    ]
    assert members[0]["name"] in filing.text
    assert members[0]["cert"]["no"] not in filing.text
    assert filing.page.xpath("//a[contains(@href, '/staff/1')]")


def test_what_is_typed_into_a_group_nobody_ticked_is_not_lost(filing, city):
    filing.go("officers")
    group = filing.page.xpath("//main//input[contains(@name, ':present') and not(@checked)]")[0]
    place = group.get("name").removesuffix(".:present").removesuffix(":present").rstrip(".")
    name = next(
        each for each in filing.page.xpath("//main//input[@type='text']/@name")
        if each.startswith(f"{place}.") and each.endswith(".name")
    )  # fmt: skip
    filing.press("先保存，回清单", **{name: "张三"})
    filing.go("officers")
    assert filing.control(name).get("value") == "张三"


def test_going_back_never_asks_to_send_again_and_what_was_wrong_is_still_there(filing):
    filing.go("name").press("保存并继续", **{**NAME, "company__name__trade_name": "ABC"})
    assert [each.status_code for each in filing.answer.history] == [303]
    page = filing.path
    filing.go("licence").open(page)
    assert filing.status == 422
    assert any("汉字" in each for each in filing.mistakes)


def test_the_page_before_is_one_click_away(filing):
    filing.go("scope").follow("上一页")
    assert filing.path.endswith("/name")


def saved(visitor, city, name):
    """Fill in one page of a form and save it, ready to go on."""
    form = city.form()
    page = next(each for each in PAGES if each.name == name)
    visitor.go(name)
    visitor.send(*visitor.button("保存并继续"), controls_of(form, page))
    assert visitor.mistakes == []


def test_the_page_that_follows_needs_no_word_and_one_further_on_says_what_was_passed(filing, city):
    saved(filing, city, "scope")
    assert filing.path.endswith("/holders")
    assert "已经保存" not in filing.text
    saved(filing, city, "name")
    assert filing.path.partition("?")[0].endswith("/holders")
    said = "“企业名称与住所”已经保存。 中间已经填好的、可以不填的先跳过了：经营范围"
    assert said in filing.text


def test_an_earlier_page_says_that_only_it_is_left(filing, city):
    last = PAGES[-1].name
    stored = city.kaiban.filings.get(filing.filing_id)
    city.kaiban.filings.save(replace(stored, entry=city.form()))
    filing.go("name").press("先保存，回清单", company__name__trade_name="ABC")
    saved(filing, city, last)
    assert filing.path.partition("?")[0].endswith("/name")
    assert "后面没有要填的了，回到前面填过、还要修改的这一项。" in filing.text
    filing.follow("查看要修改的内容")
    assert any("汉字" in each for each in filing.mistakes)
    filing.press("保存并继续", company__name__trade_name="青禾云")
    assert filing.heading == "核对全部内容"
    assert "“企业名称与住所”已经保存。 每一项都填好了，请核对一遍再提交。" in filing.text


# --- for good, and for so many years ----------------------------------------------------------------


def chosen(visitor, name):
    return visitor.page.xpath(f"//input[@name='{name}'][@checked]/@value")


def test_a_term_is_picked_and_shown_as_it_was_read(filing, city):
    filing.go("holders")
    assert chosen(filing, "company.term") == ["长期"]
    filing.press("先保存", **{"company.term": "years", "company.term:years": "20"})
    until = city.kaiban.filings.get(filing.filing_id).entry["company"]["term"]
    assert until[4:] == city.hall.clock.now().astimezone(HALL_TIME).date().isoformat()[4:]
    filing.go("holders")
    assert chosen(filing, "company.term") == ["day"]
    assert filing.control("company.term.year").get("value") == until[:4]


def test_years_that_are_not_said_are_asked_for_and_not_taken_for_ever(filing):
    filing.go("holders").press("保存并继续", **{"company.term": "years"})
    assert any("经营期限" in each for each in filing.mistakes)
    assert chosen(filing, "company.term") == ["years"]


def test_a_document_is_picked_to_be_for_good(filing, city):
    name = "people.legal_rep.cert"
    filing.go("officers")
    assert chosen(filing, f"{name}.valid_until:for-good") == []
    filing.press("先保存", **{f"{name}.no": "99010219900307299X", f"{name}.valid_until:for-good": "yes"})  # fmt: skip
    filing.go("officers")
    assert chosen(filing, f"{name}.valid_until:for-good") == ["yes"]


def test_a_mistake_of_one_line_is_told_beside_its_field_and_led_to(filing):
    names = "company.name.alternatives"
    filing.go("name").press("保存并继续", **{names: "青禾禾\nAB\nCD"})
    control = filing.control(names)
    beside = filing.page.get_element_by_id(f"{control.get('id')}-error").text_content()
    assert "请只使用汉字" in beside
    links = filing.page.xpath("//*[@data-errors]//a[contains(., '备选字号')]/@href")
    assert set(links) == {"#" + control.get("id")}


def test_an_empty_row_goes_without_a_question(filing):
    filing.go("holders").press("再添加", **{"people.holders.0.name": "张三"})
    filing.press_value("remove:people.holders.1")
    assert "要删除" not in filing.text
    assert filing.control("people.holders.0.name").get("value") == "张三"
    assert filing.control("people.holders.1.name") is None
