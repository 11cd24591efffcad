"""Papers as they would be printed now: written one after the other, the latest few kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from kaiban.processes.pool import PoolFull

#: So many papers are kept: what one person looks through, twice over. A paper has some 100 kB.
KEPT = 32
#: So long somebody waits for a turn (seconds), before the line of the document workers.
PATIENCE = 5.0
#: So many wait for a turn; whoever comes then is told at once, for every one who waits takes a thread from the pages.
WAITING = 2


class Previews:
    """Laying out a paper keeps a processor busy for a second: more than one at a time would only slow each other.

    Requests for other pages go on meanwhile. What is known by the same key is not written again.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._turn = threading.Lock()
        self._places = threading.BoundedSemaphore(1 + WAITING)

    def get(
        self, key: Hashable, write: Callable[[], bytes | None], *, keep: bool = True
    ) -> bytes | None:
        """The paper of that key, written if need be, or None as ``write`` says; raises PoolFull.

        ``keep``: whether it may stay in memory; what shows personal data whole should not.
        """
        if (known := self._kept.get(key)) is not None:
            return known
        with self._next():
            return self._kept.get(key) or self._written(key, write, keep=keep)

    @contextmanager
    def _next(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise PoolFull
        try:
            if not self._turn.acquire(timeout=PATIENCE):
                raise PoolFull
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()

    def _written(
        self, key: Hashable, write: Callable[[], bytes | None], *, keep: bool
    ) -> bytes | None:
        paper = write()
        if keep and paper is not None:
            self._kept[key] = paper
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return paper
