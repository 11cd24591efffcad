"""What strangers may not do too often: send files, begin forms. Counted by network address and by draft."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaiban.domain.city import Rates
from kaiban.ports import RateLimit, RateLimits

WITHIN = timedelta(hours=1)
_MB = 1024 * 1024


@dataclass(frozen=True)
class Quotas:
    """Counts over all processes. ``now`` is real time; addresses are only counted, not kept."""

    limits: RateLimits
    rates: Rates
    now: Callable[[], datetime]

    def upload(self, filing: str, address: str, size: int) -> bool:
        """Count a request with ``size`` bytes for a filing, in any state; whether it may be looked at."""
        megabytes = -(-size // _MB)
        return (
            self._take("upload:draft", self.rates.uploads_by_draft, filing)
            and self._take("upload:address", self.rates.uploads_by_address, address)
            and self._take("upload:megabytes", self.rates.megabytes_by_address, address, megabytes)
        )

    def draft(self, address: str) -> bool:
        """Count a form begun; whether it may be."""
        return self._take("draft:address", self.rates.drafts_by_address, address)

    def _take(self, kind: str, most: int, subject: str, amount: int = 1) -> bool:
        return self.limits.take(RateLimit(kind, most, WITHIN), subject, self.now(), amount)
