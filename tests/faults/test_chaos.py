"""Every department's adapter carries two hundred cases through whatever can go wrong on its line."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.kit.checks.enduring import survive
from adapters.kit.examine import adapter_class, adapter_names
from adapters.kit.stand import STUB, Stand

CASES = 200
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(600)]


@pytest.mark.parametrize("name", adapter_names())
def test_no_case_is_lost_doubled_stuck_or_wrong(name):
    kind = adapter_class(name)
    with (
        Stand(kind, STUB, kind.manifest.steps[0].name) as stand,
        ThreadPoolExecutor(4) as carriers,
    ):
        assert len(list(carriers.map(lambda seed: survive(stand, seed), range(CASES)))) == CASES
