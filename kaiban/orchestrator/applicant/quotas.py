"""What strangers and programs may not do too often: send files, begin forms. Counted by network address, draft and token."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from kaiban.domain.city import Rates
from kaiban.ports import RateLimit, RateLimits

WITHIN = timedelta(hours=1)
_MB = 1024 * 1024


class Exceeded(Enum):
    """What was more than may be within an hour."""

    TIMES = "times"
    BYTES = "bytes"


@dataclass(frozen=True)
class Quotas:
    """Counts over all processes. ``now`` is real time; addresses are only counted, not kept."""

    limits: RateLimits
    rates: Rates
    now: Callable[[], datetime]

    def upload(self, filing: str, address: str, size: int) -> Exceeded | None:
        """Count a request with ``size`` bytes for a filing, in any state; None if it may be looked at.

        What a draft has too much of is not counted against its address: others share that.
        """
        megabytes, rates = _megabytes(size), self.rates
        return self._first(
            (Exceeded.TIMES, ("upload:draft", rates.uploads_by_draft, filing, 1)),
            (Exceeded.BYTES, ("upload:draft:mb", rates.megabytes_by_draft, filing, megabytes)),
            (Exceeded.TIMES, ("upload:address", rates.uploads_by_address, address, 1)),
            (Exceeded.BYTES, ("upload:megabytes", rates.megabytes_by_address, address, megabytes)),
        )

    def program(self, token: str, size: int) -> Exceeded | None:
        """Count a program's request with files, of ``size`` bytes; None if it may be looked at."""
        megabytes, rates = _megabytes(size), self.rates
        return self._first(
            (Exceeded.TIMES, ("upload:token", rates.uploads_by_token, token, 1)),
            (Exceeded.BYTES, ("upload:token:mb", rates.megabytes_by_token, token, megabytes)),
        )

    def draft(self, address: str) -> bool:
        """Count a form begun; whether it may be."""
        return self._take("draft:address", self.rates.drafts_by_address, address)

    def _first(self, *counts: tuple[Exceeded, tuple[str, int, str, int]]) -> Exceeded | None:
        """What there is too much of first; what comes after that is not counted."""
        return next((what for what, count in counts if not self._take(*count)), None)

    def _take(self, kind: str, most: int, subject: str, amount: int = 1) -> bool:
        return self.limits.take(RateLimit(kind, most, WITHIN), subject, self.now(), amount)


def _megabytes(size: int) -> int:
    """Begun ones count."""
    return -(-size // _MB)
