"""What an applicant declares is read, kept word for word, checked by the window, and has its consequence if it is false."""

from dataclasses import replace
from datetime import date

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.commitment import Commitment, given
from kaiban.domain.papers.material import Holder, MaterialRules, Upload
from kaiban.domain.papers.obligation import Deferral, Lapse
from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.commitments import commit, held
from kaiban.orchestrator.materials.bringing import defer
from kaiban.orchestrator.materials.owing import owed
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.reporting.case import report
from kaiban.orchestrator.window.obligations.checking import checked
from kaiban.orchestrator.worker.upkeep.reminding import remind
from kaiban.storage.cases.records.obligations import SqlObligations
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM
from tests.orchestrator.worker.test_enclosing import Filing

FILING = "f" * 22
WHO = Position("w1", Role.WINDOW, "main")
PREMISES = Commitment("premises", "住所承诺", "2", "住所真实。", ("registration",), 20)
COPPER = Commitment("copper", "铜章承诺", "1", "铜章。", ("registration",), 5, when={"seal.kind": "copper"})  # fmt: skip
KEY, REASON = PREMISES.key, "实地核查，无此门牌"
LATER = MaterialRules(deferral=Deferral(frozenset({"lease"}), 10, "1", "承诺"))


def declaring(driver, *commitments):
    driver.office = replace(
        driver.office, city=replace(CITY, materials=LATER, commitments=commitments)
    )
    driver.owed = SqlObligations(driver.database)
    return driver


@pytest.fixture
def driver(drive):
    return declaring(drive(Scripted("registration", steps=REGISTRATION)), PREMISES, COPPER)


def opened(driver, form=FORM):
    return open_case(driver.office, Application(form, owner="alice", filing=FILING))


def case_with(driver):
    assert not isinstance(commit(driver.office, FILING, KEY, "2"), Defect)
    return opened(driver).no


def kinds(driver, no):
    return [event.kind for event in driver.case(no).events]


# --- declared -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "version", "code"),
    [
        ("commitment-moon", "2", "commitment.unknown"), ("lease", "2", "commitment.unknown"),
        (KEY, "", "commitment.unread"), (KEY, "1", "commitment.stale"),
    ],
)  # fmt: skip
def test_only_what_was_read_can_be_declared(driver, key, version, code):
    assert commit(driver.office, FILING, key, version).code == code
    assert driver.office.materials.listed(Holder(FILING)) == []


def test_declaring_twice_is_declaring_once(driver):
    commit(driver.office, FILING, KEY, "2")
    commit(driver.office, FILING, KEY, "2")
    assert [one.key for one in driver.office.materials.listed(Holder(FILING))] == [KEY]


def test_it_becomes_the_cases_word_for_word_with_the_day_of_its_check(driver):
    no = case_with(driver)
    [event] = [each for each in driver.case(no).events if each.kind == "committed"]
    assert (event.code, event.text, event.actor) == (KEY, "住所承诺", "applicant")
    assert event.facts == {
        "commitment": "2", "words": "住所真实。", "due": "2026-04-01", "follows": "window",
    }  # fmt: skip
    declaring(driver, replace(PREMISES, version="3", text="别的话"))
    [told] = report(driver.office, driver.case(no))["commitments"]
    assert (told["version"], told["words"], told["check"]) == ("2", "住所真实。", None)


def test_words_that_changed_meanwhile_are_read_again_before_it_is_handed_in(driver):
    commit(driver.office, FILING, KEY, "2")
    declaring(driver, replace(PREMISES, version="3"))
    [found] = opened(driver)
    assert (found.code, found.pointer) == ("commitment.stale", f"/materials/{KEY}")
    assert "3 版" in found.message
    commit(driver.office, FILING, KEY, "3")
    assert isinstance(opened(driver), Case)


def test_what_the_form_no_longer_asks_about_does_not_go_with_the_case(driver):
    commit(driver.office, FILING, COPPER.key, "1")
    case = opened(driver, {**FORM, "seal": {"kind": "rubber"}})
    assert given(case.events) == []
    assert driver.office.materials.listed(Holder(case_no=case.no)) == []


def test_nobody_has_to_declare_anything(driver):
    case = opened(driver)
    assert isinstance(case, Case)
    assert given(case.events) == []


# --- owed by the window ---------------------------------------------------------------------------


def test_each_is_due_on_its_own_day_in_the_list_of_its_hall(driver):
    commit(driver.office, FILING, COPPER.key, "1")
    defer(driver.office, FILING, "lease")
    no = case_with(driver)
    found = driver.owed.owing(date(2026, 12, 31), "main")
    assert [(each.case_no, each.key, each.due.isoformat()) for each in found] == [
        (no, COPPER.key, "2026-03-11"), (no, "lease", "2026-03-18"), (no, KEY, "2026-04-01"),
    ]  # fmt: skip


def test_it_is_no_material_that_is_brought_or_reminded_of(driver):
    no = case_with(driver)
    assert owed(driver.office, driver.case(no)) == []
    upload = Upload("a.pdf", "application/pdf", b"x", 1)
    assert supply(driver.office, no, KEY, upload).code == "materials.not_open"
    driver.advance(days=90)
    assert remind(driver.office, driver.owed) == 0
    assert len(driver.owed.owing(date(2026, 12, 31))) == 1, "it stays until it is checked"


def test_what_is_true_is_settled(driver):
    no = case_with(driver)
    outcome = checked(driver.office, no, KEY, WHO, "commitment_true", "")
    assert isinstance(outcome, Case)
    [one] = given(driver.case(no).events)
    assert (one.state, one.checked_at) == ("核查属实", driver.clock.at)
    assert driver.owed.owing(date(2026, 12, 31)) == []
    assert driver.case(no).events[-1].actor == "w1"


@pytest.mark.parametrize(
    ("result", "reason", "code"),
    [
        ("", REASON, "commitment.nothing"), ("fine", REASON, "commitment.nothing"),
        ("commitment_false", " ", "commitment.reason"), ("commitment_true", "长" * 501, "commitment.reason"),
    ],
)  # fmt: skip
def test_a_check_without_result_or_reason_is_refused(driver, result, reason, code):
    no = case_with(driver)
    [found] = checked(driver.office, no, KEY, WHO, result, reason)
    assert found.code == code
    assert KEY in held(driver.office, Holder(case_no=no))


def test_it_is_checked_once(driver):
    no = case_with(driver)
    checked(driver.office, no, KEY, WHO, "commitment_true", "")
    [found] = checked(driver.office, no, KEY, WHO, "commitment_false", REASON)
    assert found.code == "commitment.not_open"
    assert kinds(driver, no).count("commitment_false") == 0


# --- false ----------------------------------------------------------------------------------------


def false_one(drive, follows):
    driver = declaring(drive(Filing()), replace(PREMISES, follows=follows))
    return driver, case_with(driver)


def test_a_notice_orders_it_put_right_with_the_reason(drive):
    driver, no = false_one(drive, Lapse.NOTICE)
    driver.turn()
    checked(driver.office, no, KEY, WHO, "commitment_false", REASON)
    driver.turn()
    [item] = driver.case(no).open_notice.items
    assert (item.code, item.link, item.by) == ("commitment.false", "registration", "w1")
    assert REASON in item.message


def test_what_rests_on_it_counts_as_withdrawn(drive):
    driver, no = false_one(drive, Lapse.WITHDRAW)
    checked(driver.office, no, KEY, WHO, "commitment_false", REASON)
    [link] = driver.case(no).links
    assert (link.state.value, link.reason) == (
        "cancelled",
        f"告知承诺核查不实，视为撤回：{REASON}",
    )
    assert driver.finish(no).fruitless


def test_once_the_case_has_ended_it_is_a_persons_matter(drive):
    driver, no = false_one(drive, Lapse.WITHDRAW)
    assert driver.finish(no).state == "completed"
    checked(driver.office, no, KEY, WHO, "commitment_false", REASON)
    event = driver.case(no).events[-1]
    assert (event.kind, event.facts["follows"]) == ("commitment_false", "window")
    assert driver.case(no).links[0].state.value == "done"


def test_one_that_the_profile_has_lost_can_still_be_checked(driver):
    no = case_with(driver)
    declaring(driver)
    assert isinstance(checked(driver.office, no, KEY, WHO, "commitment_false", REASON), Case)
