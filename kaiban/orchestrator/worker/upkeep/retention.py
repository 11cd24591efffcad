"""Drop what nobody may keep any longer (保存期限): old drafts, used-up codes, counts, sessions, keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from kaiban.orchestrator.office import Office
from kaiban.ports import (
    Filings,
    IdempotencyKeys,
    Outbox,
    Presence,
    RateLimits,
    ReturnCodes,
    Sessions,
    StaffAccounts,
)
from kaiban.ports.supervision import StaffOutbox

log = structlog.get_logger()

#: How long a client may repeat a request under its key; docs/api.md says so.
KEYS_KEPT = timedelta(days=30)
#: How long a program can have what it missed sent again; what people were told stays with the case.
WEBHOOK_MESSAGES_KEPT = timedelta(days=30)
#: What staff were told; the card itself, and who it was given to, stay.
STAFF_MESSAGES_KEPT = timedelta(days=90)
#: Longer than any limit counts and any code is valid.
COUNTS_KEPT = timedelta(days=2)
#: From where staff came in, as long as that counts (staff.signing_in).
PLACES_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Keeping:
    """What is kept for a while only, and for how long a draft and an exchange; ``wall`` is real time."""

    filings: Filings
    codes: ReturnCodes
    limits: RateLimits
    sessions: Sessions
    wall: Callable[[], datetime]
    keys: IdempotencyKeys
    outbox: Outbox
    drafts: timedelta
    exchanges: timedelta
    staff: StaffAccounts
    presence: Presence
    alerts: StaffOutbox


def prune(office: Office, keeping: Keeping) -> dict[str, int]:
    """Drop everything past its time; how many there were of each kind."""
    real = keeping.wall()
    counted = real - COUNTS_KEPT
    gone = {
        "drafts": keeping.filings.prune(office.clock.now() - keeping.drafts),
        "codes": keeping.codes.prune(counted, real),
        "counts": keeping.limits.prune(counted, real),
        "exchanges": office.cases.forget_exchanges(office.clock.now() - keeping.exchanges),
        "sessions": keeping.sessions.prune(real),
        "keys": keeping.keys.forget(real - KEYS_KEPT),
        "places": keeping.staff.prune(real - PLACES_KEPT),
        "presence": keeping.presence.prune(counted, real),
        "webhook_messages": keeping.outbox.forget(real - WEBHOOK_MESSAGES_KEPT),
        "staff_messages": keeping.alerts.forget(real - STAFF_MESSAGES_KEPT),
    }
    if any(gone.values()):
        log.info("pruned", **gone)
    return gone
