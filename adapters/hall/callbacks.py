"""The calls a stub makes to Kaiban: due by business time, repeated until taken."""

import http.client
import threading
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from adapters.hall.clock import HallClock
from adapters.hall.fault_injection.faults import Fault
from adapters.hall.store import Exchange, Store, instant

KIND = "_callback"
OVER = "_callback_over"
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

    def met_by(self, topic: str, key: str) -> Fault | None:
        """Return the fault that befalls a call."""

    def spoilt_call(
        self, do: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[Mapping[str, str], bytes]:
        """Return the call as a forger, or a confused department, would make it."""


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
        self._last: tuple[Mapping[str, str], bytes] | None = None
        # No proxies: the call stays on this machine.
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    def add(self, at: datetime, path: str, key: str, topic: str, *, met: bool = False) -> str:
        """Plan a call and return its number; a second one of the same key and topic is another.

        ``met``: no fault befalls it.
        """
        store = self._caller.store
        number = f"{store.next_number(KIND):08}"
        planned = {"at": at.isoformat(), "path": path, "key": key, "topic": topic, "tries": 0}
        store.put(KIND, number, planned | {"met": met, "held": False})
        self._wake.set()
        return number

    def all(self) -> dict[str, dict[str, Any]]:
        """Return every call by number; ``state`` is planned, held, or what became of it."""
        planned = {
            number: call | {"state": "held" if call["held"] else "planned"}
            for number, call in self._planned().items()
        }
        return dict(sorted({**self._caller.store.all(OVER), **planned}.items()))

    def hold(self, number: str) -> None:
        """Keep a planned call until it is redelivered; KeyError if it is not planned."""
        store = self._caller.store
        with store.atomic():
            call = store.get(KIND, number)
            if call is None:
                raise KeyError(number)
            store.put(KIND, number, call | {"held": True, "met": True})

    def redeliver(self, number: str) -> None:
        """Make a call now, whether it was made, held, dropped or is planned; KeyError if unknown."""
        store, now = self._caller.store, self._clock.now()
        call = store.get(KIND, number)
        if call is not None:
            store.put(KIND, number, call | {"at": now.isoformat(), "held": False, "met": True})
            self._wake.set()
            return
        over = store.get(OVER, number)
        if over is None:
            raise KeyError(number)
        self.add(now, over["path"], over["key"], over["topic"], met=True)

    def forge(self, number: str, how: str = "body") -> int:
        """Have somebody else make that call, without the right key; returns the HTTP status."""
        call = self.all()[number]
        return self._forged(call, how)

    def deliver(self, numbers: Iterable[str]) -> None:
        """Make these calls at once, due or not."""
        with self._turn:
            for number in numbers:
                self._deliver(number)

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
            due = [n for n, each in self._waiting().items() if instant(each["at"]) <= now]
            return sum(self._deliver(number) for number in due)

    def _run(self) -> None:
        while not self._stopped:
            self._wake.clear()
            self.deliver_due()
            self._wake.wait(self._nap())

    def _nap(self) -> float | None:
        waiting = [instant(each["at"]) for each in self._waiting().values()]
        if not waiting or self._clock.manual:
            return None
        return min(self._clock.real(min(waiting) - self._clock.now()).total_seconds(), LONGEST_NAP)

    def _planned(self) -> dict[str, dict[str, Any]]:
        return self._caller.store.all(KIND)

    def _waiting(self) -> dict[str, dict[str, Any]]:
        return {number: call for number, call in self._planned().items() if not call["held"]}

    def _deliver(self, number: str) -> bool:
        call = self._caller.store.get(KIND, number)
        if call is None or not self._befallen(number, call):
            return False
        taken = self._call(call)
        if taken or call["tries"] >= len(AGAIN):
            self._end(number, call, "taken" if taken else "given up")
        else:
            call["at"] = (self._clock.now() + AGAIN[call["tries"]]).isoformat()
            call["tries"] += 1
            self._caller.store.put(KIND, number, call)
        return taken

    def _befallen(self, number: str, call: dict[str, Any]) -> bool:
        """Let a fault befall the call, once; tell whether it is to be made now."""
        fault = None if call["met"] else self._caller.met_by(call["topic"], call["key"])
        call["met"] = True
        if fault is None:
            return True
        if fault.do == "drop":
            self._end(number, call, "dropped")
            return False
        if fault.do in PUT_OFF:
            call |= PUT_OFF[fault.do](call, fault, self._planned())
            self._caller.store.put(KIND, number, call)
            return False
        if fault.do == "wrong-ref":
            self._call(call, fault.do)
            self._end(number, call, "wrong ref")
            return False
        if fault.do == "forge":
            self._forged(call, fault.parameters["how"])
        for _ in range(fault.parameters.get("n", 1) - 1):
            self._call(call, "duplicate")
        return True

    def _end(self, number: str, call: Mapping[str, Any], how: str) -> None:
        self._caller.store.remove(KIND, number)
        self._caller.store.put(OVER, number, {**call, "state": how})

    def _forged(self, call: Mapping[str, Any], how: str) -> int:
        if how == "replay" and self._last is not None:
            return self._post(call, *self._last, "forge replay")[0]
        headers, body = self._caller.callback_message(call["key"], call["topic"])
        return self._post(
            call, *self._caller.spoilt_call(f"forge-{how}", headers, body), f"forge {how}"
        )[0]

    def _call(self, call: Mapping[str, Any], fault: str = "") -> bool:
        headers, body = self._caller.callback_message(call["key"], call["topic"])
        if fault == "wrong-ref":
            headers, body = self._caller.spoilt_call(fault, headers, body)
        status, answer = self._post(call, headers, body, fault)
        self._last = headers, body
        return self._caller.callback_accepted(status, answer)

    def _post(
        self, call: Mapping[str, Any], headers: Mapping[str, str], body: bytes, fault: str
    ) -> tuple[int, bytes]:
        post = urllib.request.Request(  # noqa: S310 - the address is the hall's own setting
            self._base + call["path"], data=body, headers=dict(headers), method="POST"
        )
        status, answer = 0, b""
        try:
            with self._open(post, timeout=SECONDS) as response:
                status, answer = response.status, response.read(65536)
        except urllib.error.HTTPError as refused:
            status, answer = refused.code, refused.read(65536)
        except (OSError, http.client.HTTPException):
            # Nobody there, or somebody who does not speak HTTP: it is tried again.
            status = 0
        at, wire_at = self._clock.now().isoformat(), self._caller.hall.real.now().isoformat()
        self._caller.store.write_exchange(
            Exchange(at, call["topic"], f"POST {call['path']}", body, answer, status,
                     dict(headers), {}, "out", fault, wire_at)
        )  # fmt: skip
        return status, answer


def _delayed(call: Mapping[str, Any], fault: Fault, planned: Any) -> dict[str, Any]:
    del planned
    at = instant(call["at"]) + timedelta(seconds=fault.parameters["seconds"])
    return {"at": at.isoformat()}


def _after_all(call: Mapping[str, Any], fault: Fault, planned: Any) -> dict[str, Any]:
    del fault
    last = max(instant(each["at"]) for each in (call, *planned.values()))
    return {"at": (last + timedelta(seconds=1)).isoformat()}


#: Faults after which the call is not made yet, and what changes in it.
PUT_OFF = {"hold": lambda *_: {"held": True}, "delay": _delayed, "reorder": _after_all}
