"""Opening, correcting, joining, withdrawing, hearing, issuing, reconciling, deciding."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from kaiban.domain.cases.number import is_case_number
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.hours.waiting import Horizon
from kaiban.orchestrator.applicant.correcting import Amendment, correct, take_over
from kaiban.orchestrator.applicant.joining import add_links
from kaiban.orchestrator.applicant.opening import Application, check, open_case
from kaiban.orchestrator.applicant.withdrawing import withdraw
from kaiban.orchestrator.office import LEASE
from kaiban.orchestrator.reporting.case import report, time_line
from kaiban.orchestrator.window.by_hand.deciding import decide
from kaiban.orchestrator.worker.callbacks import NobodyCalls, hear
from kaiban.orchestrator.worker.steps.issuing import TRY_AGAIN
from kaiban.orchestrator.worker.upkeep.reconciling import BATCH, reconcile
from kaiban.ports import (
    Cancelled,
    CaseNotFound,
    Correction,
    Done,
    Job,
    NeedsCorrection,
    NotFound,
    Pending,
    RawCallback,
    Ref,
    Rejected,
    Requirement,
    Retryable,
    StepSpec,
    Unknown,
)
from tests.orchestrator.departments import (
    MAIN,
    PRE_AND_CONFIRM,
    REGISTRATION,
    Faults,
    Scripted,
    Working,
)
from tests.orchestrator.driver import FORM, START

REF = Ref("key", "N-1")
ONE = (StepSpec("main"),)
NAME = (Correction("company.name.full", "E1", "名称有误"),)
GRANTED = Done(REF, {"credit_code": "91X"})


def registration(*answers, **more):
    return Scripted("registration", *(answers or (GRANTED,)), steps=REGISTRATION, **more)


def events(case, kind):
    return [event for event in case.events if event.kind == kind]


# --- opening ---------------------------------------------------------------------------------


def test_opening_tells_every_defect_at_once_with_the_link_that_reads_it(drive):
    driver = drive(
        registration(), Scripted("seal", GRANTED, reads=("seal.kind",)),
        Scripted("staff", GRANTED, reads=("staff",)),
    )  # fmt: skip
    staff = [{"name": "BAD"}, {"name": "BAD"}]
    form = {**FORM, "seal": {"kind": "BAD"}, "staff": staff}
    found = open_case(driver.office, Application(form, owner="alice"))
    assert [(d.pointer, d.link) for d in found] == [
        ("/seal/kind", "seal"), ("/staff/0/name", "staff"), ("/staff/1/name", "staff"),
    ]  # fmt: skip
    assert not driver.engine.waiting()


def test_the_rehearsal_lets_every_chosen_adapter_speak_before_anything_is_sent(drive):
    seal, social = Scripted("seal", GRANTED), Scripted("social", GRANTED, steps=PRE_AND_CONFIRM)
    driver = drive(registration(), seal, social)
    wrong = Correction("seal.kind", "S1", "材质不符")
    seal.prepare = lambda needs, key, step: NeedsCorrection((wrong,))
    social.prepare = lambda needs, key, step: NeedsCorrection((replace(wrong, code=step),))
    found = check(driver.office, FORM).defects
    assert [(d.pointer, d.code, d.link) for d in found] == [
        ("/seal/kind", "S1", "seal"), ("/seal/kind", "pre", "social"),
        ("/seal/kind", "confirm", "social"),
    ]  # fmt: skip


@pytest.mark.parametrize("error", [ValueError, KeyError, OverflowError, AttributeError])
def test_an_adapter_that_raises_in_the_rehearsal_is_a_defect_of_its_link(drive, error):
    seal, social = Scripted("seal", GRANTED), Scripted("social", GRANTED, steps=PRE_AND_CONFIRM)
    driver = drive(registration(), seal, social)

    def fails(_needs, _key, _step):
        raise error("王一 990102199003072990")

    wrong = Correction("seal.kind", "S1", "材质不符")
    seal.prepare, social.prepare = lambda *_: NeedsCorrection((wrong,)), fails
    with capture_logs() as logs:
        found = check(driver.office, FORM).defects
    assert [(d.pointer, d.code, d.link) for d in found] == [
        ("/seal/kind", "S1", "seal"), ("/links", "links.unprepared", "social"),
    ]  # fmt: skip
    assert "social" in found[1].message
    said = str(logs)
    assert "rehearsal_failed" in said
    assert "王一" not in said


def test_the_rehearsal_speaks_with_specimens_and_without_a_case(drive):
    seal = Scripted("seal", GRANTED)
    driver = drive(registration(), seal)
    assert not check(driver.office, FORM).defects
    assert [key.text for key in seal.keys] == ["KB00000000000000000000-seal-main-1"]


def test_a_link_without_its_provider_is_told_by_name(drive):
    driver = drive(registration(), Scripted("seal", GRANTED))
    [defect] = check(driver.office, FORM, ("seal",)).defects
    assert (defect.pointer, defect.code, defect.link) == ("/links", "links.missing_fact", "seal")
    assert "registration" in defect.message


def test_a_link_nobody_knows_is_a_defect(drive):
    driver = drive(registration())
    [defect] = check(driver.office, FORM, ("registration", "moon")).defects
    assert (defect.code, "moon" in defect.message) == ("links.unknown", True)


def test_paper_invoices_wait_for_the_seal(drive):
    impression = Requirement("impression", "tax.invoices", frozenset({"paper"}))
    seal = Scripted(
        "seal", Done(REF, {"impression": "1"}), steps=(StepSpec(provides={"impression": "X"}),)
    )
    tax = Scripted(
        "tax", GRANTED, steps=(StepSpec(requires=(impression,)),), reads=("tax.invoices",)
    )
    driver = drive(tax, seal)
    assert driver.states(driver.open()) == {"tax": "ready", "seal": "ready"}
    paper = {**FORM, "tax": {"invoices": ["digital", "paper"]}}
    no = driver.open(form=paper)
    assert driver.states(no) == {"tax": "waiting", "seal": "ready"}
    assert driver.finish(no).state == "completed"
    assert check(driver.office, paper, ("tax",)).defects


def test_what_goes_wrong_on_acceptance_leaves_nothing_behind(drive):
    driver = drive(registration())
    numbers = []

    def fail(tx, case):
        numbers.append(case.no)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        open_case(driver.office, Application(FORM), fail)
    assert is_case_number(numbers[0])
    with pytest.raises(CaseNotFound):
        driver.case(numbers[0])
    assert not driver.engine.waiting()


# --- correcting ------------------------------------------------------------------------------


def corrected(driver, no, value="示范市晚霞科技有限公司", **more):
    return correct(driver.office, no, Amendment({"/company/name/full": value}, **more))


def awaiting(drive, *others, **more):
    """A case whose registration waits for a better name."""
    first = registration(NeedsCorrection(NAME, REF), GRANTED, **more)
    driver = drive(first, *others)
    no = driver.open()
    driver.turn_until(lambda: driver.states(no)["registration"] == "needs_correction")
    return driver, no


def test_a_correction_is_sent_as_a_new_revision_of_the_same_application(drive):
    driver, no = awaiting(drive)
    assert driver.case(no).state == "needs_correction"
    driver.advance(minutes=40)
    assert corrected(driver, no).state == "in_progress"
    case = driver.finish(no)
    key = driver.departments["registration"].keys[-1]
    assert (key.revision, key.corrects) == (2, REF)
    assert (case.state, case.revision) == ("completed", 2)
    assert case.notices[0].answered_at == START + timedelta(minutes=40)
    hours = driver.office.city.hours_of(case, driver.clock.now())
    assert hours.parts["applicant"] == hours.paused_minutes == 40


def test_only_the_named_fields_are_open(drive):
    driver, no = awaiting(drive)
    before = driver.case(no)
    changes = {"/company/name/full": "新", "/company/capital": 5, "/company": {}, "/x": 1, "": 2}
    found = correct(driver.office, no, Amendment(changes))
    assert {d.pointer for d in found} == {"/company/capital", "/company", "/x", ""}
    assert {d.code for d in found} == {"correction.not_open"}
    assert driver.case(no) == before


def test_a_place_that_does_not_exist_is_a_defect_and_no_crash(drive):
    whole_list = (Correction("staff", "E", "人员有误"),)
    driver = drive(Scripted("staff", NeedsCorrection(whole_list), steps=ONE, reads=("staff",)))
    no = driver.open()
    driver.turn()
    for pointer in (
        "/staff/99/name",
        "/staff/x",
        f"/staff/{'9' * 5000}",
        "/staff/٣",
        "/staff/0/name/x",
    ):
        [defect] = correct(driver.office, no, Amendment({pointer: "x"}))
        assert defect.code == "correction.no_such_place"
    added = correct(driver.office, no, Amendment({"/staff/-": {"name": "张三"}}))
    assert [person["name"] for person in added.form["staff"]] == ["王一", "李二", "张三"]


def test_a_corrected_form_is_checked_like_a_new_one(drive):
    driver, no = awaiting(drive)
    [defect] = corrected(driver, no, "BAD")
    assert (defect.pointer, defect.code) == ("/company/name/full", "bad")
    assert driver.states(no) == {"registration": "needs_correction"}


def test_nothing_changed_is_no_correction(drive):
    driver, no = awaiting(drive)
    assert corrected(driver, no, FORM["company"]["name"]["full"])[0].code == "correction.unchanged"
    assert correct(driver.office, no, Amendment({}))[0].code == "correction.unchanged"


def test_what_was_settled_outside_the_form_is_confirmed_and_sent_again(drive):
    driver, no = awaiting(drive)
    correct(driver.office, no, Amendment({}, ("registration",)))
    assert driver.finish(no).state == "completed"


def test_without_an_open_notice_nothing_can_be_corrected(drive):
    driver = drive(registration())
    assert corrected(driver, driver.open())[0].code == "correction.none_open"


def test_only_links_that_read_the_changed_field_are_sent_again(drive):
    capital = (Correction("company.capital", "E2", "资本有误"),)
    bank = Scripted("bank", NeedsCorrection(capital), steps=ONE, reads=("company.capital",))
    other = Scripted("other", GRANTED, steps=ONE, reads=("seal.kind",))
    driver, no = awaiting(drive, bank, other)
    driver.turn_until(lambda: not driver.engine.waiting())
    [notice] = driver.case(no).notices
    assert {item.link for item in notice.items} == {"registration", "bank"}
    corrected(driver, no)
    case = driver.case(no)
    assert [link.current.revision for link in case.links] == [2, 1, 1]
    assert case.state == "needs_correction"
    bank.answers = [GRANTED]
    correct(driver.office, no, Amendment({"/company/capital": 7}))
    case = driver.finish(no)
    assert case.state == "completed"
    assert [link.current.revision for link in case.links] == [2, 2, 1]
    assert len(case.notices) == 1


def test_a_department_that_has_already_decided_is_marked_stale_once(drive):
    reader = Scripted("reader", GRANTED, steps=ONE)
    driver, no = awaiting(drive, reader)
    driver.turn_until(lambda: driver.states(no)["reader"] == "done")
    corrected(driver, no)
    assert [event.link for event in events(driver.case(no), "stale")] == ["reader"]
    assert reader.submits.total() == 1


def test_a_message_that_was_surely_not_sent_is_written_anew(drive):
    reader = Scripted("reader", Retryable("away", timedelta(hours=1)), GRANTED, steps=ONE)
    driver, no = awaiting(drive, reader)
    driver.turn_until(lambda: reader.submits)
    corrected(driver, no)
    case = driver.finish(no)
    assert events(case, "stale") == []
    first, second = (f"{no}-reader-main-{revision}" for revision in (1, 2))
    assert reader.submits == {first: 1, second: 1}
    assert reader.bodies[first] != reader.bodies[second]
    assert reader.keys[-1].corrects is None  # they have nothing yet that could be corrected


def test_what_is_written_anew_still_corrects_what_the_department_has(drive):
    held = NeedsCorrection((Correction("company.capital", "E2", "资本有误"),), REF)
    reads = ("company.name.full", "company.capital")
    reader = Scripted(
        "reader", held, Retryable("away", timedelta(hours=1)), GRANTED, steps=ONE, reads=reads
    )
    driver = drive(reader)
    no = driver.open()
    driver.turn()
    correct(driver.office, no, Amendment({"/company/capital": 7}))
    driver.turn()
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        take_over(
            driver.office, case, {**case.form, "company": {"name": {"full": "新名"}, "capital": 8}}
        )
        tx.save(case)
    assert driver.finish(no).state == "completed"
    assert [key.revision for key in reader.keys[-3:]] == [1, 2, 3]
    assert [key.corrects for key in reader.keys[-2:]] == [REF, REF]


def test_a_message_that_was_once_in_doubt_keeps_its_bytes_and_is_marked_stale(drive):
    lost = (Unknown("lost"), NotFound(), NotFound(), NotFound(), NotFound(), NotFound())
    reader = Scripted("reader", *lost, Retryable("away", timedelta(hours=1)), GRANTED, steps=ONE)
    driver, no = awaiting(drive, reader)
    driver.turn_until(lambda: len(reader.asked) == 7 and driver.states(no)["reader"] == "ready")
    corrected(driver, no)
    case = driver.finish(no)
    assert [event.link for event in events(case, "stale")] == ["reader"]
    assert reader.submits == {f"{no}-reader-main-1": 3}


def test_a_second_notice_about_something_visible_before_is_counted(drive):
    capital = (Correction("company.capital", "E2", "资本有误"),)
    driver, no = awaiting(drive)
    driver.departments["registration"].answers = [NeedsCorrection(capital)]
    corrected(driver, no)
    driver.turn_until(lambda: len(driver.case(no).notices) == 2)
    assert report(driver.office, driver.case(no))["second_notices"] == 1


@pytest.mark.parametrize("path", ["company.name.full", "company.name.full.x", ""])
def test_a_second_notice_about_the_answer_itself_is_not_counted(drive, path):
    driver, no = awaiting(drive)
    again = NeedsCorrection((Correction(path, "E3", "仍有误"),))
    driver.departments["registration"].answers = [again]
    corrected(driver, no)
    driver.turn_until(lambda: len(driver.case(no).notices) == 2)
    assert report(driver.office, driver.case(no))["second_notices"] == 0


# --- withdrawing -----------------------------------------------------------------------------


def test_withdrawing_stops_what_has_not_begun(drive):
    driver = drive(registration(), Scripted("seal", GRANTED))
    no = driver.open()
    withdraw(driver.office, no)
    assert set(driver.states(no).values()) == {"cancelled"}
    assert driver.finish(no).state == "withdrawn"
    assert not driver.departments["registration"].asked


@pytest.mark.parametrize("cancel", ["before-done", "always", "never"])
@pytest.mark.parametrize(
    "state", ["ready", "submitted", "in_review", "unknown", "needs_correction"]
)
def test_withdrawing_ends_in_every_state(drive, state, cancel):
    first = {
        "ready": Retryable("away"), "submitted": Pending(REF),
        "in_review": Pending(REF, in_review=True), "unknown": Unknown("?"),
        "needs_correction": NeedsCorrection(NAME),
    }[state]  # fmt: skip
    lone = Scripted(
        "lone", first, Cancelled() if cancel != "never" else GRANTED, steps=ONE, cancel=cancel
    )
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    assert driver.states(no) == {"lone": state}
    withdraw(driver.office, no)
    case = driver.finish(no)
    assert case.state == "withdrawn"
    assert case.open_notice is None
    assert ("cancel" in lone.asked) == (state != "ready" and cancel != "never")
    goes_on = state not in {"ready", "needs_correction"} and cancel == "never"
    assert len(events(case, "irrevocable")) == goes_on


@pytest.mark.parametrize(
    "answer", [Pending(REF), Unknown("?"), Retryable("no"), GRANTED, NeedsCorrection(NAME)]
)
@pytest.mark.parametrize("cancel", ["before-done", "always", "never"])
def test_withdrawing_while_it_is_being_sent_lets_the_outcome_decide_first(drive, answer, cancel):
    lone = Scripted(
        "lone", Cancelled() if cancel != "never" else GRANTED, steps=ONE, cancel=cancel
    )
    driver = drive(lone)
    no = driver.open()

    def submit(prepared):
        lone.count(prepared)
        withdraw(driver.office, no)
        assert driver.states(no) == {"lone": "sending"}
        if isinstance(answer, Exception):
            raise answer
        return answer

    lone.submit = submit
    case = driver.finish(no)
    assert case.state == "withdrawn"
    assert lone.submits.total() == 1
    kept = case.link("lone").state == "done"
    assert len(events(case, "irrevocable")) == kept


def test_what_a_department_will_not_take_back_goes_on_and_is_told_once(drive):
    late = Rejected("L1", "已受理，不能撤回")
    lone = Scripted("lone", Pending(REF), late, Pending(REF), Pending(REF), GRANTED, steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    withdraw(driver.office, no)
    case = driver.finish(no)
    assert (case.state, case.link("lone").state) == ("withdrawn", "done")
    assert [event.text for event in events(case, "irrevocable")] == ["已受理，不能撤回"]
    assert lone.asked == ["submit", "cancel", "query", "query", "query"]


def test_what_is_done_and_cannot_be_undone_is_written_down(drive):
    driver = drive(registration(), Scripted("seal", Pending(REF), Cancelled()))
    no = driver.open()
    driver.turn_until(lambda: driver.states(no)["seal"] == "submitted")
    withdraw(driver.office, no)
    case = driver.finish(no)
    assert case.state == "withdrawn"
    assert [event.link for event in events(case, "irrevocable")] == ["registration"]
    assert driver.states(no) == {"registration": "done", "seal": "cancelled"}


def test_what_waits_for_a_correction_ends_even_if_the_department_will_not_let_go(drive):
    asked = NeedsCorrection(NAME, REF)
    lone = Scripted("lone", asked, Rejected("L1", "不能撤回"), asked, steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    withdraw(driver.office, no)
    assert driver.finish(no).state == "withdrawn"
    assert driver.states(no) == {"lone": "cancelled"}
    assert lone.asked == ["submit", "cancel", "query"]


def test_a_withdrawn_or_ended_case_cannot_be_withdrawn(drive):
    driver = drive(registration())
    no = driver.open()
    withdraw(driver.office, no)
    assert withdraw(driver.office, no)[0].code == "withdrawal.too_late"
    driver.finish(no)
    assert withdraw(driver.office, no)[0].code == "withdrawal.too_late"
    assert add_links(driver.office, no, ("seal",), {})[0].code == "links.withdrawn"


def test_a_package_that_is_being_made_does_not_hide_a_withdrawal(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE, cancel="always"))
    no = driver.open()
    driver.turn()
    lone = driver.departments["lone"]
    lone.answers = [Cancelled()]
    driver.packages.meanwhile = lambda: withdraw(driver.office, no)
    driver.turn()
    assert not driver.case(no).ended
    driver.packages.meanwhile = lambda: None
    case = driver.finish(no)
    assert (case.state, case.package_version) == ("withdrawn", 1)
    assert b"cancelled" in driver.office.cases.get_package(no).summary


# --- refusal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pre", ["waiting for its answer", "done", "not sent yet", "handed back"])
def test_a_refused_registration_cancels_followers_and_takes_pre_registrations_back(drive, pre):
    first = registration(Pending(REF), Rejected("R1", "名称不符合规定"))
    answers = {
        "waiting for its answer": (Pending(REF, timedelta(hours=9)), Cancelled()),
        "done": (GRANTED, Cancelled()),
        "not sent yet": (Retryable("away", timedelta(hours=9)),),
        "handed back": (NeedsCorrection(NAME), Cancelled()),
    }[pre]
    social = Scripted("social", *answers, steps=PRE_AND_CONFIRM, cancel="always")
    driver = drive(first, Scripted("seal", GRANTED), social)
    no = driver.open()
    driver.turn_until(lambda: social.asked)
    case = driver.finish(no)
    assert driver.states(no) == {
        "registration": "refused",
        "seal": "cancelled",
        "social": "cancelled",
    }
    assert case.state == "refused"
    assert case.open_notice is None
    assert [step.state for step in case.link("social").steps] == ["cancelled", "cancelled"]
    assert ("cancel" in social.asked) == (pre != "not sent yet")


def test_a_pre_registration_that_cannot_be_taken_back_is_told(drive):
    social = Scripted("social", GRANTED, steps=PRE_AND_CONFIRM, cancel="before-done")
    driver = drive(registration(Pending(REF), Rejected("R1", "不符")), social)
    case = driver.finish(driver.open())
    assert [(e.link, e.step) for e in events(case, "irrevocable")] == [("social", "pre")]
    assert case.state == "refused"


def test_a_failed_pre_registration_ends_its_own_link_only(drive):
    social = Scripted("social", Rejected("S1", "人员有误"), steps=PRE_AND_CONFIRM)
    driver = drive(registration(), social)
    case = driver.finish(driver.open())
    assert case.state == "completed_partly"
    assert [step.state for step in case.link("social").steps] == ["refused", "cancelled"]


# --- joining ---------------------------------------------------------------------------------


def test_a_link_added_later_makes_the_next_version_of_the_package(drive):
    driver = drive(registration(), Scripted("seal", GRANTED, reads=("seal.kind",)))
    form = {key: value for key, value in FORM.items() if key != "seal"}
    no = driver.open("registration", form=form)
    first = driver.finish(no)
    assert (first.state, first.package_version) == ("completed", 1)
    driver.advance(days=3)
    again = add_links(driver.office, no, ("seal",), {"seal": {"kind": "copper"}})
    assert again.state == "in_progress"
    case = driver.finish(no)
    assert (case.state, case.package_version) == ("completed", 2)
    assert b"seal" in driver.office.cases.get_package(no).summary
    assert b"seal" not in driver.office.cases.get_package(no, 1).summary
    assert case.facts["credit_code"] in repr(driver.departments["seal"].bodies.values())
    hours = driver.office.city.hours_of(case, driver.clock.now())
    assert hours.working_minutes < 60, (
        "the days between the end and the new link are nobody's work"
    )


def test_a_link_added_while_the_package_is_being_made_is_not_lost(drive):
    driver = drive(registration(), Scripted("seal", GRANTED))
    no = driver.open("registration")
    driver.turn()
    driver.packages.meanwhile = lambda: add_links(driver.office, no, ("seal",), {})
    driver.turn()
    assert driver.case(no).state == "in_progress"
    driver.packages.meanwhile = lambda: None
    case = driver.finish(no)
    assert (case.state, case.package_version) == ("completed", 1)
    assert driver.states(no) == {"registration": "done", "seal": "done"}


def test_links_cannot_be_added_twice_nor_change_what_others_read(drive):
    driver = drive(registration(), Scripted("seal", GRANTED, reads=("seal.kind",)))
    no = driver.open("registration")
    assert add_links(driver.office, no, (), {})[0].code == "links.none"
    assert add_links(driver.office, no, ("moon",), {})[0].code == "links.unknown"
    found = add_links(driver.office, no, ("registration",), {"company": {"name": {"full": "别"}}})
    assert [(d.pointer, d.code) for d in found] == [
        ("/links", "links.present"), ("/company", "links.section_in_use"),
    ]  # fmt: skip
    found = add_links(driver.office, no, ("seal",), {"seal": {"kind": "BAD"}})
    assert [d.pointer for d in found] == ["/seal/kind"]
    assert driver.states(no) == {"registration": "ready"}


# --- hearing ---------------------------------------------------------------------------------


def call(driver, body):
    return hear(driver.office, "lone", RawCallback("/", {}, body.encode()))


def test_a_callback_only_makes_us_look(drive):
    lone = Scripted("lone", Pending(Ref("K", "N"), timedelta(hours=8)), GRANTED, steps=ONE)
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    assert call(driver, "K").body == b"OK"
    case = driver.finish(no)
    assert case.finished_at == START
    assert lone.asked == ["submit", "query"]


@pytest.mark.parametrize("body", ["", "nobody", "K"])
def test_a_callback_about_nothing_open_changes_nothing(drive, body):
    driver = drive(Scripted("lone", Done(Ref("K", "N"), {}), steps=ONE))
    no = driver.open()
    before = driver.finish(no)
    call(driver, body)
    assert driver.case(no) == before
    with pytest.raises(NobodyCalls):
        hear(driver.office, "moon", RawCallback("/", {}, b""))


# --- deciding --------------------------------------------------------------------------------


def by_hand(drive):
    lone = Scripted("lone", Unknown("?"), GRANTED, steps=ONE, lookup="none")
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    assert driver.states(no) == {"lone": "manual"}
    return driver, no


@pytest.mark.parametrize(
    ("heard", "state"),
    [(GRANTED, "completed"), (Rejected("R", "不予"), "refused"), (Cancelled(), "refused")],
)
def test_window_staff_say_what_they_heard(drive, heard, state):
    driver, no = by_hand(drive)
    driver.advance(minutes=20)
    decide(driver.office, no, "lone", heard)
    case = driver.finish(no)
    assert case.state == state
    assert [e.actor for e in events(case, "step")][-1] == "window"
    assert driver.office.city.hours_of(case, driver.clock.now()).parts["window"] == 20


def test_what_a_person_did_not_find_is_sent_again_at_once(drive):
    driver, no = by_hand(drive)
    decide(driver.office, no, "lone", NotFound())
    assert driver.finish(no).state == "completed"
    assert driver.departments["lone"].asked == ["submit", "submit"]


def test_what_is_asked_back_and_then_found_to_be_nowhere_is_over(drive):
    """The department could not say whether it had it, and was asked to let it go; the window finds out that it never did."""
    lone = Scripted("lone", Unknown("?"), Unknown("?"), steps=ONE, lookup="none", cancel="always")
    driver = drive(lone)
    no = driver.open()
    driver.turn()
    withdraw(driver.office, no)
    assert driver.case(no).link("lone").current.cancelling
    decide(driver.office, no, "lone", NotFound())
    assert driver.case(no).link("lone").finished
    assert driver.finish(no).state == "withdrawn"


def test_only_what_is_with_the_window_can_be_decided_there(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    assert decide(driver.office, no, "lone", GRANTED)[0].code == "decision.not_manual"
    assert driver.states(no) == {"lone": "ready"}


# --- issuing and reconciling -----------------------------------------------------------------


def test_the_end_of_the_clock_is_the_instant_printed_in_the_package(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()
    driver.packages.meanwhile = lambda: driver.advance(minutes=3)
    driver.turn()
    case = driver.case(no)
    assert case.finished_at == driver.office.cases.get_package(no).issued_at == START


def test_a_package_job_run_twice_or_late_makes_one_package(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()
    [(job, _)] = driver.engine.waiting()
    driver.packages.meanwhile = lambda: None if nested else nested.append(0) or driver.run(job)
    nested = []
    driver.run(job)
    before = driver.case(no)
    driver.run(job)
    driver.run(replace(job, attempt=7))
    assert driver.case(no) == before
    assert before.package_version == 1


def test_a_maker_that_dies_is_replaced_after_its_lease(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()

    def die():
        raise SystemExit

    driver.packages.meanwhile = die
    with pytest.raises(SystemExit):
        driver.turn()
    driver.packages.meanwhile = lambda: None
    assert driver.forgotten() == []
    driver.clock.at += LEASE
    [again] = driver.forgotten()
    assert (again.kind, again.case_no) == ("issue", no)
    assert driver.finish(no).state == "completed"


def test_what_is_late_but_queued_is_left_alone(drive):
    driver = drive(Scripted("lone", Pending(Ref("key", "N-1")), GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()
    driver.advance(hours=1)
    assert reconcile(driver.office) == 0
    [(job, _)] = driver.engine.waiting()
    driver.engine.end(job)
    assert reconcile(driver.office) == 1
    assert reconcile(driver.office) == 0
    assert driver.finish(no).state == "completed"
    assert [e.link for e in events(driver.case(no), "reconciled")] == ["lone"]


def test_what_is_due_at_once_is_found_by_its_row_and_not_reconciled(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open()
    [(job, _)] = driver.engine.waiting()
    assert driver.office.cases.due(driver.clock.now(), ["lone"], 1) == [job]
    assert driver.office.cases.due(driver.clock.now(), ["other"], 1) == []
    driver.engine.end(job)
    driver.advance(hours=1)
    assert reconcile(driver.office) == 0
    assert driver.forgotten() == [job]
    assert driver.finish(no).state == "completed"
    assert events(driver.case(no), "reconciled") == []


def test_what_waits_for_a_person_is_not_forgotten_work(drive):
    driver = drive(Scripted("lone", NeedsCorrection(NAME), steps=ONE))
    driver.open()
    driver.turn()
    driver.advance(days=9)
    assert reconcile(driver.office) == 0


def test_a_step_that_moved_on_since_it_was_looked_up_is_left_alone(drive):
    driver = drive(Scripted("lone", Pending(Ref("k", "N")), NeedsCorrection(NAME), steps=ONE))
    no = driver.open()
    driver.turn()
    driver.advance(hours=1)
    with driver.office.cases.transaction() as tx:
        late = tx.overdue(Horizon.at(driver.clock.now(), timedelta(0), TRY_AGAIN), BATCH)
    assert late == [(no, "lone", "main")]
    driver.turn()
    before = driver.case(no)
    hasty = replace(driver.office, cases=_read_too_early(driver.office.cases, late))
    assert reconcile(hasty) == 0
    assert driver.case(no) == before


def _read_too_early(cases, late):
    """Cases whose list of what is overdue was read a moment too early."""

    class Cases:
        @contextmanager
        def transaction(self):
            with cases.transaction() as tx:
                tx.overdue = lambda *_: late
                yield tx

    return Cases()


def test_one_broken_case_does_not_keep_the_others_from_being_found(drive):
    waits = [Pending(Ref("key", f"N-{n}")) for n in range(2)]
    driver = drive(Scripted("lone", *waits, GRANTED, steps=ONE))
    broken, fine = driver.open(), driver.open()
    driver.turn()
    driver.turn()
    for job, _ in driver.engine.waiting():
        driver.engine.end(job)
    with driver.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE cases SET form = x'00' WHERE no = ?", (broken,))
    driver.advance(hours=1)
    assert reconcile(driver.office) == 1
    assert driver.finish(fine).state == "completed"


# --- reporting -------------------------------------------------------------------------------


def test_the_report_and_the_time_line_agree_with_the_case(drive):
    driver, no = awaiting(drive, Working("tax", Faults(), steps=MAIN))
    told = report(driver.office, driver.case(no))
    assert (told["status"], told["national_code"]["code"]) == ("needs_correction", 6)
    assert [link["next_actor"] for link in told["links"]] == ["applicant", "system"]
    corrected(driver, no)
    case = driver.finish(no)
    told = report(driver.office, case)
    assert sum(told["ledger"].values()) == told["elapsed"]["wall_minutes"]
    assert told["package"]["version"] == 1
    line = time_line(case)
    assert [entry["seq"] for entry in line] == list(range(1, len(line) + 1))
    assert [entry["at"] for entry in line] == sorted(entry["at"] for entry in line)
    assert holdings(case.events)


@pytest.mark.parametrize(("minutes", "told"), [(7, 7), (-3, 0)])
def test_the_report_says_how_long_a_department_took(drive, minutes, told):
    driver = drive(Scripted("lone", Pending(REF), GRANTED, steps=ONE))
    no = driver.open()
    driver.turn()
    driver.advance(minutes=minutes)
    driver.run(driver.engine.waiting()[0][0])
    [link] = report(driver.office, driver.case(no))["links"]
    assert (link["status"], link["wall_minutes"]) == ("done", told)


def test_a_case_without_a_company_is_reported_too(drive):
    driver = drive(Scripted("lone", GRANTED, steps=ONE))
    no = driver.open(form={"seal": {}})
    assert report(driver.office, driver.case(no))["company"] == ""


def test_a_job_of_nobody_is_an_error_of_ours(drive):
    driver = drive(registration())
    with pytest.raises(CaseNotFound):
        driver.run(Job("work", "KB1", "registration", "main", 1))


def test_whoever_reads_what_an_answer_becomes_reads_the_answer(drive):
    bank = Scripted("bank", GRANTED, reads=("premises.full",))
    departments = drive(registration(), bank).office.departments
    made_of = {"premises.full": "premises.detail"}

    def asked_for(path):
        return made_of.get(path, path)

    assert departments.reader_of("/premises/detail", ["bank"]) == ""
    assert departments.reader_of("/premises/detail", ["bank"], asked_for) == "bank"
    assert departments.reader_of("/premises/tenure", ["bank"], asked_for) == ""
