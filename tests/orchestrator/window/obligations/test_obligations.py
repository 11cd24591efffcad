"""What the window decides about promises: more time, no more asking, and that something was brought by hand."""

from dataclasses import replace
from datetime import date

import pytest

from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.window.obligations.tending import Relief, handed_over, relieve
from kaiban.orchestrator.worker.upkeep.reminding import remind
from tests.orchestrator.worker.test_forwarding import CONTRACT, Taking, opened

WHO = Position("w1", Role.WINDOW, "main")
DUE, REASON = "2026-03-18", "房东出差，月底才回"


@pytest.fixture
def case(drive):
    return opened(drive, Taking(late=False))


def decide(driver, no, what, **more):
    relief = Relief(WHO, "lease", DUE, REASON, 15)
    return relieve(driver.office, driver.owed, no, what, replace(relief, **more))


def codes(outcome):
    return [each.code for each in outcome]


def last(driver, no):
    return driver.case(no).events[-1]


def test_more_time_counts_from_today_and_what_lapsed_may_lapse_again(case):
    driver, no = case
    driver.advance(days=15)
    assert remind(driver.office, driver.owed) == 1
    decide(driver, no, "extend")
    event = last(driver, no)
    assert (event.kind, event.actor, event.code, event.text) == ("extended", "w1", "lease", REASON)
    assert event.facts == {"due": "2026-04-10", "before": DUE, "material": "房屋租赁合同"}
    [one] = owed(driver.office, driver.case(no))
    assert (one["due"], one["overdue"]) == ("2026-04-10", False)
    assert driver.owed.owing(date(2026, 4, 10))[0].due == date(2026, 4, 10)
    driver.advance(days=23)
    assert remind(driver.office, driver.owed) == 1
    lapsed = [each.facts["due"] for each in driver.case(no).events if each.kind == "lapsed"]
    assert lapsed == [DUE, "2026-04-10"]


def test_what_is_waived_is_owed_no_more_and_the_reason_stays(case):
    driver, no = case
    decide(driver, no, "waive")
    assert owed(driver.office, driver.case(no)) == []
    assert driver.owed.owing(date(2027, 1, 1)) == []
    event = last(driver, no)
    assert (event.kind, event.actor, event.text) == ("waived", "w1", REASON)
    assert codes(decide(driver, no, "waive")) == ["obligation.none"]


@pytest.mark.parametrize(
    ("what", "more", "said"),
    [
        ("extend", {"reason": " ", "days": 0}, ["obligation.reason", "obligation.days"]),
        ("extend", {"days": 61}, ["obligation.days"]),
        ("extend", {"days": 10}, ["obligation.not_later"]),
        ("waive", {"reason": "x" * 501}, ["obligation.reason"]),
        ("waive", {"seen": "2026-03-17"}, ["obligation.changed"]),
        ("waive", {"key": "moon"}, ["obligation.none"]),
        ("delete", {}, ["obligation.nothing"]),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(case, what, more, said):
    driver, no = case
    before = driver.case(no)
    assert codes(decide(driver, no, what, **more)) == said
    assert driver.case(no) == before
    assert [one["due"] for one in owed(driver.office, before)] == [DUE]


def test_what_was_brought_by_hand_is_written_down_once(case):
    driver, no = case
    driver.finish(no)
    supply(driver.office, no, "lease", CONTRACT)
    brought = (driver.office, driver.owed, no, WHO, "lease", "registration")
    assert handed_over(*brought).no == no
    event = last(driver, no)
    assert (event.kind, event.actor, event.facts) == ("forwarded", "w1", {"state": "handed"})
    [forward] = driver.owed.forwards(no)
    assert (forward.state.value, forward.by) == ("handed", "w1")
    assert codes(handed_over(*brought)) == ["obligation.not_to_hand"]
    assert driver.owed.to_hand_over("", 9) == []
