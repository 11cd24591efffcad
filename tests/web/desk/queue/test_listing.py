"""The list of cases: one's own hall's, in parts with addresses of their own, and a search that leaves nothing in an address."""

import pytest

from kaiban.domain.cases.link import LinkState as S
from kaiban.domain.roles import Role
from kaiban.web.desk.queue.listing import VIEWS
from tests.web.desk.people import OTHER, at_desk, hire, move

NAMES = (f"找过{first}{second}" for first in "甲乙丙丁" for second in "子丑寅卯辰")


@pytest.fixture
def named(city):
    """A case of the usual hall, and the trade name it is found by."""
    name = next(NAMES)
    return city.submit(city.form(name)), name


def look_for(desk, text):
    return desk.open("/desk").press("查找", q=text)


def numbers(desk):
    return [a.get("href").rpartition("/")[2] for a in desk.page.xpath("//table//a")]


def test_a_case_of_the_hall_is_in_the_list_and_one_of_another_is_not(city, named):
    no, _ = named
    theirs = at_desk(city.address, hire(city.kaiban, hall=OTHER))
    assert no not in theirs.numbers("/desk")
    move(city.kaiban, no, OTHER)
    theirs.find("/desk", "找过").follow("找过")
    assert theirs.path == f"/desk/cases/{no}"
    theirs.close()


def test_who_supervises_sees_every_hall_and_can_ask_for_one(city, named):
    theirs = city.submit(city.form("别厅"))
    move(city.kaiban, theirs, OTHER)
    visitor = at_desk(city.address, hire(city.kaiban, Role.SUPERVISOR))
    found = visitor.numbers(f"/desk?hall={OTHER}")
    assert theirs in found
    assert named[0] not in found
    assert "全市" in visitor.text
    visitor.close()


def test_the_hall_in_an_address_opens_no_other_to_somebody_at_a_window(desk, other_case):
    assert other_case not in desk.numbers(f"/desk?hall={OTHER}")


def test_ones_own_are_a_part_with_an_address(desk, city, named):
    no, _ = named
    desk.open("/desk?view=mine")
    assert "这里现在没有办件" in desk.text
    desk.open(f"/desk/cases/{no}").press("认领")
    desk.open("/desk").follow("我的 1")
    assert desk.path == "/desk?view=mine"
    assert numbers(desk) == [no]
    assert "李敏负责" in desk.text
    lanes = [numbers(desk.open(f"/desk?view=mine&lane={lane}")) for lane in ("agents", "citizens")]
    assert sorted(lanes) == [[], [no]], "a case is in one lane"


@pytest.mark.parametrize("view", [*VIEWS, "nonsense"])
def test_every_part_opens_and_counts_what_it_has(desk, view):
    desk.open(f"/desk?view={view}&page=99999999&lane=%00")
    assert desk.status == 200
    [chip] = desk.page.xpath("//nav[@aria-label='办件']//a[@aria-current]")
    shown = len(numbers(desk))
    assert shown == min(int(chip.text.rpartition(" ")[2]), shown)
    assert not desk.page.xpath("//nav[@aria-label='翻页']") or shown


def test_what_waits_for_the_window_says_so(desk, city, named):
    no, _ = named
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        link, step = next((link, step) for link, step in case.steps() if step.state is S.READY)
        case.move(link, step, S.MANUAL, city.kaiban.clock.now())
        tx.save(case)
    desk.find("/desk?view=window", no)
    assert (
        "等窗口处理" in desk.page.xpath(f"//tr[.//a[contains(@href, '{no}')]]")[0].text_content()
    )


# --- the search -------------------------------------------------------------------------------------


def test_a_case_number_leads_to_the_case_however_it_is_typed(desk, named):
    no, _ = named
    for text in (no, f" {no.lower()} ", f"{no[:10]} {no[10:]}"):
        look_for(desk, text)
        assert desk.path == f"/desk/cases/{no}"


def test_a_name_a_document_and_a_telephone_find_it_and_stand_in_no_address(desk, city, named):
    no, name = named
    form = city.kaiban.cases.read(no).form
    person = form["people"]["legal_rep"]
    for text in (form["company"]["name"]["full"], name, person["name"], person["cert"]["no"], person["mobile"]):  # fmt: skip
        look_for(desk, text)
        assert no in numbers(desk), text
        for each in (*desk.answer.history, desk.answer):
            assert text not in each.url
            assert text not in str(each.headers.get("Location"))
    card = f"{person['name']} 男 {person['cert']['no']} 2046.05.01"
    assert no in numbers(look_for(desk, card))


def test_another_halls_case_is_found_by_nothing(desk, city, other_case):
    form = city.kaiban.cases.read(other_case).form
    for text in (other_case, form["company"]["name"]["full"], form["people"]["legal_rep"]["cert"]["no"]):  # fmt: skip
        look_for(desk, text)
        assert other_case not in numbers(desk)
        assert desk.path.startswith("/desk?kept=")


@pytest.mark.parametrize(
    "text", ["没有这家公司", "x" * 5000, "'; DROP TABLE cases; --", "%", "\u0000", "KB9901002026030400001"]
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(desk, text):
    look_for(desk, text)
    assert desk.status == 200
    assert "没有找到" in desk.text


def test_an_empty_search_is_the_list(desk):
    assert look_for(desk, "  ").path == "/desk"


def test_what_somebody_looked_for_is_seen_in_no_other_session(desk, city, named):
    _, name = named
    address = look_for(desk, name).path
    other = at_desk(city.address, hire(city.kaiban))
    other.open(address)
    assert name not in (other.control("q").get("value") or "")
    other.close()


# --- keys -------------------------------------------------------------------------------------------


def test_shortcuts_can_be_switched_off_and_stay_off(desk):
    assert desk.page.xpath("//*[@data-keys]")
    desk.press("关闭快捷键")
    assert desk.path == "/desk"
    assert not desk.page.xpath("//*[@data-keys]")
    desk.open("/desk?view=mine").press("打开快捷键")
    assert desk.path == "/desk?view=mine"
    assert desk.page.xpath("//*[@data-keys]")
