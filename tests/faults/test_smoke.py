"""The shortest campaign; the long ones are run by ``make faults``."""

import pytest

from tests.faults.campaign import Campaign, Plan


@pytest.mark.timeout(300)
def test_cases_survive_killed_processes_and_lost_answers(found, database_url):
    plan = Plan(cases=3, kills=2, losses=3, victims=("worker", "web"), every=(1.0, 2.0))
    campaign = Campaign(found(database_url), plan).run()
    assert campaign.violations == [], campaign.summary() + campaign.city.log()
