"""A thousand damages to chains of audit records, another thousand each time."""

import secrets

import pytest

from kaiban.domain.audit.chain import examine
from tests.domain.audit.damages import campaign

DAMAGES = 1000


@pytest.mark.campaign
def test_a_thousand_damages_to_the_audit_are_found():
    seed = secrets.randbits(32)
    missed, done = campaign(examine, DAMAGES, seed)
    assert (missed, sum(done.values()) > 0.9 * DAMAGES) == ([], True), seed
