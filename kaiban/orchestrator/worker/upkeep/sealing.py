"""Seal the audit: chain what was recorded, have the newest hash stamped, say when that falls behind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.audit.chain import Head
from kaiban.domain.hours.waiting import is_running
from kaiban.ports.audit import AuditChain

log = structlog.get_logger()

#: So often an authority is asked at most; one that failed is asked again after the same time.
STAMP_EVERY: Final = timedelta(seconds=30)
#: When a record has waited so long for its place, or for its anchor where there is an authority, somebody must look.
ALARM: Final = timedelta(minutes=10)
SAY_EVERY: Final = timedelta(minutes=1)


@dataclass
class Sealing:
    """Chains and stamps, a batch a turn; every worker does it, one at a time has its way. ``wall`` is real time.

    ``stamp`` asks the authority; None where there is none. ``keep`` puts an anchor where whoever may write the
    database may not.
    """

    chain: AuditChain
    wall: Callable[[], datetime]
    stamp: Callable[[Head], bytes] | None
    keep: Callable[[Head, bytes], None]
    _asked: datetime | None = field(default=None, init=False)
    _said: datetime | None = field(default=None, init=False)

    def turn(self) -> bool:
        """Chain a batch, else have the chain stamped; whether there was anything to do."""
        now = self.wall()
        done = self.chain.advance(now) > 0
        if not done and self.stamp and not self._waits(self._asked, now, STAMP_EVERY):
            self._asked = now
            self._stamped(self.stamp)
        self._watch(now)
        return done

    def _stamped(self, stamp: Callable[[Head], bytes]) -> None:
        head = self.chain.unstamped()
        if head is None:
            return
        try:
            token = stamp(head)
        except Exception as error:  # noqa: BLE001 - whatever ails the authority, the next turn asks again
            log.warning("audit_anchor_missing", error=type(error).__name__)
            return
        self.chain.stamp(head, token)
        self.keep(head, token)
        log.info("audit_anchored", day=head.day, seq=head.seq)

    def _watch(self, now: datetime) -> None:
        """Say once a minute that the audit has fallen behind."""
        if self._waits(self._said, now, SAY_EVERY):
            return
        self._said = now
        unchained, unanchored = self.chain.lag()
        since = unanchored if self.stamp else unchained
        if since is not None and now - since > ALARM:
            log.error("audit_behind", minutes=(now - since) // timedelta(minutes=1))

    @staticmethod
    def _waits(since: datetime | None, now: datetime, span: timedelta) -> bool:
        return since is not None and is_running(since, now, span)
