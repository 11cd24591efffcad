"""What may be done about a complaint from where, and whom it may be about."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kaiban.domain.cases.event import Event
from kaiban.domain.complaint import (
    COMPLAINT_STATES,
    FROM,
    STEP_TITLES,
    Complaint,
    ComplaintState,
    ComplaintStep,
    StepKind,
    WrongStepError,
    revisited,
)

AT = datetime(2026, 3, 4, 1, tzinfo=UTC)
DUE = date(2026, 3, 11)
RAISED = ComplaintStep(StepKind.RAISED, AT, "applicant")
NEW = Complaint("KB1", 1, "main", "web", "办不成", DUE, (RAISED,))


def step(kind, by="w1"):
    return ComplaintStep(kind, AT, by)


def after(*kinds):
    found = NEW
    for kind in kinds:
        found = found.after(step(kind), DUE)
    return found


def test_every_state_and_step_has_a_title_and_every_step_a_place_in_the_table():
    assert set(COMPLAINT_STATES) == set(ComplaintState)
    assert set(STEP_TITLES) == set(FROM) == set(StepKind)


def test_no_state_is_a_dead_end():
    ways = {state: {kind for kind in StepKind if state in FROM[kind]} for state in ComplaintState}
    assert all(ways.values())
    assert ways[ComplaintState.CLOSED] == {StepKind.DISSATISFIED}


@pytest.mark.parametrize("state", ComplaintState)
@pytest.mark.parametrize("kind", StepKind)
def test_what_the_table_does_not_allow_is_not_done(state, kind):
    found = replace(NEW, state=state)
    if state in FROM[kind]:
        assert found.after(step(kind), DUE).steps == (RAISED, step(kind))
    else:
        with pytest.raises(WrongStepError):
            found.after(step(kind), DUE)


def test_a_closed_one_has_no_day_and_one_taken_up_again_has():
    closed = after(StepKind.ASSIGNED, StepKind.ANSWERED, StepKind.SATISFIED)
    assert (closed.state, closed.due, closed.is_overdue(date(2030, 1, 1))) == (
        ComplaintState.CLOSED, None, False,
    )  # fmt: skip
    again = closed.after(step(StepKind.DISSATISFIED), DUE)
    assert (again.state, again.due, again.reopened) == (ComplaintState.IN_HAND, DUE, 1)
    assert (again.is_overdue(DUE), again.is_overdue(date(2026, 3, 12))) == (False, True)


def test_who_acted_in_the_case_is_a_party_and_nobody_who_only_saw_to_complaints():
    actors = ("applicant", "system", "department:tax", "window", "w1", "window:w2", "")
    events = [Event("step", AT, actor) for actor in actors] + [Event("complaint", AT, "w3")]
    assert NEW.parties(events) == {"w1", "w2"}
    assert replace(NEW, about="w9").parties(events) == {"w1", "w2", "w9"}
    filled_in = Event("assisted", AT, "w4", facts={"staff": "w5 w4"})
    assert NEW.parties([filled_in]) == {"w4", "w5"}, "whoever typed a part of it"


def test_a_party_who_says_satisfied_needs_a_second():
    assert revisited("w1", {"w1"}) is ComplaintState.TO_AGREE
    assert revisited("w2", {"w1"}) is ComplaintState.CLOSED
