"""Make the case files that staff asked for, one a turn: the worker has the key that signs, a web process never."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from kaiban.domain.hours.waiting import is_running
from kaiban.ports.cases.files import CaseFiles

log = structlog.get_logger()

#: So long one can be fetched: real time.
KEPT: Final = timedelta(days=1)
DROP_EVERY: Final = timedelta(minutes=10)


@dataclass
class CaseFiling:
    """Makes what waits longest; ``make`` gives the file of a case for somebody, ``wall`` is real time."""

    files: CaseFiles
    make: Callable[[str, str], bytes]
    wall: Callable[[], datetime]
    _dropped: datetime | None = field(default=None, init=False)

    def turn(self) -> bool:
        """Make one; whether there was one. One that cannot be made is told of, and keeps no other waiting."""
        now = self.wall()
        if self._dropped is None or not is_running(self._dropped, now, DROP_EVERY):
            self.files.drop(now - KEPT)
            self._dropped = now
        order = self.files.next()
        if order is None:
            return False
        try:
            content: bytes | None = self.make(order.case_no, order.by)
        except Exception as error:  # noqa: BLE001 - whatever it was, the page says that it did not work
            log.error("case_file_failed", error=type(error).__name__)
            content = None
        self.files.keep(order, content, self.wall())
        return True
