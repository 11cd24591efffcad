"""The less usual pages of the desk in a real browser, on a phone and at a counter; and its sheets as they are printed."""

import io

import pikepdf
import pytest

from kaiban.domain.cases.link import LinkState
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST
from tests.browser.clean import faults_on
from tests.browser.test_desk import come_in
from tests.journeys.city import playing
from tests.web.desk.assisted.clerk import APPLICANT, Clerk
from tests.web.desk.people import PASSWORD, at_desk, hire

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20) as city:
        form = city.form("云岭数科")
        form["delivery"] = {
            "mode": "post", "recipient": "张三", "phone": "13800000000", "address": "示范市开元区 1 号",
        }  # fmt: skip
        city.parcel = city.submit(form, "registration")
        city.follow(city.parcel)
        city.doubted = city.submit(city.form("青禾生态"), "registration")
        city.until(city.doubted, lambda case: case.link("registration").current.sent)
        with city.kaiban.cases.transaction() as tx:
            case = tx.get(city.doubted)
            link = case.link("registration")
            case.move(link, link.current, LinkState.MANUAL, city.kaiban.clock.now())
            tx.save(case)
        yield city


@pytest.fixture
def desk(city, open_page):
    """A browser of somebody of the staff."""
    page = open_page(f"{city.address}/desk/sign-in", width=1280)
    page.person = hire(city.kaiban)
    come_in(page, page.person)
    page.wait_for_url("**/desk")
    return page


def asked(city):
    """The page of a change that waits for a second person."""
    first = at_desk(city.address, hire(city.kaiban))
    first.open(
        f"/desk/cases/{city.doubted}/departments/registration/edit?at=/company/contact_phone"
    )
    first.press(
        "送第二人复核",
        **{
            "company.contact_phone": "0999-8800009", "why": "打错了",
            "checked": list(CHECKLIST), "told_by": "张科长 8800",
        },
    )  # fmt: skip
    assert "/approvals/" in first.path, first.mistakes
    path = first.path.partition("?")[0]
    first.close()
    return path


def test_pages_of_changes_departments_labels_and_rosters_are_clean(city, desk):
    clerk = Clerk(city.address)
    desk.person.come_in(clerk)
    clerk.begin(**APPLICANT, phone="13800000001")
    doubted, parcel = f"/desk/cases/{city.doubted}", f"/desk/cases/{city.parcel}/exit"
    paths = (
        asked(city), "/desk/approvals", f"{doubted}/departments", f"{doubted}/departments/registration",
        f"{doubted}/departments/registration?outcome=correction",
        f"{doubted}/departments/registration/edit?at=/company/contact_phone&at=/premises/detail",
        parcel, f"{parcel}/label", f"{parcel}/receipt", f"/desk/new/{clerk.number}/employment/roster",
    )  # fmt: skip
    found = []
    for path in paths:
        desk.goto(city.address + path)
        assert desk.locator("h1").count() == 1, path
        found += [f"{path}: {fault}" for fault in faults_on(desk, WIDTHS)]
    clerk.close()
    assert found == []


def test_new_recovery_codes_are_shown_on_a_clean_page(city, desk):
    desk.goto(f"{city.address}/desk/authenticator")
    letters = desk.locator(".kb-code").inner_text().replace("-", "")
    desk.person.secret = letters
    digits = desk.get_by_role("textbox", name="动态口令")
    digits.fill(desk.person.code())
    digits.press("Enter")
    desk.wait_for_url("**/desk/recovery")
    assert PASSWORD not in desk.content()
    assert faults_on(desk, WIDTHS) == []


#: How many sheets of A4 each takes; what is read back is as long as the form (seven before its lines were drawn together).
SHEETS = {"label": 1, "receipt": 1, "read-back": 4}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_of_the_desk_is_printed_with_nothing_of_the_screen_and_on_no_more_pages_than_it_needs(
    city, desk, sheet
):
    path = f"/desk/cases/{city.parcel}/exit/{sheet}"
    if sheet == "read-back":
        clerk = Clerk(city.address)
        desk.person.come_in(clerk)
        clerk.begin(**APPLICANT, phone="13800000001").fill_in(city.form("净页"))
        path = f"/desk/new/{clerk.number}/read-back"
        clerk.close()
    desk.goto(city.address + path)
    pdf = desk.pdf(format="A4", print_background=True)
    with pikepdf.open(io.BytesIO(pdf)) as found:
        assert len(found.pages) == SHEETS[sheet]
    desk.emulate_media(media="print")
    assert desk.locator("nav:visible, button:visible").count() == 0, "nothing to press on paper"
