"""The shortest campaign; the long ones are run by ``make faults``."""

import pytest

from tests.faults.campaign import Plan
from tests.faults.disturbances import Kill


@pytest.mark.timeout(300)
def test_cases_survive_killed_processes_and_lost_answers(found, database_url, ran):
    plan = Plan(
        cases=3,
        disturbances=2,
        losses=3,
        by=(Kill("worker"), Kill("web")),
        every=(1.0, 2.0),
        resumed_within=600,
    )
    row = ran(found(database_url), plan)
    assert row.passed, row.summary
