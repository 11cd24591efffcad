"""Every planted fault is caught; the good adapters pass the same checks in their own tests."""

import pytest

from adapters.kit import selftest
from adapters.kit.check import Verdict, carry_out
from adapters.kit.checks import find
from adapters.kit.mutants import MUTANTS
from adapters.kit.mutants.exchange import RetriesUnknown

CAUGHT = [(mutant, check) for mutant in MUTANTS for check in mutant.caught_by]


@pytest.mark.parametrize(
    ("mutant", "check"), CAUGHT, ids=[f"{mutant.name}-{check}" for mutant, check in CAUGHT]
)
def test_a_planted_fault_is_caught_by_the_check_named_for_it(mutant, check):
    finding = carry_out(find(check)[0], mutant.adapter)
    assert finding.verdict is Verdict.FAILED, finding
    assert finding.reason


def test_what_failed_keeps_its_exchanges():
    finding = carry_out(find("S02")[0], RetriesUnknown)
    assert "2 times" in finding.reason or "3 times" in finding.reason
    assert [each.fault for each in finding.exchanges].count("close") == 1


def test_the_selftest_counts_and_says_what_is_not_proved():
    told = []
    result = selftest.run("NobodyOwnsIt", told.append)
    assert result.good
    assert result.caught == [("NobodyOwnsIt", "B01")]
    assert result.unproved == []  # only a whole run can tell
    assert [each.partition(" failed")[0] for each in told] == ["NobodyOwnsIt: B01"]
    assert "1 of 1 faults caught; 1 checks proved" in list(result.lines())


def test_a_fault_that_is_not_caught_makes_the_selftest_fail():
    result = selftest.Result(caught=[("A", "B01")], survived=[("B", "B02")])
    assert not result.good
    assert "✗ B02 let B pass" in list(result.lines())
    assert "B01" not in result.unproved
    assert "B02" in result.unproved


def test_a_selftest_of_nothing_is_not_good():
    assert not selftest.run("no such fault").good
