"""A bad rating is somebody's task at once: they call, answer and ask back, and nobody it is about ends it alone."""

from datetime import date

import pytest

from kaiban.domain.complaint import ComplaintState, StepKind
from kaiban.orchestrator.applicant.aftercare.rating import Opinion, rate
from kaiban.ports import ComplaintsWanted
from tests.orchestrator.window.complaints import test_complaints as complaints
from tests.orchestrator.window.complaints.test_complaints import do

driver, door = complaints.driver, complaints.door


@pytest.fixture
def no(driver):
    no = driver.open()
    driver.finish(no)
    return no


def take(driver, no, login):
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.note("taken", driver.clock.now(), f"window:{login}", facts={"to": login})
        tx.save(case)


def only(door, no):
    [found] = door.complaints.of_case(no)
    return found


def test_it_is_the_task_of_who_answers_for_the_case_by_the_next_working_day(driver, door, no):
    take(driver, no, "w1")
    driver.clock.at = driver.clock.at.replace(day=6)  # a Friday
    rate(door, no, Opinion(2, remark="等了很久"))
    found = only(door, no)
    assert (found.owner, found.state, found.rated) == ("w1", ComplaintState.IN_HAND, "")
    assert found.text == "不满意：等了很久"
    assert found.due == date(2026, 3, 9)
    assert door.complaints.listed(ComplaintsWanted(owner="w1"), 0, 9) == [found]
    steps = [event.facts["step"] for event in driver.case(no).events if event.kind == "complaint"]
    assert steps == ["raised", "assigned"]


def test_where_nobody_answers_it_waits_for_somebody_to_be_named(door, no):
    rate(door, no, Opinion(1, "registration"))
    found = only(door, no)
    assert (found.owner, found.state, found.rated) == ("", ComplaintState.RECEIVED, "registration")
    assert found.text == "非常不满意"


@pytest.mark.parametrize("level", [3, 4, 5])
def test_any_other_rating_is_none(door, no, level):
    rate(door, no, Opinion(level))
    assert door.complaints.of_case(no) == []


def test_rated_again_while_it_is_in_hand_it_stays_one_task(door, no):
    rate(door, no, Opinion(2))
    rate(door, no, Opinion(1, remark="还是慢"))
    only(door, no)
    rate(door, no, Opinion(1, "registration"))
    assert len(door.complaints.of_case(no)) == 2, "another link is another matter"


def test_it_is_answered_after_a_call_and_the_answer_stands_beside_the_rating(driver, door, no):
    take(driver, no, "w1")
    rate(door, no, Opinion(1))
    early = do(door, driver, no, StepKind.ANSWERED, "w1", "已整改")
    assert [each.code for each in early] == ["complaint.not_contacted"]
    called = do(door, driver, no, StepKind.CONTACTED, "w1", "通话，嫌慢")
    assert called.steps[-1].kind is StepKind.CONTACTED
    assert called.due == date(2026, 3, 11), "five working days for the answer"
    do(door, driver, no, StepKind.ANSWERED, "w1", "已整改")
    [rating] = driver.office.cases.ratings(no)
    assert (rating.answer, rating.answered_by) == ("已整改", "w1")
    assert [each.code for each in rate(door, no, Opinion(5))] == ["rating.answered"]
    done = do(door, driver, no, StepKind.SATISFIED, "w1", "")
    assert done.state is ComplaintState.TO_AGREE, "who had it in hand does not end it alone"
