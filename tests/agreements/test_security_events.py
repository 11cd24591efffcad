"""Every security event is in the operator's table, and no other."""

import re

from kaiban.orchestrator.security import SecurityEvent
from tests.agreements.repository import text


def test_the_operators_table_has_every_security_event():
    part = text("docs/operating.md").partition("### Security events")[2]
    listed = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    assert sorted(listed) == sorted(SecurityEvent)
