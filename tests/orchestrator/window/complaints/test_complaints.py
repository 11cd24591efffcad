"""A complaint from the first word to the revisit: by when, by whom, told to whom, and closed by nobody it is about."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from kaiban.app.papers.glyphs import InstalledGlyphs
from kaiban.domain.complaint import ComplaintRules, ComplaintState, StepKind
from kaiban.domain.roles import Role
from kaiban.notifying.complaint_wording import ComplaintWording
from kaiban.orchestrator.applicant.aftercare.complaining import (
    PER_CASE,
    Grievance,
    complain,
    say_so,
)
from kaiban.orchestrator.applicant.aftercare.muting import choose_messages
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.window.complaints.settling import Deed, settle
from kaiban.ports import Account, CaseNotFound, ComplaintsWanted, Done, Ref
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.cases.records.complaints import SqlComplaints
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import CITY, FORM, KEYRING

PHONE = "13800000000"
WORDS = "跑了三趟还没有办成"
GRANTED = Done(Ref("key", "N-1"), {"credit_code": "91X"})
ACCOUNTS = {
    "w1": Role.WINDOW, "w2": Role.WINDOW, "boss": Role.HALL_MANAGER, "watch": Role.SUPERVISOR,
    "paper": Role.AUDITOR,
}  # fmt: skip


@pytest.fixture
def driver(drive):
    driver = drive(Scripted("registration", GRANTED, steps=REGISTRATION))
    driver.office = replace(
        driver.office, city=replace(CITY, complaints=ComplaintRules(5, 3, "大厅公示"))
    )
    driver.accounts = SqlStaff(
        driver.database, KEYRING, PasswordHasher(time_cost=1, memory_cost=64)
    )
    for login, role in ACCOUNTS.items():
        driver.accounts.add(
            Account(login, "李敏", role, "main"), "zao fan jiu bei", driver.clock.at
        )
    return driver


@pytest.fixture
def door(driver):
    return ComplaintOffice(
        driver.office, SqlComplaints(driver.database, KEYRING), SqlRateLimits(driver.database, KEYRING),
        ComplaintWording("示范市", "https://kaiban.example"), driver.clock.now, told=True,
    )  # fmt: skip


@pytest.fixture
def no(driver):
    return driver.open("registration")


@pytest.fixture
def raised(door, no):
    return complain(door, no, Grievance(WORDS, PHONE))


def codes(outcome):
    assert isinstance(outcome, list), outcome
    return [each.code for each in outcome]


def now(door, no, number=1):
    return next(each for each in door.complaints.of_case(no) if each.number == number)


def do(door, driver, no, kind, who, said="", **more):
    position = driver.accounts.get(who).position
    deed = Deed(kind, position, more.pop("version", now(door, no).version), said, **more)
    return settle(door, driver.accounts, no, 1, deed)


def answered(door, driver, no, by="w2"):
    do(door, driver, no, StepKind.ASSIGNED, "boss", owner=by)
    return do(door, driver, no, StepKind.ANSWERED, by, "材料已找到，今天办结。")


def acted(driver, no, who):
    """Let that account have done something in the case."""
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.note("resent", driver.clock.at, who, link="registration")
        tx.save(case)


def test_it_is_due_by_the_halls_calendar_and_stands_in_the_events_without_its_words(
    door, driver, no, raised
):
    assert (raised.number, raised.state, raised.due) == (
        1,
        ComplaintState.RECEIVED,
        date(2026, 3, 11),
    )
    [event] = [each for each in driver.case(no).events if each.kind == "complaint"]
    assert (event.actor, event.code, event.text) == ("applicant", "1", "")
    assert event.facts == {"step": "raised", "state": "received", "due": "2026-03-11"}
    assert now(door, no) == raised


def test_whoever_complained_is_told_that_it_was_received_and_answered(door, driver, no, raised):
    answered(door, driver, no)
    told = door.complaints.messages(no, 1)
    assert [(each.kind, each.address) for each in told] == [("raised", PHONE), ("answered", PHONE)]
    assert "2026-03-11" in told[0].text
    assert WORDS not in told[0].text + told[1].text


def test_without_a_phone_the_applicants_counts_if_they_agreed(door, driver, no):
    complain(door, no, Grievance(WORDS))
    assert door.complaints.messages(no, 1) == []
    form = {**FORM, "people": {"proxy": {"mobile": PHONE}}, "consents": {"e_delivery": True}}
    other = driver.open("registration", form=form)
    complain(door, other, Grievance(WORDS))
    assert [each.address for each in door.complaints.messages(other, 1)] == [PHONE]
    choose_messages(driver.office, other, "applicant", optional=False)
    complain(door, other, Grievance("还有一件"))
    assert door.complaints.messages(other, 2) == []
    assert len(door.complaints.messages(other)) == 1


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(door, no):
    wrong = complain(door, no, Grievance(" ", "12", "moon"))
    assert codes(wrong) == ["complaint.text", "complaint.phone", "complaint.source"]
    assert codes(complain(door, no, Grievance("x" * 1001))) == ["complaint.text"]
    assert door.complaints.of_case(no) == []
    with pytest.raises(CaseNotFound):
        complain(door, "KB0", Grievance(WORDS))


def test_the_same_words_twice_are_one_and_a_stranger_cannot_flood_a_case(door, no, raised):
    assert complain(door, no, Grievance(f" {WORDS} ", PHONE)) == raised
    for number in range(PER_CASE.most - 1):
        complain(door, no, Grievance(f"{WORDS}{number}"))
    assert codes(complain(door, no, Grievance("再说一次"))) == ["complaint.too_many"]
    assert complain(door, no, Grievance("窗口记下", source="window", by="w1")).number == 6


def test_only_its_owner_answers_and_the_complainant_closes_it(door, driver, no, raised):
    assert codes(do(door, driver, no, StepKind.ANSWERED, "w1", "好了")) == ["complaint.not_now"]
    do(door, driver, no, StepKind.ASSIGNED, "boss", owner="w2")
    assert codes(do(door, driver, no, StepKind.ANSWERED, "w1", "好了")) == ["complaint.not_owner"]
    assert codes(do(door, driver, no, StepKind.ANSWERED, "w2", " ")) == ["complaint.words"]
    driver.advance(days=1)
    told = do(door, driver, no, StepKind.ANSWERED, "w2", "今天办结。")
    assert (told.state, told.due) == (ComplaintState.ANSWERED, date(2026, 3, 10))
    closed = say_so(door, no, 1, satisfied=True, version=told.version)
    assert (closed.state, closed.due) == (ComplaintState.CLOSED, None)
    assert [(each.kind.value, each.by) for each in closed.steps] == [
        ("raised", "applicant"), ("assigned", "boss"), ("answered", "w2"), ("satisfied", "applicant"),
    ]  # fmt: skip
    logged = [each for each in driver.case(no).events if each.kind == "complaint"]
    assert [(each.facts["step"], each.actor) for each in logged] == [
        (each.kind.value, each.by) for each in closed.steps
    ]


def test_no_answer_has_a_sign_that_no_paper_can_show(door, driver, no, raised):
    door = replace(door, office=replace(door.office, glyphs=InstalledGlyphs()))
    do(door, driver, no, StepKind.ASSIGNED, "boss", owner="w2")
    refused = do(door, driver, no, StepKind.ANSWERED, "w2", "今天办结\U0001f600")
    assert codes(refused) == ["text.unprintable"]
    assert not isinstance(do(door, driver, no, StepKind.ANSWERED, "w2", "今天办结。"), list)


def test_who_is_not_satisfied_has_it_taken_up_again_even_when_it_is_closed(
    door, driver, no, raised
):
    told = answered(door, driver, no)
    assert codes(say_so(door, no, 1, satisfied=False, version=told.version)) == ["complaint.text"]
    again = say_so(door, no, 1, satisfied=False, text="还是不行", version=told.version)
    assert (again.state, again.due, again.reopened) == (
        ComplaintState.IN_HAND, date(2026, 3, 11), 1,
    )  # fmt: skip
    do(door, driver, no, StepKind.ANSWERED, "w2", "已当面解决。")
    closed = do(door, driver, no, StepKind.SATISFIED, "w1")
    assert closed.state is ComplaintState.CLOSED
    again = say_so(door, no, 1, satisfied=False, text="没有解决", version=closed.version)
    assert (again.state, again.owner) == (ComplaintState.IN_HAND, "w2")


@pytest.mark.parametrize("how", ["acted", "window:acted", "named"])
def test_nobody_it_may_be_about_closes_it_alone(door, driver, no, raised, how):
    if how == "named":
        do(door, driver, no, StepKind.ASSIGNED, "boss", owner="w2", about="w1")
        do(door, driver, no, StepKind.ANSWERED, "w2", "已解决。")
    else:
        acted(driver, no, how.replace("acted", "w1"))
        answered(door, driver, no)
    said = do(door, driver, no, StepKind.SATISFIED, "w1", "电话里说满意")
    assert said.state is ComplaintState.TO_AGREE
    assert codes(do(door, driver, no, StepKind.AGREED, "w1")) == ["complaint.party"]
    assert do(door, driver, no, StepKind.AGREED, "w2").state is ComplaintState.CLOSED


def test_without_satisfaction_only_a_manager_or_supervisor_closes_and_never_about_themselves(
    door, driver, no, raised
):
    acted(driver, no, "boss")
    answered(door, driver, no)
    assert do(door, driver, no, StepKind.UNREACHED, "w2").state is ComplaintState.ANSWERED
    reason = "三天打了五次没有人接"
    assert codes(do(door, driver, no, StepKind.CLOSED, "w2", reason)) == ["complaint.not_closer"]
    assert codes(do(door, driver, no, StepKind.CLOSED, "boss", reason)) == ["complaint.party"]
    assert codes(do(door, driver, no, StepKind.CLOSED, "watch")) == ["complaint.words"]
    assert do(door, driver, no, StepKind.CLOSED, "watch", reason).state is ComplaintState.CLOSED


def test_whom_it_is_about_is_of_ones_own_halls_or_has_acted_in_the_case(door, driver, no, raised):
    for login in ("far", "gone"):
        account = Account(login, "王远", Role.WINDOW, "elsewhere")
        driver.accounts.add(account, "zao fan jiu bei", driver.clock.at)
    with driver.office.cases.transaction() as tx:
        case = tx.get(no)
        case.note("sheet", driver.clock.at, "window:gone")
        tx.save(case)
    assigned = partial(do, door, driver, no, StepKind.ASSIGNED, owner="w2")
    assert codes(assigned("boss", about="far")) == ["complaint.about"], "as if there were none"
    assert assigned("boss", about="gone").about == "gone", "moved to another hall since"
    assert assigned("watch", about="far").about == "far"
    assert assigned("boss", about="far").about == "far", "as a supervisor has written down"


def test_who_answers_for_it_is_of_the_hall_and_not_whom_it_is_about(door, driver, no, raised):
    for owner, about, said in (
        ("paper", "", ["complaint.owner"]), ("", "", ["complaint.owner"]),
        ("w1", "nobody", ["complaint.about"]), ("w1", "w1", ["complaint.owner_is_about"]),
    ):  # fmt: skip
        found = do(door, driver, no, StepKind.ASSIGNED, "boss", owner=owner, about=about)
        assert codes(found) == said, (owner, about)
    do(door, driver, no, StepKind.ASSIGNED, "boss", owner="w2", about="w1")
    escaped = do(door, driver, no, StepKind.ASSIGNED, "w1", owner="w2")
    assert codes(escaped) == ["complaint.still_about"]


def test_what_was_read_before_somebody_else_did_something_changes_nothing(
    door, driver, no, raised
):
    old = raised.version
    do(door, driver, no, StepKind.ASSIGNED, "boss", owner="w2")
    found = do(door, driver, no, StepKind.ASSIGNED, "w1", owner="w1", version=old)
    assert (codes(found), now(door, no).owner) == (["complaint.changed"], "w2")
    assert codes(say_so(door, no, 1, satisfied=True, version=old)) == ["complaint.changed"]
    assert codes(say_so(door, no, 9, satisfied=True, version=old)) == ["complaint.none"]


def test_lists_have_the_most_urgent_first_and_are_of_a_hall_and_an_owner(door, driver, no, raised):
    driver.advance(days=1)
    other = driver.open("registration", form={**FORM, "seal": {"kind": "rubber"}})
    complain(door, other, Grievance(WORDS))
    do(door, driver, no, StepKind.ASSIGNED, "w1", owner="w1")

    def listed(**wanted):
        return [each.case_no for each in door.complaints.listed(ComplaintsWanted(**wanted), 0, 9)]

    assert listed(hall="main") == listed() == [no, other]
    assert listed(owner="w1") == [no]
    assert listed(hall="north") == listed(closed=True) == []
    assert listed(due_before=date(2026, 3, 12)) == [no]
    do(door, driver, no, StepKind.ANSWERED, "w1", "好了")
    do(door, driver, no, StepKind.SATISFIED, "w2")
    assert (listed(), listed(closed=True)) == ([other], [no])


def test_what_people_say_and_their_phones_are_sealed(door, driver, no, raised):
    answered(door, driver, no)
    with driver.database.reading() as connection:
        rows = "".join(
            repr(connection.execute(text(f"SELECT * FROM {table}")).all())
            for table in ("complaints", "complaint_steps", "complaint_messages")
        )
    for secret in (WORDS, PHONE, "材料已找到"):
        assert secret not in rows
        assert secret.encode().hex() not in rows


def test_two_clicks_at_once_are_one_complaint(door, driver, no):
    """On a database where both are under way together, the second waits for the case and finds the first."""
    with ThreadPoolExecutor(8) as clicks:
        found = list(
            clicks.map(
                lambda _: complain(door, no, Grievance(WORDS, source="window", by="w1")), range(8)
            )
        )
    assert {each.number for each in found} == {1}
    assert len(door.complaints.of_case(no)) == 1
