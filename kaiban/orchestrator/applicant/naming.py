"""Ask the registrar about a company name while it is being thought of (名称自主申报).

Advice, not a promise: the register decides when the application is there. However slow it is, whoever
asks waits a moment at most, and a few ask at once.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import cast

import structlog

from kaiban.orchestrator.departments import Departments
from kaiban.orchestrator.security import SecurityEvent, report
from kaiban.ports import NameOpinion, NameRegister, RateLimit, RateLimits

log = structlog.get_logger()

#: Real seconds after which nobody is kept waiting.
PATIENCE = 2.0
AT_ONCE = 4
#: For each filing; somebody who types asks every few seconds.
OFTEN = RateLimit("name", 60, timedelta(minutes=10))


class Names:
    """Whom to ask about names, if any department of the city keeps them.

    ``now`` is real time.
    """

    def __init__(
        self, departments: Departments, limits: RateLimits, now: Callable[[], datetime]
    ) -> None:
        self._register = next(
            (
                cast("NameRegister", adapter)
                for adapter in departments.adapters.values()
                if hasattr(adapter, "check_name")
            ),
            None,
        )
        self._limits, self._now = limits, now
        self._places = BoundedSemaphore(AT_ONCE)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="names")

    @property
    def known(self) -> bool:
        """Whether there is anybody to ask."""
        return self._register is not None

    def opinion(self, full: str, asker: str, address: str) -> NameOpinion | None:
        """What the register thinks of the name; None if it cannot be asked just now.

        ``asker`` is the filing whose share it is, ``address`` where the request came from, for the log.
        """
        if self._register is None:
            return None
        if not self._limits.take(OFTEN, asker, self._now()):
            report(SecurityEvent.NAME_LIMIT_REACHED, address)
            return None
        if not self._places.acquire(blocking=False):
            return None
        asked = self._pool.submit(self._register.check_name, full)
        asked.add_done_callback(lambda _: self._places.release())
        try:
            return asked.result(PATIENCE)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is no obstacle to filling in
            # Never the name: what somebody plans to call a company is theirs.
            log.info("name_not_checked", error=type(error).__name__)
            return None
