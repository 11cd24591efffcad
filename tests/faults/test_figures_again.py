"""Ten thousand generated cases, others each time: every figure of the watch is the one worked out from the event log alone."""

import secrets

import pytest

from kaiban.storage.database import Database
from tests.storage.figured_again import differences, some_cases

CASES = 10_000


@pytest.mark.campaign
@pytest.mark.timeout(3000)
def test_figures_of_ten_thousand_cases_come_out_the_same(migrated_url):
    seed, database = secrets.randbits(32), Database(migrated_url)
    wrong = differences(database, some_cases(database, CASES, seed))
    database.close()
    assert wrong == [], seed
