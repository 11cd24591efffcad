"""Drop what nobody may keep any longer (保存期限): old drafts, used-up codes, counts, keys."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from kaiban.orchestrator.office import Office
from kaiban.orchestrator.returning import Door
from kaiban.ports import IdempotencyKeys

log = structlog.get_logger()

#: How long a client may repeat a request under its key; docs/api.md says so.
KEYS_KEPT = timedelta(days=30)
#: Longer than any limit counts and any code is valid.
COUNTS_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Keeping:
    """What is kept for a while only, and for how long a draft and an exchange."""

    door: Door
    keys: IdempotencyKeys
    drafts: timedelta
    exchanges: timedelta


def prune(office: Office, keeping: Keeping) -> dict[str, int]:
    """Drop everything past its time; how many there were of each kind."""
    door, real = keeping.door, keeping.door.wall()
    gone = {
        "drafts": door.filings.prune(office.clock.now() - keeping.drafts),
        "codes": door.codes.prune(real - COUNTS_KEPT),
        "counts": door.limits.prune(real - COUNTS_KEPT),
        "exchanges": office.cases.forget_exchanges(office.clock.now() - keeping.exchanges),
        "keys": keeping.keys.forget(real - KEYS_KEPT),
    }
    if any(gone.values()):
        log.info("pruned", **gone)
    return gone
