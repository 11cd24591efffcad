from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.cases.link import (
    ALLOWED,
    FINISHED,
    HELD,
    NEXT_ACTOR,
    STATE_TITLES,
    Actor,
    Link,
    LinkState,
    Step,
    TransitionError,
)

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


def link(*states):
    names = ("main",) if len(states) == 1 else ("pre", "confirm")
    steps = [Step(name, state=state) for name, state in zip(names, states, strict=True)]
    return Link("tax", "税务", "税务局", steps)


def test_every_state_has_its_moves_its_actor_and_its_title():
    assert set(ALLOWED) == set(NEXT_ACTOR) == set(STATE_TITLES) == set(LinkState)


def test_what_is_refused_or_cancelled_stays_so():
    assert not ALLOWED[LinkState.REFUSED]
    assert not ALLOWED[LinkState.CANCELLED]


def test_only_a_ready_step_is_ever_sent():
    assert [state for state, moves in ALLOWED.items() if LinkState.SENDING in moves] == ["ready"]


def test_nothing_the_department_may_hold_is_forgotten():
    """From there only an answer, a doubt or a person leads on: never straight to sending."""
    for state in HELD:
        assert not ALLOWED[state] & {LinkState.SENDING, LinkState.WAITING}


@given(st.lists(st.sampled_from(LinkState)))
def test_no_sequence_of_events_leaves_the_table(states):
    step = Step("main")
    for state in states:
        if state in ALLOWED[step.state]:
            step.check_move(state)
            step.state = state
        else:
            with pytest.raises(TransitionError, match=step.state.value):
                step.check_move(state)


@pytest.mark.parametrize("state", LinkState)
def test_a_link_of_one_step_stands_as_its_step_does(state):
    assert link(state).state is state
    assert link(state).finished == (state in FINISHED)
    assert link(state).next_actor is NEXT_ACTOR[state]


def test_between_its_steps_a_link_is_pre_registered():
    between = link(LinkState.DONE, LinkState.WAITING)
    assert between.state is LinkState.PRE_REGISTERED
    assert not between.finished
    assert between.next_actor is Actor.SYSTEM


@pytest.mark.parametrize("state", [each for each in LinkState if each != "waiting"])
def test_a_later_step_decides_once_it_has_begun(state):
    assert link(LinkState.DONE, state).state is state


@pytest.mark.parametrize("first", [LinkState.REFUSED, LinkState.CANCELLED])
@pytest.mark.parametrize("second", [LinkState.WAITING, LinkState.CANCELLED])
def test_a_link_whose_first_step_failed_has_ended(first, second):
    failed = link(first, second)
    assert failed.state is first
    assert failed.finished
    assert failed.abandoned


def test_a_link_that_is_being_taken_back_has_not_ended():
    done = link(LinkState.DONE)
    done.steps[0].cancelling = True
    assert not done.finished
    assert not done.steps[0].finished
    assert not done.abandoned


def test_its_times_are_the_first_hand_over_and_the_last_grant():
    both = link(LinkState.DONE, LinkState.WAITING)
    both.steps[0].submitted_at = both.steps[0].done_at = AT
    assert (both.submitted_at, both.done_at) == (AT, None)
    both.steps[1].state, both.steps[1].done_at = LinkState.DONE, AT
    assert both.done_at == AT


def test_a_step_is_found_by_its_name():
    both = link(LinkState.DONE, LinkState.WAITING)
    assert both.step("confirm") is both.steps[1]
    with pytest.raises(KeyError):
        both.step("main")


def test_a_link_given_up_half_done_says_what_was_done_and_what_not():
    half = link(LinkState.DONE, LinkState.CANCELLED)
    assert half.state is LinkState.CANCELLED
    assert half.state_title == "部分已办，其余停办"
    assert half.reason.startswith("“预登记”已在税务局办成，仍然有效")


@pytest.mark.parametrize("pre", [LinkState.CANCELLED, LinkState.REFUSED])
def test_of_one_nothing_was_done_of_nothing_is_said_to_remain(pre):
    whole = link(pre, LinkState.CANCELLED)
    whole.steps[0].reason = "申请人撤回"
    assert (whole.state_title, whole.reason) == (STATE_TITLES[pre], "申请人撤回")


def test_what_is_still_being_taken_back_is_not_said_to_remain():
    asked = link(LinkState.DONE, LinkState.CANCELLED)
    asked.steps[0].cancelling = True
    assert asked.remaining == ()
