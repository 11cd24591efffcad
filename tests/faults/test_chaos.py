"""Every department's adapter carries two hundred cases through whatever can go wrong on its line."""

import pytest

from adapters.kit.checks.enduring import survive
from adapters.kit.demanding import Failed
from adapters.kit.examine import adapter_class, adapter_names
from adapters.kit.mutants.exchange import FailureIsTheEnd
from adapters.kit.rig.site import STUB
from adapters.kit.rig.stand import Stand

CASES = 200
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(900)]


def assert_carried(kind):
    with Stand(kind, STUB, kind.manifest.steps[0].name) as stand:
        for seed in range(CASES):
            survive(stand, seed)


@pytest.mark.parametrize("name", adapter_names())
def test_no_case_is_lost_doubled_stuck_or_wrong(name):
    assert_carried(adapter_class(name))


def test_the_chaos_catches_an_adapter_that_takes_a_failure_for_the_end():
    with pytest.raises(Failed, match="chaos"):
        assert_carried(FailureIsTheEnd)
