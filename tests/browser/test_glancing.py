"""Help while typing: told once a control is left, taken back once it is right; the page stays clean."""

import pytest
from playwright.sync_api import expect

from forms.sample import id_card
from tests.browser.clean import assert_clean
from tests.browser.test_pages import begun, continued
from tests.journeys.city import playing

NUMBER = "99010219900307299X"
SENTENCE = "身份证号码有误，请对照证件逐位核对。"
HOLDER = "#people-holders-0"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("glancing")
    with playing(folder, f"sqlite:///{folder}/kaiban.db") as city:
        yield city


@pytest.fixture
def typing(city, open_page):
    """Return a function: a page of a new filing, opened."""
    visitors = []

    def at(name, **screen):
        visitors.append(begun(city))
        page = continued(open_page, visitors[-1], **screen)
        page.goto(f"{city.address}/a/{visitors[-1].filing_id}/{name}")
        return page

    yield at
    for each in visitors:
        each.close()


def test_a_wrong_number_is_told_when_it_is_left_and_who_it_names_when_it_is_right(typing):
    page = typing("holders", width=320)
    number = page.locator(f"{HOLDER}-cert-no")
    page.locator("[name='people.holders.0.cert.type']").select_option("id_card")
    number.press_sequentially(NUMBER[:-1] + "1")
    line = page.locator(f".govuk-form-group:has({HOLDER}-cert-no) > [role=status]")
    expect(line).to_have_count(0)  # nobody is told while still typing
    number.press("Tab")
    expect(line).to_have_text(SENTENCE)
    assert page.locator(".govuk-error-message").count() == 0
    assert_clean(page)
    number.fill(NUMBER)
    number.press("Tab")
    expect(line).to_be_hidden()
    expect(line).to_have_text("")
    expect(page.locator(f"{HOLDER}-birth_date [role=status]")).to_have_text("1990年3月7日")
    expect(page.locator(f"{HOLDER}-sex [role=status]")).to_have_text("男")
    assert_clean(page)


def test_birth_date_and_sex_are_asked_with_the_documents_that_do_not_tell_them(typing):
    page = typing("officers")
    kind = page.locator("[name='people.legal_rep.cert.type']")
    asked = page.locator("#people-legal_rep-birth_date, #people-legal_rep-sex")
    for chosen, count in (("id_card", 0), ("passport", 2), ("residence_permit", 0)):
        kind.select_option(chosen)
        expect(asked.filter(visible=True)).to_have_count(count)
    assert_clean(page)


def test_only_what_was_left_is_told_and_a_day_once_all_of_it_is_there(typing):
    page = typing("holders")
    page.locator("#company-capital-paid_by").fill("2050")
    with page.expect_response("**/glance"):
        page.locator("#company-capital-paid_by").press("Tab")
    lines = page.locator("main form .kb-check:not(:empty)")
    expect(lines).to_have_count(0)
    page.locator("#company-capital-paid_by-month").fill("1")
    page.locator("#company-capital-paid_by-day").fill("1")
    page.locator("#company-capital-paid_by-day").press("Tab")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("五年内")
    assert_clean(page)


def test_what_the_page_says_already_is_not_said_twice(typing):
    page = typing("licence")
    code = page.locator("#company-postal_code")
    code.fill("12345")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("#company-postal_code-error")).to_contain_text("6 位数字")
    with page.expect_response("**/glance"):
        code.fill("1234")
        code.press("Tab")
    expect(page.get_by_text("请填写 6 位数字", exact=False)).to_have_count(
        2
    )  # summary and question


def test_a_lost_connection_is_no_obstacle(typing):
    page = typing("staff/0")
    page.route("**/glance", lambda route: route.fulfill(status=503, body="<p>"))
    page.locator("#staff-members-0-cert-no").fill(id_card(1))
    with page.expect_response("**/glance"):
        page.locator("#staff-members-0-cert-no").press("Tab")
    page.unroute("**/glance")
    page.locator("[name='staff.members.0.cert.type']").select_option("id_card")
    expect(page.locator(".kb-check:not(:empty)")).to_contain_text("出生日期：")


def test_two_mistakes_of_one_answer_are_two_lines_and_one_that_stands_there_is_not_said_twice(
    typing,
):
    page = typing("name")
    names = page.locator("#company-name-alternatives")
    line = page.locator("main form .kb-check:not(:empty)")
    names.fill("青\u200b禾\nAB")
    names.press("Tab")
    expect(line).to_have_count(1)
    assert len(line.inner_text().splitlines()) == 2
    names.fill("青禾禾\nAB")
    names.press("Tab")
    page.get_by_role("button", name="保存并继续").click()
    with page.expect_response("**/glance"):
        names.fill("青\u200b禾\nAB")
        names.press("Tab")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("零宽空格")
    expect(line).not_to_contain_text("汉字")
    assert_clean(page)
