"""Keep the list of staff complete: after an upgrade, beside a release that knows no list, under other hours."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.hours.waiting import is_running
from kaiban.ports import Lines

log = structlog.get_logger()

#: So often it is looked whether a line is missing or old, as long as none was.
EVERY: Final = timedelta(minutes=5)


class WorklistUpkeep:
    """Makes lines anew, one a turn; ``wall`` is real time."""

    def __init__(self, lines: Lines, wall: Callable[[], datetime]) -> None:
        self._lines = lines
        self._wall = wall
        self._behind: list[str] = []
        self._looked: datetime | None = None

    def turn(self) -> bool:
        """Make one anew; whether there was one."""
        if not self._behind and not self._look():
            return False
        # Taken off first: one that cannot be made keeps no other waiting.
        self._lines.make(self._behind.pop(0))
        if not self._behind:
            self._looked = None
        return True

    def _look(self) -> bool:
        now = self._wall()
        if self._looked and is_running(self._looked, now, EVERY):
            return False
        self._behind, self._looked = self._lines.behind(), now
        if self._behind:
            log.info("worklist_behind", lines=len(self._behind))
        return bool(self._behind)
