"""What each contestant is put through, and what is counted."""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count, pairwise
from typing import Any, Final

import requests

import forms.sample
from kaiban.domain.hours.clock import HALL_TIME
from tests.bench.peers.contestants import Running, calls, ended_cases
from tests.bench.peers.work import engine_of
from tests.waiting import until

#: Steps of which each waits for the one before it, and for nothing that takes longer.
CRITICAL: Final = ("registration", "seal", "bank", "merge")
#: What no department is asked for: whoever merges twice has harmed nobody.
OURS: Final = "merge"
#: Seconds a run may take before it is said that cases were lost.
PATIENCE: Final = 180
#: Seconds a dead worker stays dead.
DEAD: Final = 0.5
_serial = count()
_local = threading.local()


@dataclass(frozen=True)
class Cost:
    """A burst at departments that take no time: milliseconds of worker a case, cases a second, % of a core at rest."""

    worker_ms: float
    cases_per_second: float
    resting_percent: float


@dataclass(frozen=True)
class Pace:
    """Makespan by critical path: one case at a time (median), and at a steady rate (median, 95th percentile)."""

    idle: float
    median: float
    p95: float


@dataclass(frozen=True)
class Killed:
    """A burst whose worker is killed: cases that never ended, calls made twice, seconds until all had ended."""

    lost: int
    repeated: int
    seconds: float


def cost(it: Running, cases: int) -> Cost:
    """Hand in a burst and let it end."""
    with _watched(it) as ends:
        _warm(it, ends)
        resting = _resting(it, 5.0)
        spent, began = it.cpu_seconds(), time.monotonic()
        mine = _burst(it, cases)
        ends.wait_for(mine, PATIENCE)
        seconds = time.monotonic() - began
        used = it.cpu_seconds() - spent
    return Cost(used * 1000 / cases, cases / seconds, resting * 100)


def pace(it: Running, alone: int, cases: int, rate: float) -> Pace:
    """One case after the other, then so many at so many a second."""
    with _watched(it) as ends:
        _warm(it, ends)
        single = []
        for _ in range(alone):
            handed = time.time()
            no = hand_in(it)
            ends.wait_for([no], PATIENCE)
            single.append((ends.seen[no] - handed) / critical_path(calls(it), no))
        steady = _steady(it, ends, cases, rate)
    return Pace(statistics.median(single), statistics.median(steady), _p95(steady))


def killed(it: Running, cases: int) -> Killed:
    """Kill the worker while a burst is under way, and start it again."""
    with _watched(it) as ends:
        _warm(it, ends)
        mine = _burst(it, cases)
        until(lambda: len(ends.among(mine)) >= cases // 4, PATIENCE, it.log)
        it.kill_worker()
        began = time.monotonic()
        time.sleep(DEAD)
        it.start_worker()
        with suppress(AssertionError):  # those that never end are what is counted
            ends.wait_for(mine, PATIENCE)
        seconds = time.monotonic() - began
        lost = len(mine) - len(ends.among(mine))
    known = set(mine)
    asked = Counter((case, step) for case, step, *_ in calls(it) if case in known and step != OURS)
    return Killed(lost, sum(asked.values()) - len(asked), seconds)


class _Ends:
    """Sees cases end, straight in the database, every few milliseconds."""

    def __init__(self, it: Running) -> None:
        self.seen: dict[str, float] = {}
        self._it, self._engine = it, engine_of(it.database)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def among(self, cases: Sequence[str]) -> list[str]:
        return [no for no in cases if no in self.seen]

    def wait_for(self, cases: Sequence[str], seconds: float) -> None:
        until(lambda: len(self.among(cases)) == len(cases), seconds, self._it.log)

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self._engine.dispose()

    def _look(self) -> None:
        while not self._over.wait(0.01):
            for no in ended_cases(self._it, self._engine):
                self.seen.setdefault(no, time.time())


@contextmanager
def _watched(it: Running) -> Iterator[_Ends]:
    ends = _Ends(it)
    try:
        yield ends
    finally:
        ends.close()


@cache
def _form(seed: int) -> dict[str, Any]:
    today = datetime.now(UTC).astimezone(HALL_TIME).date()  # noqa: TID251 - the services run by the wall clock
    return forms.sample.sample(seed, today)


def hand_in(it: Running) -> str:
    """Hand in another form; return its number."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
        _local.session.trust_env = False
    serial = next(_serial)
    answer = _local.session.post(
        f"{it.address}/api/v1/cases", json=_form(serial), timeout=60,
        headers={**it.headers, "Idempotency-Key": f"key-{serial}", "Connection": "close"},
    )  # fmt: skip
    answer.raise_for_status()
    return str(answer.json()["case_no"])


def _burst(it: Running, cases: int) -> list[str]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda _: hand_in(it), range(cases)))


def _warm(it: Running, ends: _Ends) -> None:
    """A first case shows that the worker has started; a few more that everything is loaded."""
    for several in (1, 6):
        ends.wait_for([hand_in(it) for _ in range(several)], PATIENCE)
    calls(it)


def _resting(it: Running, seconds: float) -> float:
    spent, began = it.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (it.cpu_seconds() - spent) / (time.monotonic() - began)


def _steady(it: Running, ends: _Ends, cases: int, rate: float) -> list[float]:
    began, handed = time.time(), {}

    def one() -> None:
        at = time.time()
        handed[hand_in(it)] = at

    with ThreadPoolExecutor(8) as pool:
        waiting = []
        for number in range(cases):
            time.sleep(max(0, began + number / rate - time.time()))
            waiting.append(pool.submit(one))
        for each in waiting:
            each.result()
    ends.wait_for(list(handed), PATIENCE)
    asked = calls(it)
    return [(ends.seen[no] - at) / critical_path(asked, no) for no, at in handed.items()]


def critical_path(asked: Sequence[Any], no: str) -> float:
    """Seconds at the departments that nobody could save."""
    mine = {step: (began, ended) for case, step, began, ended in asked if case == no}
    assert all(mine[one][1] <= mine[next_][0] for one, next_ in pairwise(CRITICAL)), mine
    return sum(mine[step][1] - mine[step][0] for step in CRITICAL)


def _p95(found: Sequence[float]) -> float:
    return sorted(found)[int(len(found) * 0.95)]
