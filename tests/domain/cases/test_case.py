from datetime import timedelta

import pytest

from kaiban.domain.cases.case import Case
from kaiban.domain.cases.event import KINDS
from kaiban.domain.cases.link import LinkState, TransitionError
from kaiban.domain.cases.plan import LinkSpec, Plan, Requirement, StepSpec
from kaiban.domain.cases.states import CASE_TITLES, ENDED, NATIONAL_CODES, CaseState, title_of
from kaiban.domain.notices.notice import Defect, Item
from tests.domain.halls import at

START = at("2026-03-04T09:00")
LATER = START + timedelta(minutes=5)
CODE = Requirement("credit_code")
REGISTRATION = LinkSpec(
    "registration", "设立登记", "市监局", (StepSpec(provides={"credit_code": "X"}),)
)
SEAL = LinkSpec("seal", "刻章", "公安局", (StepSpec("main", (CODE,)),))
SOCIAL = LinkSpec("social", "社保", "人社局", (StepSpec("pre"), StepSpec("confirm", (CODE,))))
NAME, PHONE = Defect("/name", "E1", "名称有误"), Defect("/phone", "E2", "电话有误")


def accepted(*specs):
    plan = Plan.of(specs or (REGISTRATION, SEAL, SOCIAL), {"name": "一"})
    case = Case.accept(
        "KB1", plan, city="shifan", hall="main", owner="alice", promise="five_hours", at=START
    )
    case.release(plan, START)
    return case, plan


def go(case, name, *states, at=START):
    link = case.link(name)
    for state in states:
        case.move(link, link.current, LinkState(state), at)


def grant(case, *names):
    for name in names:
        go(case, name, "sending", "done")


def test_every_state_has_a_title_and_a_national_code():
    assert set(CASE_TITLES) == set(NATIONAL_CODES) == set(CaseState)
    codes = [code for code, _ in NATIONAL_CODES.values()]
    assert sorted(set(codes)) == sorted(codes)
    assert set(codes) <= set(range(1, 16))


def test_an_accepted_case_begins_what_waits_for_nothing():
    case, _ = accepted()
    assert [link.state for link in case.links] == ["ready", "waiting", "ready"]
    assert case.state == "in_progress"
    assert [event.kind for event in case.events] == ["accepted", "step", "step"]
    # Materials may be missing or promised then: nothing may be claimed of them.
    assert case.events[0].text == "收到申请，予以收件"


def test_a_fact_frees_exactly_those_whose_turn_it_is():
    case, plan = accepted()
    grant(case, "registration")
    assert case.release(plan, LATER) == []
    case.learn(case.link("registration"), {"credit_code": "91X"}, LATER)
    freed = case.release(plan, LATER)
    assert [(link.name, step.name) for link, step in freed] == [("seal", "main")]
    grant(case, "social")
    assert [step.name for _, step in case.release(plan, LATER)] == ["confirm"]


def test_a_withdrawn_case_begins_nothing_more():
    case, plan = accepted()
    case.facts["credit_code"] = "91X"
    case.withdrawing = True
    assert case.release(plan, LATER) == []


def test_who_waits_for_a_fact_that_cannot_come_is_stranded():
    case, plan = accepted()
    assert case.stranded(plan) == []
    go(case, "registration", "sending", "refused")
    assert [(link.name, step.name) for link, step in case.stranded(plan)] == [
        ("seal", "main"), ("social", "confirm"),
    ]  # fmt: skip


def test_who_follows_a_failed_step_of_its_own_link_is_stranded():
    case, plan = accepted()
    go(case, "social", "sending", "refused")
    assert [(link.name, step.name) for link, step in case.stranded(plan)] == [
        ("social", "confirm")
    ]


def test_a_move_that_is_not_in_the_table_changes_nothing():
    case, _ = accepted()
    before = len(case.events)
    with pytest.raises(TransitionError):
        go(case, "seal", "done")
    assert len(case.events) == before
    assert case.link("seal").state == "waiting"


def test_time_never_runs_backwards_within_a_case():
    case, _ = accepted()
    go(case, "registration", "sending", at=LATER)
    go(case, "registration", "done", at=START)
    times = [event.at for event in case.events]
    assert times == sorted(times)
    assert {event.kind for event in case.events} <= set(KINDS)


def test_demands_of_several_departments_become_one_notice():
    case, _ = accepted()
    go(case, "registration", "needs_correction")
    case.ask([NAME], START)
    case.ask([NAME, PHONE], LATER)
    assert [notice.items for notice in case.notices] == [(Item.of(NAME), Item.of(PHONE))]
    case.settle(LATER)
    assert case.state == "needs_correction"


def test_a_notice_is_answered_once_nobody_waits_for_the_applicant():
    case, _ = accepted()
    go(case, "registration", "needs_correction")
    case.ask([NAME], START)
    case.settle(START)
    go(case, "registration", "ready")
    case.settle(LATER)
    assert case.open_notice is None
    assert case.notices[0].answered_at == LATER
    assert case.state == "in_progress"


@pytest.mark.parametrize(
    ("pointer", "counted"),
    [("/phone", True), ("/name", False), ("/name/full", False), ("", False)],
)
def test_a_second_notice_counts_what_the_first_could_have_said(pointer, counted):
    case, _ = accepted()
    case.ask([NAME], START)
    case.notices[0] = case.notices[0].answered(START)
    assert case.ask([Defect(pointer, "E", "有误")], LATER).repeats is counted


def test_the_package_is_due_when_every_link_has_ended():
    case, _ = accepted(REGISTRATION)
    case.settle(START)
    assert case.package_due is None
    grant(case, "registration")
    case.settle(LATER)
    assert (case.package_due, case.ended) == (LATER, False)


@pytest.mark.parametrize(
    ("registration", "other", "state"),
    [
        ("done", "done", "completed"), ("done", "refused", "completed_partly"),
        ("refused", "cancelled", "refused"), ("done", "cancelled", "completed_partly"),
    ],
)  # fmt: skip
def test_a_case_ends_as_its_links_have(registration, other, state):
    case, _ = accepted(REGISTRATION, LinkSpec("other", "其他", "其他局", (StepSpec(),)))
    go(case, "registration", "sending", registration)
    go(case, "other", "sending", other)
    case.settle(START)
    case.complete(1, LATER)
    assert (case.state, case.finished_at, case.package_due) == (state, LATER, None)
    assert case.state in ENDED


def test_a_withdrawn_case_ends_withdrawn_whatever_was_granted():
    case, _ = accepted(REGISTRATION)
    grant(case, "registration")
    case.withdrawing = True
    case.settle(START)
    case.complete(1, LATER)
    assert case.state == "withdrawn"


def test_a_late_link_opens_the_case_again_and_drops_a_package_being_made():
    case, _ = accepted(REGISTRATION)
    grant(case, "registration")
    case.settle(START)
    case.add_links([SEAL], LATER)
    assert (case.package_due, case.finished_at, case.state) == (None, None, "in_progress")
    assert case.link("seal").state == "waiting"


def test_what_cannot_be_undone_is_written_down_once():
    case, _ = accepted(REGISTRATION)
    link = case.links[0]
    assert not case.is_kept(link, link.current)
    for _ in range(2):
        case.keep(link, link.current, LATER, "不能撤销")
    assert case.is_kept(link, link.current)
    assert [event.kind for event in case.events].count("irrevocable") == 1


def test_a_link_that_was_not_chosen_is_a_key_error():
    with pytest.raises(KeyError):
        accepted()[0].link("bank")


@pytest.mark.parametrize("state", CaseState)
def test_only_an_open_case_is_being_withdrawn(state):
    assert title_of(state, withdrawing=False) == CASE_TITLES[state]
    wanted = CASE_TITLES[state] if state in ENDED else "撤回中"
    assert title_of(state, withdrawing=True) == wanted
