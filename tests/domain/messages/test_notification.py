"""Every kind of event is told or is decided not to be; tries end after three days."""

from datetime import UTC, datetime, timedelta

import pytest

from kaiban.domain.cases.event import KINDS, Event
from kaiban.domain.cases.states import CaseState
from kaiban.domain.messages.notification import (
    BACKOFF,
    TOLD,
    UNTOLD,
    Answer,
    Kind,
    Verdict,
    for_people,
    is_quiet,
    kind_of,
    masked,
    next_try,
)

NOW = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
LATER = Answer(Verdict.LATER)


def event(kind, **more):
    return Event(kind, NOW, "system", **more)


def test_no_kind_of_event_is_forgotten():
    told = {kind for kind, _ in TOLD}
    assert told | UNTOLD == set(KINDS)
    assert not told & UNTOLD
    assert set(TOLD.values()) == set(Kind) - {Kind.CARD}, "told by rows of its own"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (event("step", after="refused"), Kind.REFUSAL), (event("step", after="done"), None),
        (event("case", after="withdrawn"), Kind.ENDED), (event("case", after="in_progress"), None),
        (event("posted"), Kind.POSTED), (event("reconciled"), None),
    ],
)  # fmt: skip
def test_an_event_is_told_by_what_became_of_it(event, kind):
    assert kind_of(event) is kind


def told(*events):
    return [(seq, each, kind_of(each)) for seq, each in enumerate(events, 1)]


@pytest.mark.parametrize(
    ("state", "kind"),
    [("completed", Kind.PACKAGE_READY), ("refused", Kind.ENDED), ("withdrawn", Kind.ENDED)],
)
def test_people_are_not_told_the_end_twice(state, kind):
    end = told(event("package"), event("case", after=state))
    assert [each[2] for each in for_people(end, CaseState(state))] == [kind]


def test_two_notices_at_once_are_one_message_and_two_refusals_are_two():
    happened = told(
        event("notice", code="1"), event("notice", code="1"),
        event("step", after="refused", link="tax"), event("step", after="refused", link="bank"),
    )  # fmt: skip
    found = [(seq, each.link, kind) for seq, each, kind in for_people(happened, CaseState.REFUSED)]
    assert found == [(2, "", Kind.CORRECTION), (3, "tax", Kind.REFUSAL), (4, "bank", Kind.REFUSAL)]


def test_tries_are_further_and_further_apart_and_end_after_three_days():
    pauses = [next_try(LATER, tries) for tries in range(1, len(BACKOFF) + 1)]
    assert pauses[0] == timedelta(seconds=5)
    assert timedelta(days=2, hours=20) < sum(pauses, timedelta()) <= timedelta(days=3)
    assert next_try(LATER, len(BACKOFF) + 1) is None


def test_what_is_refused_is_not_tried_again_and_a_wish_counts():
    assert next_try(Answer(Verdict.REFUSED), 1) is None
    assert next_try(Answer(Verdict.GONE), 1) is None
    wish = Answer(Verdict.LATER, after=timedelta(minutes=9))
    assert next_try(wish, 1) == timedelta(minutes=9)
    assert next_try(Answer(Verdict.LATER, after=timedelta(days=99)), 1) == timedelta(days=1)
    assert next_try(LATER, 1, spread=1.0) == timedelta(seconds=5.5)


def test_the_last_word_about_messages_counts():
    on, off = event("messages", code="on"), event("messages", code="off")
    assert not is_quiet([])
    assert is_quiet([on, off])
    assert not is_quiet([off, on])


@pytest.mark.parametrize(
    ("address", "shown"),
    [("13800001234", "138****1234"), ("li@example.com", "l***@example.com"), ("12345", "****")],
)
def test_an_address_is_shown_masked(address, shown):
    assert masked(address) == shown
