"""When a promise is reminded of, what follows it, and under which words it was given."""

from datetime import UTC, date, datetime

import pytest

from kaiban.domain.cases.event import Event
from kaiban.domain.papers.obligation import (
    FORWARD_STATES,
    LAPSES,
    Deferral,
    ForwardState,
    Lapse,
    has_lapsed,
    is_reminded,
)

AT, DUE = datetime(2026, 3, 16, 1, tzinfo=UTC), date(2026, 3, 18)
RULES = Deferral(
    frozenset({"lease"}),
    10,
    "2",
    "新的话",
    {"1": "原来的话"},
    Lapse.WINDOW,
    {"lease": Lapse.NOTICE},
    (5, 2, 0),
)


@pytest.mark.parametrize(
    ("left", "stage"), [(6, None), (5, 5), (3, 5), (2, 2), (1, 2), (0, 0), (-1, None)]
)
def test_the_stage_due_is_the_last_that_was_reached(left, stage):
    assert RULES.stage(left) == stage
    assert Deferral(reminders=()).stage(left) is None


def test_what_was_promised_stays_under_its_own_words():
    assert [RULES.words(each) for each in ("2", "1", "0")] == ["新的话", "原来的话", ""]


def test_what_follows_is_said_of_single_materials_and_of_the_rest():
    assert (RULES.follows("lease"), RULES.follows("identity")) == (Lapse.NOTICE, Lapse.WINDOW)
    assert set(LAPSES) == set(Lapse)
    assert set(FORWARD_STATES) == set(ForwardState)


def event(kind, **facts):
    return Event(kind, AT, "system", code="lease", facts={"due": DUE.isoformat(), **facts})


def test_a_stage_is_known_by_its_day_so_that_more_time_has_stages_of_its_own():
    told = [event("deadline", stage="2")]
    assert is_reminded(told, "lease", DUE, 2, 5)
    assert not is_reminded(told, "lease", DUE, 0, 5)
    assert not is_reminded(told, "lease", date(2026, 4, 1), 2, 5)
    assert not is_reminded(told, "identity", DUE, 2, 5)
    assert is_reminded([event("deadline")], "lease", DUE, 5, 5), (
        "an earlier release told the first"
    )
    assert has_lapsed([event("lapsed")], "lease", DUE)
    assert not has_lapsed([event("lapsed")], "lease", date(2026, 4, 1))
