"""Staff fill in the form for somebody in a real browser: with the keyboard alone, and with a card reader that types."""

import pytest
from playwright.sync_api import expect

from tests.browser.clean import assert_clean, faults
from tests.browser.scripts import wait_for_script
from tests.browser.test_desk import come_in
from tests.browser.typing import type_sample
from tests.journeys.city import playing
from tests.web.desk.assisted.clerk import APPLICANT, Clerk
from tests.web.desk.people import PASSWORD, hire

CARD = ("王小明", "990102199001011231")
#: Types as a reader does: a millisecond between the keys, however slow this machine is.
TYPE = """text => { const e = document.activeElement; let at = performance.now(); for (const key of [...text, 'Enter']) {
  const told = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
  Object.defineProperty(told, 'timeStamp', {value: at++});
  const went = e.dispatchEvent(told);
  if (went && key.length === 1) { e.value += key; }
  if (went && key === 'Enter') { e.form.requestSubmit(); }
} }"""


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assisted")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        yield city


@pytest.fixture
def clerk(city):
    """Somebody of the staff, in a browser without scripts, who has begun a form."""
    person = hire(city.kaiban)
    clerk = Clerk(city.address)
    person.come_in(clerk)
    clerk.person = person
    clerk.begin(**APPLICANT, phone="13800000001")
    yield clerk
    clerk.close()


@pytest.fixture
def seated(city, open_page):
    """A browser of somebody of the staff."""

    def seated(person, width=1280):
        page = open_page(f"{city.address}/desk/sign-in", width=width)
        come_in(page, person)
        page.wait_for_url("**/desk")
        return page

    return seated


@pytest.mark.timeout(1800)  # every key of a whole form: a minute on an idle machine
def test_the_sample_form_is_typed_with_the_keyboard_alone(city, seated):
    page = seated(hire(city.kaiban))
    typist = type_sample(page, city.address, city.form("键盘乙"), reader=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("受理回执")
    assert typist.pages <= 15  # how many keys it takes is a row of the bench
    assert_clean(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_a_form_at_the_desk_is_clean(city, seated, clerk, width):
    old = city.submit(city.form("旧企"))
    clerk.fill_in(city.form("净页"))
    page = seated(clerk.person, width)
    inside = (
        "/", "/company", "/tax", "/employment", "/employment/0", "/who", "/copy", "/materials", "/links",
        "/check", "/read-back",
    )  # fmt: skip
    paths = ["/desk/new", "/desk/new/own", *(f"/desk/new/{clerk.number}{each}" for each in inside)]
    found = []
    for path in paths:
        page.goto(city.address + path)
        found += [f"{path}: {fault}" for fault in faults(page)]
        if path.endswith("/copy"):
            page.get_by_label("办件编号、帮办号").fill(old)
            page.get_by_role("button", name="查找").click()
            expect(page.get_by_role("button", name="照抄")).to_be_visible()
            assert old not in page.url
            found += [f"{path} found: {fault}" for fault in faults(page)]
    assert found == []


# --- a card reader --------------------------------------------------------------------------------


def test_a_card_fills_in_who_is_there_and_sends_nothing(city, seated):
    page = seated(hire(city.kaiban))
    page.goto(f"{city.address}/desk/new")
    page.locator("#name").focus()
    page.evaluate(TYPE, " ".join(CARD))
    assert page.locator("#name").input_value() == CARD[0]
    assert page.locator("#cert_no").input_value() == CARD[1]
    assert page.url.endswith("/desk/new")
    expect(page.locator(".kb-reader")).to_contain_text("已读卡")


def test_a_card_read_where_somebody_is_looked_for_is_their_number(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new")
    page.locator("#find").focus()
    page.evaluate(TYPE, f"{APPLICANT['name']} {APPLICANT['cert_no']}")
    assert page.locator("#find").input_value() == APPLICANT["cert_no"]
    assert page.url.endswith("/desk/new"), "a reader's Enter sends nothing"


def test_a_card_goes_to_the_person_in_focus_wherever_in_them_the_focus_is(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    mobile = page.locator('[name="people.holders.0.mobile"]')
    mobile.fill("14000558488")
    mobile.focus()
    page.evaluate(TYPE, f"{CARD[1]} {CARD[0]} 示范市开元区示范路57号 20160501-20460501")
    read = {
        key: page.locator(f'[name="people.holders.0.{key}"]').input_value()
        for key in ("name", "cert.no", "cert.type", "residence", "cert.valid_until.year", "mobile")
    }
    assert read == {
        "name": CARD[0], "cert.no": CARD[1], "cert.type": "id_card", "mobile": "14000558488",
        "residence": "示范市开元区示范路57号", "cert.valid_until.year": "2046",
    }  # fmt: skip
    assert page.locator('[name="people.legal_rep.name"]').input_value() == ""


def test_a_card_read_into_a_wrong_field_is_offered_to_whom_it_belongs(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    detail = page.locator('[name="premises.detail"]')
    detail.fill("青云路 8 号")
    detail.focus()
    page.evaluate(TYPE, " ".join(CARD))
    assert detail.input_value() == "青云路 8 号"
    offer = page.locator(".kb-reader")
    expect(offer).to_contain_text("不是填证件的地方")
    offer.get_by_role("button", name="法定代表人").click()
    assert page.locator('[name="people.legal_rep.cert.no"]').input_value() == CARD[1]
    assert page.url.endswith("/company")


def test_typing_by_hand_is_no_card(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    phone = page.locator('[name="company.contact_phone"]')
    phone.focus()
    page.keyboard.type("0999-8800002", delay=40)
    page.wait_for_timeout(60)
    with page.expect_navigation():
        page.keyboard.press("Enter")


# --- rows and persons without another page ----------------------------------------------------------


def test_a_row_comes_without_the_page_and_is_kept(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    page.locator('[name="people.holders.0.name"]').fill("张三")
    page.get_by_role("button", name="再添加一项“股东”").click()
    second = page.locator('[name="people.holders.1.name"]')
    expect(second).to_be_visible()
    second.fill("李四")
    page.get_by_role("button", name="先保存").click()
    page.wait_for_url(f"**/desk/new/{clerk.number}/")
    names = [each["name"] for each in clerk.filing(city).entry["people"]["holders"]]
    assert names == ["张三", "李四"]


@pytest.mark.parametrize("sent", [False, True])
def test_what_is_typed_while_a_row_comes_is_kept_after_it(city, seated, clerk, sent):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    answers = []
    page.on("response", lambda answer: answers.append((answer.request.method, answer.status)))

    def slowly(route):
        if route.request.resource_type == "fetch":
            expect(page.locator("button[aria-busy]")).to_have_text("再添加一项“股东”")
            page.locator('[name="people.holders.0.name"]').fill("张三")
            page.wait_for_timeout(2000)  # longer than the 1.5 s after which the draft is kept
            if sent:
                page.get_by_role("button", name="先保存").dblclick(no_wait_after=True)
        route.continue_()

    page.route(f"**/desk/new/{clerk.number}/company", slowly)
    page.get_by_role("button", name="再添加一项“股东”").click()
    if sent:
        page.wait_for_url(f"**/desk/new/{clerk.number}/")
    else:
        expect(page.locator('[name="people.holders.1.name"]')).to_be_visible()
        expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
        # The keys of whoever goes on typing do not go to the new row.
        expect(page.locator('[name="people.holders.0.name"]')).to_be_focused()
        expect(page.locator("[aria-busy]")).to_have_count(0)
    assert 409 not in {status for _, status in answers}, answers
    assert clerk.filing(city).entry["people"]["holders"][0]["name"] == "张三"


def test_a_page_that_locks_itself_keeps_every_row_that_was_typed(city, seated, clerk):
    page = seated(clerk.person)
    page.clock.install()
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    page.route("**/draft", lambda route: route.abort())
    page.locator('[name="people.holders.0.name"]').fill("张三")
    page.clock.fast_forward("10:01")
    page.wait_for_url("**/desk/confirm**")
    page.get_by_label("的口令").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="接着办理").click()
    page.wait_for_url(f"**/desk/new/{clerk.number}/company**")
    names = [each.get("name") for each in clerk.filing(city).entry["people"]["holders"]]
    assert names == ["张三"]


def test_f2_leads_to_what_must_be_answered_and_f9_adds_one_more(city, seated, clerk):
    page = seated(clerk.person)
    page.goto(f"{city.address}/desk/new/{clerk.number}/company")
    focused = "((e) => e.tagName === 'BUTTON' ? e.value : e.name)(document.activeElement)"

    expect(page.get_by_text("F2：下一个要填的")).to_be_visible()

    def pressed(key):
        page.keyboard.press(key)
        return page.evaluate(focused)

    page.locator('[name="company.name.form"]').first.focus()
    assert pressed("F2") == "premises.region_code", "other names need not be said"
    holder = "people.holders.0"
    page.locator(f'[name="{holder}.name"]').fill("张三")
    page.locator(f'[name="{holder}.cert.no"]').fill(CARD[1])
    page.locator(f'[name="{holder}.cert.no"]').focus()
    assert pressed("F2") == f"{holder}.subscribed", "until when the card is good need not be said"
    assert page.locator(f'[name="{holder}.cert.type"]').input_value() == "id_card", "by its number"
    page.locator('[name="company.capital.amount"]').focus()
    assert pressed("F2") == "company.capital.paid_by.year"
    page.locator('[name="company.capital.paid_by:years"]').fill("5")
    page.locator('[name="company.capital.amount"]').focus()
    assert pressed("F2") == f"{holder}.kind", "so many years are an answer, too"
    page.locator(f'[name="{holder}.mobile"]').focus()
    page.keyboard.press("F9")
    wait_for_script(page, f"() => ({focused}).startsWith('people.holders.1.')")
    page.locator('[name="people.holders.1.name"]').fill("李四")
    page.locator('[name="people.legal_rep.:same"]').focus()
    page.keyboard.press("Shift+Tab")
    assert pressed("F2") == "people.legal_rep.:same", "somebody who stands here already may be it"
    page.locator('[name="people.legal_rep.name"]').fill("王五")
    page.locator('[name="people.legal_rep.:same"]').focus()
    page.keyboard.press("Shift+Tab")
    assert pressed("F2") == "people.legal_rep.cert.no"
    page.locator('[name="company.licence.copies"]').focus()
    assert [pressed("F2"), pressed("F2")] == ["company.licence.paper", "save"]
    page.goto(f"{city.address}/desk/new/{clerk.number}/employment")
    with page.expect_navigation():
        page.keyboard.press("F9")
    assert page.url.endswith("/employment/0")
    page.goto(f"{city.address}/desk/new/{clerk.number}/links")
    expect(page.get_by_text("F2：下一个要填的")).to_be_hidden()


def test_what_explains_a_question_stays_over_no_line_of_the_page_for_good(city, seated):
    page = seated(hire(city.kaiban))
    page.goto(f"{city.address}/desk/new")
    page.locator("[name=phone]").focus()
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    hint = page.locator(".govuk-form-group:focus-within>.govuk-hint").bounding_box()
    footer = page.locator("footer").bounding_box()
    assert hint["height"] > 1, "it is seen while the question is answered"
    assert footer["y"] + footer["height"] <= hint["y"], "the last line can be scrolled clear of it"
