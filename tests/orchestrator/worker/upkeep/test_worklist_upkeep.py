"""Lines that are not of now are made one a turn; one that cannot be made keeps no other waiting, and nobody asks all the time."""

from datetime import timedelta

import pytest

from kaiban.orchestrator.worker.upkeep.worklist_upkeep import EVERY, WorklistUpkeep
from tests.storage.samples import MORNING


class Lines:
    """Lines of which some are behind; asked for ``broken`` it fails."""

    def __init__(self, *behind):
        self.left, self.asked = list(behind), 0

    def behind(self):
        self.asked += 1
        return list(self.left[:2])

    def make(self, no):
        if no == "broken":
            raise ValueError(no)
        self.left.remove(no)


@pytest.fixture
def clock():
    return [MORNING]


def turns(upkeep, most=20):
    """What each turn said until there was nothing."""
    found = []
    for _ in range(most):
        try:
            found.append(upkeep.turn())
        except ValueError:
            found.append("failed")
        if found[-1] is False:
            return found
    raise AssertionError(found)


def test_everything_is_made_batch_after_batch_and_then_looked_at_seldom(clock):
    lines = Lines("a", "b", "c")
    upkeep = WorklistUpkeep(lines, lambda: clock[0])
    assert turns(upkeep) == [True, True, True, False]
    assert (lines.left, lines.asked) == ([], 3)
    assert turns(upkeep) == [False]
    assert lines.asked == 3, "it was looked just now"
    lines.left = ["d"]
    clock[0] += EVERY
    assert turns(upkeep) == [True, False]


def test_one_that_cannot_be_made_keeps_no_other_waiting_and_is_tried_again_later(clock):
    lines = Lines("broken", "b", "c")
    upkeep = WorklistUpkeep(lines, lambda: clock[0])
    assert turns(upkeep) == ["failed", True, "failed", True, "failed", False]
    assert lines.left == ["broken"]
    clock[0] += EVERY
    assert turns(upkeep) == ["failed", False]


def test_a_clock_that_was_ahead_keeps_nothing_waiting(clock):
    lines = Lines()
    upkeep = WorklistUpkeep(lines, lambda: clock[0])
    clock[0] += timedelta(days=1)
    assert turns(upkeep) == [False]
    clock[0], lines.left = MORNING, ["a"]
    assert turns(upkeep) == [True, False]
