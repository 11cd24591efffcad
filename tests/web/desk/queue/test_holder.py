"""Who answers for a case: taken, handed on, taken over; two who press at once; and who else has it open."""

from datetime import timedelta

import pytest

from kaiban.domain.desk.worklist import first_of, holder_of
from kaiban.domain.roles import Role
from kaiban.storage.schema import presence
from tests.web.desk.people import OTHER, at_desk, hire

NAMES = (f"管过{first}{second}" for first in "甲乙丙丁" for second in "子丑寅卯辰")


@pytest.fixture
def no(city):
    return city.submit(city.form(next(NAMES)))


@pytest.fixture
def colleague(city):
    return hire(city.kaiban, name="王芳", window="05")


@pytest.fixture
def theirs(city, colleague):
    visitor = at_desk(city.address, colleague)
    yield visitor
    visitor.close()


def case_of(city, no):
    return city.kaiban.cases.read(no)


def last(city, no):
    event = case_of(city, no).events[-1]
    return event.kind, event.actor, event.facts.get("to"), event.code


def test_a_case_nobody_has_is_taken_once(desk, person, city, no):
    desk.open(f"/desk/cases/{no}")
    assert "还没有人负责" in desk.text
    desk.press("认领")
    assert desk.path == f"/desk/cases/{no}#holder"
    assert "由您负责" in desk.text
    assert last(city, no) == ("taken", f"window:{person.login}", person.login, "")
    before = len(case_of(city, no).events)
    desk.http.post(
        f"{city.address}/desk/cases/{no}/holder",
        data={"csrf_token": desk.page.xpath("//input[@name='csrf_token']")[0].get("value"), "do": "take", "version": "0."},
    ).raise_for_status()  # fmt: skip
    assert len(case_of(city, no).events) == before, "a second click does nothing"


def test_who_acts_first_answers_for_it_without_having_taken_it(desk, person, city, no):
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        case.note("sheet", city.kaiban.clock.now(), f"window:{person.login}")
        tx.save(case)
    desk.open(f"/desk/cases/{no}")
    assert "由您负责" in desk.text


def test_it_is_handed_on_to_a_colleague_of_the_hall(desk, theirs, person, colleague, city, no):
    desk.open(f"/desk/cases/{no}").press("认领")
    options = desk.page.xpath("//select[@name='to']/option/@value")
    assert colleague.login in options
    assert person.login not in options
    desk.press("转交", to=colleague.login)
    assert f"由王芳（{colleague.login}）负责" in desk.text
    assert f"首问：李敏（{person.login}）" in desk.text
    assert f"转交给王芳（{colleague.login}）" in desk.text
    assert last(city, no) == ("handed_on", f"window:{person.login}", colleague.login, "")
    theirs.open("/desk?view=mine")
    assert no in theirs.answer.text


@pytest.mark.parametrize("who", ["", "nobody", "other hall", "supervisor", "disabled"])
def test_it_is_handed_on_to_nobody_else(desk, colleague, city, no, who):
    kaiban = city.kaiban
    to = {
        "other hall": lambda: hire(kaiban, hall=OTHER).login,
        "supervisor": lambda: hire(kaiban, Role.SUPERVISOR).login,
        "disabled": lambda: _disabled(kaiban),
    }.get(who, lambda: who)()
    desk.open(f"/desk/cases/{no}").press("认领")
    before = holder_of(case_of(city, no))
    desk.press("转交", to=to)
    assert desk.status == 422
    assert desk.mistakes == ["请选择本大厅在岗的同事。"]
    assert holder_of(case_of(city, no)) == before


def _disabled(kaiban):
    person = hire(kaiban)
    kaiban.staff.accounts.disable(person.login, kaiban.staff.wall())
    return person.login


def test_it_is_taken_over_for_a_reason(desk, theirs, person, colleague, city, no):
    desk.open(f"/desk/cases/{no}").press("认领")
    theirs.open(f"/desk/cases/{no}")
    theirs.press("接手")
    assert theirs.mistakes == ["请选择接手的原因。"]
    assert holder_of(case_of(city, no)) == person.login
    theirs.press("接手", reason="away")
    assert "由您负责" in theirs.text
    assert last(city, no) == ("taken_over", f"window:{colleague.login}", colleague.login, "away")
    assert first_of(case_of(city, no)) == person.login


def test_only_who_answers_for_it_and_the_hall_manager_hand_it_on(
    desk, theirs, colleague, city, no
):
    theirs.open(f"/desk/cases/{no}").press("认领")
    desk.open(f"/desk/cases/{no}")
    assert desk.control("to") is None
    boss = at_desk(city.address, hire(city.kaiban, Role.HALL_MANAGER))
    other = hire(city.kaiban, name="赵五")
    boss.open(f"/desk/cases/{no}").press("转交", to=other.login)
    assert holder_of(case_of(city, no)) == other.login
    boss.close()


def test_the_hall_manager_gives_a_case_nobody_has_to_somebody(city, colleague, no):
    boss = at_desk(city.address, hire(city.kaiban, Role.HALL_MANAGER))
    boss.open(f"/desk/cases/{no}").press("转交", to=colleague.login)
    assert holder_of(case_of(city, no)) == colleague.login
    assert f"由王芳（{colleague.login}）负责" in boss.text
    boss.close()


def test_of_two_who_take_it_the_second_sees_who_has_it_and_loses_nothing(desk, theirs, colleague, city, no):  # fmt: skip
    for each in (desk, theirs):
        each.open(f"/desk/cases/{no}")
    theirs.press("认领")
    desk.press("认领")
    assert desk.status == 409
    assert f"王芳（{colleague.login}）" in desk.text
    assert holder_of(case_of(city, no)) == colleague.login
    desk.follow("保留已经保存的")
    desk.press("接手", reason="load")
    assert "由您负责" in desk.text


def test_a_takeover_from_an_older_page_can_be_sent_over_what_is_there(desk, theirs, person, city, no):  # fmt: skip
    third = hire(city.kaiban, name="赵五")
    theirs.open(f"/desk/cases/{no}").press("认领")
    desk.open(f"/desk/cases/{no}")
    theirs.press("转交", to=third.login)
    desk.press("接手", reason="moved")
    assert desk.status == 409
    assert "赵五" in desk.text
    desk.press("以我刚才填的为准")
    assert holder_of(case_of(city, no)) == person.login
    assert last(city, no)[3] == "moved"


def test_a_closed_case_is_given_to_nobody(desk, city, no):
    desk.open(f"/desk/cases/{no}")
    form, button = desk.button("认领")
    city.wait_for(no, lambda case: case.ended)
    desk.send(form, button, {})
    assert desk.status == 422
    assert desk.mistakes == ["办件已经办结，不再认领或者转交。"]
    desk.open(f"/desk/cases/{no}")
    assert not desk.page.xpath("//button[@value='take']")


def test_who_only_looks_has_no_buttons(city, no):
    visitor = at_desk(city.address, hire(city.kaiban, Role.AUDITOR))
    visitor.open(f"/desk/cases/{no}")
    assert "还没有人负责" in visitor.text
    assert not visitor.page.xpath("//button[@name='do']")
    visitor.close()


def test_the_second_in_a_case_sees_who_is_in_it_until_some_minutes_have_passed(desk, theirs, colleague, city, no):  # fmt: skip
    desk.open(f"/desk/cases/{no}")
    assert "也打开了" not in desk.text
    theirs.open(f"/desk/cases/{no}")
    assert "李敏 ・ 窗口 03 也打开了这件申请" in theirs.text
    assert "王芳 ・ 窗口 05 也打开了" in desk.open(f"/desk/cases/{no}").text
    with city.kaiban.database.transaction() as connection:
        earlier = city.kaiban.wall.now() - timedelta(minutes=6)
        connection.execute(presence.update().values(seen_at=earlier))
    assert "也打开了" not in desk.open(f"/desk/cases/{no}").text
