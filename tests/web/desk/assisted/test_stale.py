"""At the desk, too: a page that is older than what it would change overwrites nothing, and both are shown."""

import pytest

from kaiban.web.pages import routes_of
from kaiban.web.routes import CHANGES
from tests.web.desk.assisted.clerk import APPLICANT
from tests.web.rosters import line, pasted

NAMES = (f"旧帮{each}" for each in "甲乙丙丁戊己庚辛壬癸")


def at(page, words, **answers):
    """The form of a page with these answers, about to be sent by that button."""

    def reach(clerk, _city):
        clerk.begin().go(page)
        return (*clerk.button(words), answers)

    return reach


def at_a_draft(clerk, _city):
    clerk.begin().go("company")
    shown, button = clerk.button("保存并继续")
    shown.set("action", shown.get("data-autosave"))
    return shown, button, {"company.contact_phone": "0999-8800002"}


def at_a_row(clerk, _city):
    clerk.begin().go("employment/0").press("先保存", **{"staff.members.0.name": "张三"})
    clerk.go("employment/0")
    return (*clerk.button("保存并继续"), {"staff.members.0.name": "赵六"})


def at_a_list(clerk, _city):
    clerk.begin().go("company/pick/company.scope.items.0.code", q="G101")
    shown = clerk.page.get_element_by_id("entries")
    return shown, shown.xpath(".//button")[0], {}


def at_a_table(clerk, _city):
    clerk.begin().go("employment/roster").press("读取表格", text=pasted(line(1)))
    return (*clerk.button("写进名册"), {})


def at_a_copy(clerk, city):
    old = city.submit(city.form(next(NAMES)))
    clerk.begin().go("copy").press("查找", source=old)
    return (*clerk.button("照抄"), {"sections": ["people"]})


def at_a_sheet(clerk, city):
    clerk.begin().fill_in(city.form(next(NAMES)))
    clerk.go("check").follow("打开核对单")
    return (*clerk.button("已签字确认"), {"signed": "yes"})


def at_a_confirmed_sheet(clerk, city):
    clerk.begin().fill_in(city.form(next(NAMES))).read_back()
    return (*clerk.button("提交申请"), {})


def at_a_parked(clerk, _city):
    clerk.begin().go().press("挂起")
    clerk.go()
    return (*clerk.button("接手办理"), {})


#: How somebody comes to the form of each route that changes something, and what they change.
PAGES = {
    "links": at("links", "保存", links=["registration"]),
    "<page>": at("company", "保存", **{"company.contact_phone": "0999-8800002"}),
    "<page>/draft": at_a_draft,
    "<page>/<int:row>": at_a_row,
    "<page>/pick/<place>": at_a_list,
    "<page>/roster": at_a_table,
    "who": at("who", "保存", name="赵六"),
    "park": at("", "挂起"),
    "take": at_a_parked,
    "copy": at_a_copy,
    "confirm": at_a_sheet,
    "submit": at_a_confirmed_sheet,
}


def test_every_route_of_the_desk_that_changes_a_form_is_tried_here():
    changing = {route.rule for route in routes_of() if route.writes == CHANGES}
    ours = {rule for rule in changing if rule.startswith("/desk/new/")}
    assert ours == {f"/desk/new/<desk_no>/{each}" for each in PAGES}


@pytest.mark.parametrize("rule", PAGES)
def test_whatever_is_sent_from_an_older_page_is_refused_and_changes_nothing(clerk, city, rule):
    form, button, answers = PAGES[rule](clerk, city)
    assert "version" in dict(form.form_values()), "the page carries what it was read from"
    before = city.kaiban.assisted.get(clerk.number), clerk.filing(city)
    clerk.send(form, button, {**answers, "version": "older"})
    assert clerk.status == 409
    after = city.kaiban.assisted.get(clerk.number), clerk.filing(city)
    assert before == after


def test_two_clerks_on_one_page_both_see_what_the_other_typed(clerk, colleague, city):
    clerk.begin().go("company")
    colleague.number = clerk.number
    colleague.go("company").press("先保存", **{"company.contact_phone": "0999-8800002"})
    clerk.press("先保存", **{"company.contact_phone": "0999-8800003"})
    assert clerk.status == 409
    assert "/desk/exit" in clerk.page.xpath("//nav//a/@href"), "the ways through the desk stay"
    assert "0999-8800002" in clerk.text
    assert "0999-8800003" in clerk.text
    clerk.press("以我刚才填的为准")
    assert clerk.filing(city).entry["company"]["contact_phone"] == "0999-8800003"


def test_a_double_click_does_nothing_twice(clerk, city):
    clerk.begin().fill_in(city.form(next(NAMES))).read_back()
    form, button = clerk.button("提交申请")
    clerk.send(form, button, {})
    first = clerk.case(city).no
    clerk.send(form, button, {})
    assert clerk.heading == "受理回执"
    assert clerk.case(city).no == first
    seen = [each for each in city.kaiban.cases.disclosures(first) if each.why == "assist"]
    assert [each.who for each in seen] == [clerk.login]


def test_taken_or_laid_aside_with_two_clicks_it_is_so_once(clerk, colleague, city):
    clerk.begin().go()
    form, button = clerk.button("挂起")
    for _ in range(2):
        clerk.send(form, button, {})
        assert clerk.path == "/desk/new"
    parked = city.kaiban.assisted.get(clerk.number)
    colleague.number = clerk.number
    form, button = colleague.go().button("接手办理")
    for _ in range(2):
        colleague.send(form, button, {})
        assert colleague.status == 200
    clerk.go()
    assert "现在由" in clerk.text
    taken = city.kaiban.assisted.get(clerk.number)
    assert (parked.held_by, taken.held_by, taken.parked_at) == (clerk.login, colleague.login, None)


def test_a_case_is_no_draft_any_more(clerk, city):
    clerk.hand_in(city.form(next(NAMES)))
    for page in ("", "read-back", "check", "company"):
        assert clerk.go(page).heading == "受理回执", page


@pytest.mark.parametrize("page", ["links", "materials", "company"])
def test_what_is_sent_for_a_form_that_is_a_case_is_told_where_that_is(clerk, city, page):
    clerk.begin().go(page)
    form, button = _first_of_the_page(clerk)
    clerk.fill_in(city.form(next(NAMES))).read_back().press("提交申请")
    assert clerk.heading == "受理回执", clerk.text[:400]
    clerk.send(form, button, {})
    no = clerk.filing(city).case_no
    assert (clerk.status, clerk.heading) == (409, "这份申请已经提交")
    assert no in clerk.text
    clerk.open(clerk.page.xpath("//main//a[contains(., '查看办件')]/@href")[0])
    assert (clerk.status, clerk.heading) == (200, "受理回执")


def _first_of_the_page(page):
    return next(
        (form, button) for form in page.page.forms if form.xpath("ancestor::main")
        for button in form.iter("button") if form.get("method", "").lower() == "post"
    )  # fmt: skip


def test_begun_with_two_clicks_there_is_one_form_and_the_next_person_has_another(clerk, city):
    clerk.open("/desk/new")
    form, button = clerk.button("开始填写")
    clerk.send(form, button, APPLICANT)
    first = clerk.path
    clerk.send(form, button, APPLICANT)
    assert clerk.path == first
    clerk.send(form, button, {**APPLICANT, "name": "李四"})
    assert clerk.path != first
    mine = [
        each for each in city.kaiban.assisted.unfinished("main") if each.held_by == clerk.login
    ]
    assert sorted(each.filer.name for each in mine) == ["张三", "李四"]
