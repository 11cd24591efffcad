"""Two people for what is to say something else: one asks, another decides, nobody both."""

from dataclasses import replace

import pytest

from kaiban.domain.cases.staff.edit_request import EditState
from kaiban.domain.pointer import replaced
from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.window.by_hand.approving import approve, ask, refuse, take_back
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST, Order, resend
from kaiban.ports import Done, Ref, StepSpec, Unknown
from tests.orchestrator.departments import Scripted
from tests.orchestrator.driver import CITY

NAME = "/company/name/full"
HALL = next(iter(CITY.halls))
ORDER = Order(
    "ck01", frozenset(CHECKLIST), "张科长 8800", {NAME: "示范市晚霞科技有限公司"}, why="部门要求"
)
SECOND = Position("ck02", Role.WINDOW, HALL)


@pytest.fixture
def asked(drive):
    """A case in doubt, and a change of it that waits for a second person."""
    department = Scripted("reader", Unknown("lost"), Done(Ref("k"), {}), steps=(StepSpec("main"),))
    driver = drive(department)
    no = driver.open()
    driver.turn()
    found = ask(driver.office, no, "reader", ORDER)
    assert not isinstance(found, list), found
    return driver, no, found


def codes(outcome):
    return [each.code for each in outcome]


def state(driver, request):
    return driver.office.edit_requests.get(request.id).state


def test_what_a_second_person_approves_is_sent_once_and_names_both(asked):
    driver, no, request = asked
    assert driver.states(no) == {"reader": "unknown"}
    assert driver.office.edit_requests.waiting(HALL, 9) == [request]
    assert driver.office.edit_requests.waiting("elsewhere", 9) == []
    for _ in range(2):
        assert not isinstance(approve(driver.office, request.id, SECOND), list)
    case = driver.case(no)
    (event,) = [each for each in case.events if each.kind == "edited"]
    assert (event.actor, "复核人：ck02" in event.text, "部门要求" in event.text) == (
        "window:ck01", True, True,
    )  # fmt: skip
    assert state(driver, request) is EditState.APPROVED
    decided = [each.actor for each in case.events if each.kind == "edit_approved"]
    assert decided == ["window:ck02"], "who decides has acted in the case"
    assert driver.finish(no).form["company"]["name"]["full"] == "示范市晚霞科技有限公司"


@pytest.mark.parametrize(
    "who",
    [
        Position("ck01", Role.WINDOW, HALL), Position("ck01", Role.HALL_MANAGER, HALL),
        Position("ck03", Role.WINDOW, "elsewhere"), Position("jd01", Role.SUPERVISOR, HALL),
    ],
)  # fmt: skip
def test_nobody_approves_themselves_or_for_another_hall_or_without_the_right(asked, who):
    driver, no, request = asked
    assert codes(approve(driver.office, request.id, who)) == ["edit.same_person"]
    assert codes(refuse(driver.office, request.id, who, "不对")) == ["edit.same_person"]
    assert (driver.states(no), state(driver, request)) == ({"reader": "unknown"}, "waiting")


def test_what_changed_meanwhile_is_not_overwritten(asked):
    driver, no, request = asked
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.form = replaced(case.form, NAME, "示范市朝霞科技有限公司")
        tx.save(case)
    assert codes(approve(driver.office, request.id, SECOND)) == ["edit.moved"]
    assert driver.states(no) == {"reader": "unknown"}


def test_a_department_that_has_answered_meanwhile_is_sent_nothing(asked):
    driver, no, request = asked
    driver.finish(no)
    assert codes(approve(driver.office, request.id, SECOND)) == ["resend.not_possible"]
    assert state(driver, request) is EditState.WAITING


def test_what_was_found_out_before_another_sending_says_nothing_of_that_one(drive):
    steps = (StepSpec("main"),)
    driver = drive(Scripted("reader", Unknown("lost"), Unknown("lost"), Done(Ref("k"), {}), steps=steps))  # fmt: skip
    no = driver.open()
    driver.turn()
    request = ask(driver.office, no, "reader", ORDER)
    as_it_was = Order("ck03", frozenset(CHECKLIST), "李科长 8801")
    assert not isinstance(resend(driver.office, no, "reader", "", as_it_was), list)
    driver.turn()
    assert driver.states(no) == {"reader": "unknown"}
    assert codes(approve(driver.office, request.id, SECOND)) == ["edit.moved"]
    assert driver.states(no) == {"reader": "unknown"}
    assert not isinstance(take_back(driver.office, request.id, "ck01"), list)
    anew = ask(driver.office, no, "reader", ORDER)
    assert not isinstance(approve(driver.office, anew.id, SECOND), list)


def test_what_is_refused_or_taken_back_is_never_sent_and_can_be_asked_anew(asked):
    driver, no, request = asked
    assert codes(ask(driver.office, no, "reader", ORDER)) == ["edit.waits"]
    assert codes(refuse(driver.office, request.id, SECOND, " ")) == ["edit.answer"]
    for _ in range(2):
        assert not isinstance(refuse(driver.office, request.id, SECOND, "名称没有核对"), list)
    assert [each.kind for each in driver.case(no).events].count("edit_refused") == 1
    assert codes(take_back(driver.office, request.id, "ck01")) == ["edit.decided"]
    assert codes(approve(driver.office, request.id, SECOND)) == ["edit.decided"]
    again = ask(driver.office, no, "reader", ORDER)
    assert codes(take_back(driver.office, again.id, "ck02")) == ["edit.not_yours"]
    for _ in range(2):
        assert not isinstance(take_back(driver.office, again.id, "ck01"), list)
    assert codes(approve(driver.office, again.id, SECOND)) == ["edit.decided"]
    assert driver.states(no) == {"reader": "unknown"}
    assert driver.office.edit_requests.get(request.id).answer == "名称没有核对"


def test_everything_that_is_lacking_is_told_at_once(asked):
    driver, no, request = asked
    take_back(driver.office, request.id, "ck01")
    empty = replace(ORDER, checked=frozenset(), told_by="", changes={}, why="")
    assert codes(ask(driver.office, no, "reader", empty)) == [
        *["resend.unchecked"] * len(CHECKLIST), "resend.told_by", "edit.nothing", "edit.why",
    ]  # fmt: skip
    same = replace(ORDER, changes={NAME: driver.case(no).form["company"]["name"]["full"]})
    assert codes(ask(driver.office, no, "reader", same)) == ["resend.unchanged"]
