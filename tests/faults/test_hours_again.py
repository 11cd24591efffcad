"""A thousand generated cases, others each time: an outsider's hours are ours to the minute."""

import secrets

import pytest

from tests.documents.case_file.stories import mismatches

CASES = 1000


@pytest.mark.campaign
def test_a_thousand_cases_come_out_the_same():
    seed = secrets.randbits(32)
    wrong, _ = mismatches(CASES, seed)
    assert wrong == [], seed
