"""How large a body may be: as text, and with files, as many and as large as the city takes at once."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from kaiban.api.problems import Problem
from kaiban.api.routes import Route
from kaiban.domain.papers.material import UploadLimits

#: Larger than any form we know by far: a roster of a thousand people is 0.4 MB.
MAX_BODY: Final = 2 * 1024 * 1024
#: So many bodies with files one process has in memory at a time: reading one takes several times its size.
LARGE_AT_ONCE: Final = 2
#: When one of them is surely done (seconds).
SOON: Final = 10
_BUSY: Final = "现在处理文件的人较多，这次没有受理，请稍后重试。"

_places = threading.BoundedSemaphore(LARGE_AT_ONCE)


def largest(route: Route, limits: UploadLimits) -> int:
    """The most bytes a body of that route may have; files come in base64, which takes four bytes for three."""
    if route.brings_files:
        return MAX_BODY + -(-limits.at_once_mb * 1024 * 1024 * 4 // 3)
    return route.largest or MAX_BODY


def most_taken(routes: Iterable[Route], limits: UploadLimits) -> int:
    """The most bytes any of them takes."""
    return max(largest(each, limits) for each in routes)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A place in memory for a body of that size; a problem if there is none just now."""
    if size <= MAX_BODY:
        yield
        return
    if not _places.acquire(blocking=False):
        raise busy()
    try:
        yield
    finally:
        _places.release()


def busy() -> Problem:
    """Too many files are looked at just now; nothing was done."""
    return Problem("unavailable", _BUSY, again_after=SOON)
