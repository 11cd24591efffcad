"""What web processes saw that `kaiban doctor` ought to know: a proxy nobody trusts."""

import contextlib
import time
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

#: Real seconds between two notes of one process: requests are many, the news is one.
_AT_MOST_EVERY: Final = 60.0


class Sightings:
    """A file with the latest private address that spoke as a proxy and is none of ours; its date is when.

    Proxies stand in private networks. A visitor's own address is not written down: anyone can send the header.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "untrusted-proxy"
        self._next = 0.0

    def note(self, address: str) -> None:
        """Remember it, if it may be a proxy; the log is told that there was one."""
        now = time.monotonic()
        if now < self._next or not _is_private(address):
            return
        self._next = now + _AT_MOST_EVERY
        log.warning("untrusted_proxy")
        with contextlib.suppress(OSError):  # serving goes on, whatever the folder is like
            self._file.write_text(address, encoding="ascii")

    def latest(self) -> tuple[str, datetime] | None:
        """The address, and when it was seen; None if there was none."""
        try:
            address = self._file.read_text(encoding="ascii")
            return address, datetime.fromtimestamp(self._file.stat().st_mtime, UTC)
        except OSError:
            return None


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False
