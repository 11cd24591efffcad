"""The one-time notice: gathered over all departments, looked at, added to, taken from, told once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.locality import NATIONAL
from forms.opening import SECTIONS
from forms.sample import sample
from kaiban.app.form import FormRules
from kaiban.domain.cases.staff.unsent import unsent
from kaiban.domain.city import NoticeRules
from kaiban.domain.papers.material import Upload
from kaiban.domain.pointer import replaced
from kaiban.domain.roles import Position, Role
from kaiban.orchestrator.applicant.correcting import Amendment, correct
from kaiban.orchestrator.applicant.opening import check
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.materials.supplying import add
from kaiban.orchestrator.window.notices.composing import (
    Finding,
    add_finding,
    compose_form,
    drop_item,
    issue_notice,
    preview,
    settle_findings,
)
from kaiban.orchestrator.window.notices.unsent import know_unsent
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.ports import Correction, Done, NeedsCorrection, Pending, Ref, Rejected
from tests.orchestrator.departments import REGISTRATION, Scripted

BY = "03 号窗口 李敏"
ADDRESS = Finding(BY, message="楼层写错了。", pointer="/seal/kind", link="seal")
REF = Ref("k")
UPLOAD = Upload("a.pdf", "application/pdf", b"x", 1)
WAIT = NoticeRules(wait=timedelta(minutes=15))


def asks(path, code="E1"):
    return NeedsCorrection((Correction(path, code, f"请改 {path}。"),), REF)


def two(drive, seal, tax, rules=WAIT):
    """A case at two departments that answer so."""
    driver = drive(
        Scripted("registration", Done(REF, {"credit_code": "X"}), steps=REGISTRATION),
        Scripted("seal", *seal, reads=("seal.kind",)),
        Scripted("tax", *tax, reads=("tax.invoices", "company.capital")),
    )
    driver.office = replace(driver.office, city=replace(driver.office.city, notices=rules))
    return driver, driver.open()


def told(case):
    return [[(item.link, item.pointer) for item in notice.items] for notice in case.notices]


def codes(outcome):
    return [defect.code for defect in outcome]


SEAL = ("seal", "/seal/kind")
TAX = ("tax", "/tax/invoices")


def test_demands_that_come_within_the_wait_are_one_notice(drive):
    driver, no = two(drive, [asks("seal.kind")], [Pending(REF), asks("tax.invoices")])
    driver.turn_until(lambda: driver.case(no).draft)
    case = driver.case(no)
    assert (case.notices, case.state, case.open_notice) == ([], "in_progress", None)
    driver.turn_until(lambda: driver.case(no).notices)
    assert told(driver.case(no)) == [[SEAL, TAX]]
    assert [event.kind for event in driver.case(no).events].count("notice") == 1
    assert not driver.case(no).notices[0].repeats


def test_it_goes_out_when_it_is_due_although_another_is_still_at_it(drive):
    driver, no = two(drive, [asks("seal.kind")], [Pending(REF, timedelta(days=1))])
    driver.turn_until(lambda: driver.case(no).draft)
    due = driver.case(no).draft.due
    driver.clock.at = due - timedelta(seconds=1)
    reconcile(driver.office)
    assert driver.case(no).notices == []
    driver.clock.at = due
    reconcile(driver.office)
    assert told(driver.case(no)) == [[SEAL]]
    assert driver.case(no).draft is None


def test_it_goes_out_at_once_when_nobody_else_can_find_anything(drive):
    driver, no = two(drive, [asks("seal.kind")], [Done(REF, {})])
    driver.turn_until(lambda: driver.case(no).notices)
    assert driver.clock.at - driver.case(no).accepted_at < WAIT.wait


def test_what_comes_after_it_went_out_is_counted(drive):
    late = [Pending(REF, timedelta(hours=2)), asks("tax.invoices")]
    driver, no = two(drive, [asks("seal.kind")], late)
    driver.turn_until(lambda: driver.case(no).draft)
    driver.clock.at = driver.case(no).draft.due
    reconcile(driver.office)
    assert not driver.case(no).notices[0].repeats
    driver.turn_until(lambda: len(driver.case(no).told()) == 2)
    assert driver.case(no).notices[0].repeats


def settled(drive):
    """A case in which nobody asks for anything, both departments at work."""
    return two(drive, [Pending(REF, timedelta(days=1))], [Pending(REF, timedelta(days=1))])


def test_what_staff_find_waits_for_them_and_is_told_as_they_say(drive):
    driver, no = settled(drive)
    assert add_finding(driver.office, no, ADDRESS).draft.is_held
    (line,) = preview(driver.office, no).lines
    assert (line.item.by, line.item.message, line.freshness) == (BY, "楼层写错了。", "new")
    version = preview(driver.office, no).version
    add_finding(driver.office, no, Finding(BY, code="window.signature"))
    assert codes(issue_notice(driver.office, no, BY, version=version)) == ["notice.changed"]
    case = issue_notice(driver.office, no, BY)
    (notice,) = case.notices
    assert (notice.by, notice.repeats, len(notice.items)) == (BY, False, 2)
    assert notice.items[1].rule == "市场主体登记管理条例实施细则第十五条"
    assert case.state == "needs_correction"


def test_what_staff_forget_goes_out_when_they_had_their_time(drive):
    driver, no = settled(drive)
    add_finding(driver.office, no, ADDRESS)
    driver.advance(minutes=59)
    reconcile(driver.office)
    assert driver.case(no).notices == []
    driver.advance(minutes=1)
    reconcile(driver.office)
    assert told(driver.case(no)) == [[SEAL]]


def test_the_applicant_answers_in_the_form_with_a_paper_or_at_the_window(drive):
    driver, no = settled(drive)
    add_finding(driver.office, no, ADDRESS)
    issue_notice(driver.office, no, BY)
    assert codes(correct(driver.office, no, Amendment({}))) == ["correction.unchanged"]
    assert correct(driver.office, no, Amendment({"/seal/kind": "rubber"})).open_notice is None
    add_finding(driver.office, no, Finding(BY, material="lease"))
    issue_notice(driver.office, no, BY, "当时没有看到合同")
    assert driver.case(no).open_notice.items[0].pointer == "/materials/lease"
    assert add(driver.office, no, "permit", UPLOAD).code == "materials.not_open"
    assert add(driver.office, no, "lease", UPLOAD).open_notice is None
    add_finding(driver.office, no, Finding(BY, code="window.signature"))
    issue_notice(driver.office, no, BY, "当时没有看到")
    assert codes(settle_findings(driver.office, no, BY, "")) == ["notice.how"]
    assert settle_findings(driver.office, no, BY, "当场补签").open_notice is None
    assert codes(settle_findings(driver.office, no, BY, "再来")) == ["notice.none_open"]


def test_a_second_notice_about_what_was_visible_needs_a_reason_and_is_counted(drive):
    driver, no = settled(drive)
    add_finding(driver.office, no, ADDRESS)
    issue_notice(driver.office, no, BY)
    correct(driver.office, no, Amendment({"/seal/kind": "rubber"}))
    again = replace(ADDRESS, message="还是不对。")
    add_finding(driver.office, no, again)
    found = preview(driver.office, no)
    assert ([line.freshness for line in found.lines], found.needs_reason) == (["again"], False)
    add_finding(driver.office, no, Finding(BY, pointer="/tax/invoices", message="张数写错了。"))
    assert preview(driver.office, no).needs_reason
    assert codes(issue_notice(driver.office, no, BY)) == ["notice.late"]
    case = issue_notice(driver.office, no, BY, "第一次漏看")
    assert [(n.repeats, n.reason) for n in case.notices] == [(False, ""), (True, "第一次漏看")]


def test_what_is_taken_off_is_not_told_and_says_who_and_why(drive):
    driver, no = settled(drive)
    add_finding(driver.office, no, ADDRESS)
    add_finding(driver.office, no, Finding(BY, code="window.signature"))
    assert codes(drop_item(driver.office, no, 1, BY, " ")) == ["notice.drop_reason"]
    assert codes(drop_item(driver.office, no, 9, "", "不用")) == ["entry.by", "notice.item"]
    drop_item(driver.office, no, 1, BY, "看错了")
    case = issue_notice(driver.office, no, BY)
    assert [item.code for item in case.notices[0].items] == ["window.signature"]
    (dropped,) = case.notices[0].dropped
    assert (dropped.item.message, dropped.by, dropped.reason) == ("楼层写错了。", BY, "看错了")


def test_a_department_whose_demand_is_taken_off_gets_its_application_again(drive):
    driver, no = two(
        drive,
        [asks("seal.kind"), Done(REF, {})],
        [Pending(REF, timedelta(hours=5)), Done(REF, {})],
    )
    driver.turn_until(lambda: driver.case(no).draft)
    drop_item(driver.office, no, 1, BY, "部门已经电话确认不用改")
    assert driver.states(no)["seal"] == "ready"
    case = driver.finish(no)
    assert (case.state, case.notices) == ("completed", [])


def test_a_department_does_not_wait_for_the_answer_to_what_staff_found(drive):
    driver, no = two(drive, [asks("seal.kind"), Done(REF, {})], [Pending(REF, timedelta(hours=5))])
    driver.turn_until(lambda: driver.case(no).draft)
    add_finding(driver.office, no, Finding(BY, code="window.signature", link="seal"))
    drop_item(driver.office, no, 1, BY, "部门已经电话确认不用改")
    assert driver.states(no)["seal"] == "ready"


def test_what_nobody_told_in_time_is_not_told_of_a_case_that_has_ended(drive):
    slow = Pending(REF, timedelta(minutes=5))
    driver, no = two(drive, [slow, Done(REF, {})], [Done(REF, {})])
    add_finding(driver.office, no, ADDRESS)
    driver.finish(no)
    driver.advance(hours=2)
    reconcile(driver.office)
    assert driver.case(no).notices == []


WHO = Position("ck01", Role.WINDOW, "main")
FOUND = Finding("ck01", message="楼层写错了。", link="seal", example="三层", bring="租赁合同")


def known(case):
    return [(each.by, each.known) for each in unsent(case.events)]


@pytest.mark.parametrize(
    ("answer", "withdrawn"),
    [(Done(REF, {}), False), (Rejected("E", "不予办理"), False), (Pending(REF), True)],
)
def test_who_wrote_what_went_out_to_nobody_is_told_once_and_can_read_it(drive, answer, withdrawn):
    driver, no = two(drive, [Pending(REF, timedelta(minutes=5)), answer], [Done(REF, {})])
    add_finding(driver.office, no, FOUND)
    if withdrawn:
        withdraw(driver.office, no)
    else:
        driver.finish(no)
    case = driver.case(no)
    (left,) = unsent(case.events)
    assert (left.by, left.link, left.known) == ("ck01", "seal", False)
    assert left.text == "楼层写错了。（例如：三层；带：租赁合同）"
    assert (case.draft, case.notices) == (None, [])
    colleague = replace(WHO, login="ck02")
    assert codes(know_unsent(driver.office, no, colleague)) == ["notice.not_yours"]
    for _ in range(2):  # pressed twice
        assert known(know_unsent(driver.office, no, WHO)) == [("ck01", True)]
    assert [event.kind for event in driver.case(no).events].count("unsent_known") == 1


def test_who_manages_the_hall_may_know_of_it_for_whoever_is_not_there(drive):
    driver, no = two(drive, [Pending(REF, timedelta(minutes=5)), Done(REF, {})], [Done(REF, {})])
    add_finding(driver.office, no, FOUND)
    add_finding(driver.office, no, replace(FOUND, by="ck02", message="门牌号写错了。"))
    driver.finish(no)
    assert known(know_unsent(driver.office, no, WHO)) == [("ck01", True), ("ck02", False)]
    manager = Position("boss", Role.HALL_MANAGER, "main")
    assert known(know_unsent(driver.office, no, manager)) == [("ck01", True), ("ck02", True)]


def test_what_was_told_or_taken_off_is_not_put_aside(drive):
    driver, no = two(drive, [Pending(REF, timedelta(minutes=5)), Done(REF, {})], [Done(REF, {})])
    add_finding(driver.office, no, FOUND)
    drop_item(driver.office, no, 1, "ck01", "看错了")
    add_finding(driver.office, no, replace(FOUND, message="门牌号写错了。"))
    issue_notice(driver.office, no, "ck01")
    settle_findings(driver.office, no, "ck01", "当场改好")
    assert unsent(driver.finish(no).events) == []


@pytest.mark.parametrize("material", ["消防验收意见", "nonsense"])
def test_a_material_off_the_list_needs_a_reason_and_is_written_down(drive, material):
    driver, no = settled(drive)
    wanted = Finding(BY, material=material)
    assert codes(add_finding(driver.office, no, wanted)) == ["notice.unlisted"]
    assert driver.case(no).draft is None
    case = add_finding(driver.office, no, replace(wanted, reason="属地要求"))
    (item,) = case.draft.items
    assert (item.code, item.reason, item.bring) == ("material.unlisted", "属地要求", material)
    (event,) = [event for event in case.events if event.kind == "unlisted"]
    assert (event.actor, event.text) == (f"window:{BY}", f"请提供“{material}”。属地要求")


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (Finding(""), ["entry.by", "notice.message"]),
        (Finding(BY, code="nonsense", message="x"), ["notice.code"]),
        (Finding(BY, message="a\nb"), ["notice.message"]),
        (Finding(BY, message="x" * 501), ["notice.message"]),
        (Finding(BY, message="x", rule="y\n", link="bank"), ["notice.text", "notice.link"]),
        (Finding(BY, message="x", pointer="/nowhere"), ["notice.pointer"]),
        (Finding(BY, message="x", pointer="~1"), ["notice.pointer"]),
    ],
)
def test_bad_findings_are_told_at_once_and_change_nothing(drive, finding, expected):
    driver, no = settled(drive)
    assert codes(add_finding(driver.office, no, finding)) == expected
    assert driver.case(no).draft is None
    assert codes(issue_notice(driver.office, no, BY)) == ["notice.empty"]


def test_nothing_is_told_of_a_case_that_has_ended(drive):
    driver, no = two(drive, [Done(REF, {})], [Done(REF, {})])
    driver.finish(no)
    assert codes(add_finding(driver.office, no, ADDRESS)) == ["notice.ended"]
    assert codes(issue_notice(driver.office, no, BY)) == ["notice.ended", "notice.empty"]


PLACES = (
    "/company/capital/amount", "/company/email", "/premises/detail", "/people/legal_rep/mobile",
    "/people/legal_rep/cert/no", "/people/holders/0/name", "/tax/standard", "/bank/branch",
    "/housing_fund/ratio", "/people/supervisors/0/name",
)  # fmt: skip
JUNK = st.sampled_from(["", None, "😀", "１２", "x" * 400, -1, [], {}, True, "2026-02-30"])


@given(st.dictionaries(st.sampled_from(PLACES), JUNK, max_size=6))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_defect_of_a_form_is_in_the_notice_exactly_once(rules, changes):
    form = sample(today=date(2026, 3, 4))
    for pointer, value in changes.items():
        form = replaced(form, pointer, value)
    wrong = check(rules, form).defects
    items = compose_form(rules, form)
    assert sorted((i.link, i.pointer, i.code, i.message) for i in items) == sorted(
        (d.link, d.pointer, d.code, d.message) for d in wrong
    )
    assert {item.origin for item in items} <= {"form"}


@pytest.fixture
def rules(drive):
    driver = drive(
        Scripted(
            "registration", steps=REGISTRATION, reads=("company.email", "people.holders.name")
        ),
        Scripted("tax", reads=("tax.standard", "company.capital.amount")),
    )
    return replace(driver.office, form=FormRules(SECTIONS, NATIONAL))
