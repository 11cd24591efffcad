from datetime import timedelta
from itertools import zip_longest

from hypothesis import given
from hypothesis import strategies as st

from kaiban.domain.cases.event import Event
from kaiban.domain.cases.link import LinkState
from kaiban.domain.cases.staff.holdings import holdings
from kaiban.domain.hours.ledger import Holding, account
from tests.domain.halls import HALL, at

START = at("2026-03-04T09:00")
AT_WORK = {LinkState.SUBMITTED, LinkState.IN_REVIEW}


def minute(number):
    return START + timedelta(minutes=number)


def step(number, link, after):
    return Event("step", minute(number), "system", link=link, step="main", after=after)


def case(number, after):
    return Event("case", minute(number), "system", after=after)


def parts(*events, end):
    hours = account(START, minute(end), holdings(events), HALL, ("tax", "bank"))
    return {holder: minutes for holder, minutes in hours.parts.items() if minutes}


def test_without_events_nobody_holds_the_case():
    assert holdings([]) == []


def test_a_department_holds_what_it_has_not_answered():
    spans = holdings(
        [step(1, "tax", "submitted"), step(3, "tax", "in_review"), step(9, "tax", "done")]
    )
    assert spans == [Holding(minute(1), minute(9), "department:tax")]


def test_who_still_holds_it_has_no_end():
    assert holdings([step(1, "tax", "manual")]) == [Holding(minute(1), None, "window")]


def test_the_clock_pauses_while_everything_open_waits_for_the_applicant():
    events = (
        step(0, "tax", "needs_correction"),
        step(0, "bank", "waiting"),
        step(30, "tax", "ready"),
    )
    assert parts(*events, end=40) == {"applicant": 30, "platform": 10}


def test_the_clock_runs_while_any_department_works_on():
    events = (
        step(0, "bank", "submitted"), step(0, "tax", "needs_correction"),
        step(20, "bank", "done"), step(50, "tax", "ready"),
    )  # fmt: skip
    assert parts(*events, end=50) == {"department:bank": 20, "applicant": 30}


def test_the_clock_runs_while_we_are_still_trying_to_send_something_else():
    events = (
        step(0, "bank", "ready"),
        step(0, "tax", "needs_correction"),
        step(20, "bank", "done"),
    )
    assert parts(*events, end=25) == {"platform": 20, "applicant": 5}


def test_a_special_procedure_pauses_while_it_lasts():
    events = (step(0, "tax", "in_review"), case(10, "suspended"), case(40, "in_progress"))
    assert parts(*events, end=50) == {"department:tax": 20, "special": 30}


def test_between_the_end_and_a_link_added_later_the_case_is_the_applicants():
    events = (
        step(0, "tax", "submitted"), step(10, "tax", "done"), case(11, "completed"),
        case(101, "in_progress"), step(101, "bank", "submitted"),
    )  # fmt: skip
    assert parts(*events, end=111) == {
        "department:tax": 10, "platform": 1, "applicant": 90, "department:bank": 10,
    }  # fmt: skip


@st.composite
def histories(draw):
    """Events in order, of three links, each becoming anything at any time."""
    events, now = [], 0
    for _ in range(draw(st.integers(0, 20))):
        now += draw(st.integers(0, 300))
        link = draw(st.sampled_from(["tax", "bank", "seal"]))
        events.append(step(now, link, draw(st.sampled_from(LinkState)).value))
    return events, now + draw(st.integers(0, 300))


@given(histories())
def test_whatever_happens_the_parts_sum_to_the_whole(history):
    events, end = history
    hours = account(START, minute(end), holdings(events), HALL)
    assert sum(hours.parts.values()) == hours.wall_minutes == end


@given(histories())
def test_the_clock_is_never_paused_while_a_department_works(history):
    events, _ = history
    states = {}
    pauses = [span for span in holdings(events) if span.holder == "applicant"]
    for event, following in zip_longest(events, events[1:]):
        states[event.link] = LinkState(event.after)
        if AT_WORK.intersection(states.values()):
            until = following.at if following else None
            assert not any(_overlap(span, event.at, until) for span in pauses)


def _overlap(span, start, end):
    begins_before = end is None or span.start < end
    return begins_before and (span.end is None or span.end > start) and start != end


def move(number, kind, after):
    return Event(kind, minute(number), "window:ck1", after=after)


def test_what_one_hall_took_in_for_another_is_in_a_halls_hands_until_it_was_received():
    events = [
        move(0, "taken_in", "south"), move(7, "sent_on", "north"), case(10, "needs_correction"),
        case(25, "in_progress"), move(29, "received", ""), step(31, "tax", "submitted"),
        step(40, "tax", "done"),
    ]  # fmt: skip
    assert parts(*events, end=41) == {
        "hall:south": 7, "hall:north": 3 + 4, "applicant": 15, "platform": 2 + 1, "department:tax": 9,
    }  # fmt: skip


def test_what_happens_with_the_result_afterwards_is_no_part_of_it():
    events = [
        move(0, "taken_in", "south"), move(1, "sent_on", "north"), move(2, "received", ""),
        case(5, "completed"), move(6, "result_sent", "south"), case(9, "in_progress"),
    ]  # fmt: skip
    assert parts(*events, end=12) == {
        "hall:south": 1, "hall:north": 1, "platform": 3 + 3, "applicant": 4,
    }  # fmt: skip
