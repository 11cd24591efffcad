"""What the use cases of staff work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kaiban.domain.city import Hall
from kaiban.ports import RateLimits, StaffAccounts, StaffSessions
from kaiban.ports.audit import Audit


@dataclass(frozen=True)
class StaffOffice:
    """Accounts, sessions, counts; the city's halls; ``wall`` is real time, ``city`` what authenticators show.

    ``audit`` records what is done with accounts.
    """

    accounts: StaffAccounts
    sessions: StaffSessions
    limits: RateLimits
    halls: Mapping[str, Hall]
    wall: Callable[[], datetime]
    city: str
    audit: Audit
