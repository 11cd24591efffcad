"""The calls a stub makes to Kaiban: due by business time, repeated until taken."""

import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from adapters.hall.clock import HallClock
from adapters.hall.store import Store, instant

KIND = "_callback"
SECONDS = 5
#: Business time from each failed try to the next; after the last one the stub gives up.
AGAIN = tuple(timedelta(seconds=each) for each in (15, 15, 30, 180, 600, 1200, 1800, 3600, 10800))
LONGEST_NAP = 60.0


class Caller(Protocol):
    """Whose calls these are."""

    name: ClassVar[str]
    hall: Any
    store: Store

    def callback_message(self, key: str, topic: str) -> tuple[Mapping[str, str], bytes]:
        """Return headers and body."""

    def callback_accepted(self, status: int, body: bytes) -> bool:
        """Tell whether it was taken."""


class Callbacks:
    """Keeps calls in the stub's store and makes each when it is due, in one thread."""

    def __init__(self, caller: Caller, base_url: str) -> None:
        self._caller = caller
        self._base = base_url.rstrip("/")
        self._clock: HallClock = caller.hall.clock
        self._wake = threading.Event()
        self._stopped = False
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        # No proxies: the call stays on this machine.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def add(self, at: datetime, path: str, key: str, topic: str) -> None:
        """Plan a call; a second one of the same key and topic is another call."""
        store = self._caller.store
        number = store.next_number(KIND)
        planned = {"at": at.isoformat(), "path": path, "key": key, "topic": topic, "tries": 0}
        store.put(KIND, f"{number:08}", planned)
        self._wake.set()

    def start(self) -> None:
        """Begin to call."""
        if not self._base:
            return
        self._clock.listen(self._wake.set)
        name = f"callbacks-{self._caller.name}"
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Call no more; what is planned stays planned."""
        self._stopped = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(SECONDS + 1)

    def deliver_due(self) -> int:
        """Make every call that is due and return how many were taken."""
        with self._turn:
            now = self._clock.now()
            due = [n for n, each in self._planned().items() if instant(each["at"]) <= now]
            return sum(self._deliver(number) for number in due)

    def _run(self) -> None:
        while not self._stopped:
            self._wake.clear()
            self.deliver_due()
            self._wake.wait(self._nap())

    def _nap(self) -> float | None:
        waiting = [instant(each["at"]) for each in self._planned().values()]
        if not waiting or self._clock.manual:
            return None
        return min(self._clock.real(min(waiting) - self._clock.now()).total_seconds(), LONGEST_NAP)

    def _planned(self) -> dict[str, dict[str, Any]]:
        return self._caller.store.all(KIND)

    def _deliver(self, number: str) -> bool:
        store = self._caller.store
        call = store.get(KIND, number)
        if call is None:
            return False
        taken = self._call(call)
        if taken or call["tries"] >= len(AGAIN):
            store.remove(KIND, number)
        else:
            call["at"] = (self._clock.now() + AGAIN[call["tries"]]).isoformat()
            call["tries"] += 1
            store.put(KIND, number, call)
        return taken

    def _call(self, call: Mapping[str, Any]) -> bool:
        headers, body = self._caller.callback_message(call["key"], call["topic"])
        post = urllib.request.Request(  # noqa: S310 - the address is the hall's own setting
            self._base + call["path"], data=body, headers=dict(headers), method="POST"
        )
        try:
            with self._open(post, timeout=SECONDS) as answer:
                return self._caller.callback_accepted(answer.status, answer.read(65536))
        except OSError:
            # urllib.error.URLError and HTTPError are OSErrors: refused, 4xx, 5xx alike.
            return False
