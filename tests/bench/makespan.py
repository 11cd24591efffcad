"""How long one case takes, over how long it must take: what the orchestration itself costs.

The whole service runs as in life (a web process, one worker, SQLite); the six departments answer
every exchange after 200 ms and decide at once. One case at a time goes through, nothing else is
done.

*Makespan*: from just before the POST that hands the form in until the instant at which the row of
the package is there (looked for every 5 ms, straight in the database).

*Critical path*: what nobody could save without asking less of a department. It is the sum of

- the registration's exchanges,
- the exchanges of that other department which took longest, counting only what it was asked
  after the registration's last exchange had ended, and
- the making of the package, from the instant it names as its beginning until its row is there.

An exchange lasts from the arrival of the request at the department until its answer is complete.
Building, signing and reading messages, opening connections, queues, transactions and the web
process are all on our side: they count as overhead.
"""

import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text

from kaiban.app import Kaiban
from tests.bench.figure import Figure
from tests.city import City, city

TARGET = 1.15
LATENCY = 0.2
#: Business time runs so fast that five minutes until the next look are a tenth of a second.
SPEED = 3000.0
#: Reviews take that much less time: none.
PACE = 1e6
RUNS = 7
#: Real seconds: KAIBAN_POLL_SECONDS, as `kaiban demo` sets it. The default saves idle processors instead.
POLL = 0.05


@dataclass(frozen=True)
class Exchange:
    """One exchange at a department, in seconds of the wall clock: the package's instant is one of it, too."""

    department: str
    began: float
    ended: float


class Watch:
    """Stands at every department's door and writes down who comes and goes."""

    def __init__(self, hall: Any) -> None:
        self._seen: list[Exchange] = []
        self._gate = threading.Lock()
        for name in hall.names:
            app = hall.stub(name).app
            app.wsgi_app = self._timed(name, app.wsgi_app)

    def taken(self) -> list[Exchange]:
        """Everything seen since the last time."""
        with self._gate:
            seen, self._seen = self._seen, []
        return seen

    def _timed(self, name: str, app: Callable[..., Iterable[bytes]]) -> Any:
        def watched(environ: Any, start_response: Any) -> list[bytes]:
            began = time.time()
            answer = list(app(environ, start_response))
            with self._gate:
                self._seen.append(Exchange(name, began, time.time()))
            return answer

        return watched


def measure() -> dict[str, Figure]:
    """The median over some runs, after one that warms everything up."""
    with (
        tempfile.TemporaryDirectory() as folder,
        city(Path(folder), speed=SPEED, pace=PACE, latency=LATENCY, poll=POLL) as ours,
    ):
        for command in ours.commands().values():
            ours.start(*command.argv)
        ours.wait_until_ready()
        watch, kaiban = Watch(ours.hall), ours.kaiban
        ratios = [_ratio(ours, kaiban, watch, seed) for seed in range(RUNS + 1)][1:]
    return {"makespan_over_critical_path": Figure(statistics.median(ratios), "ratio", TARGET)}


def _ratio(ours: City, kaiban: Kaiban, watch: Watch, seed: int) -> float:
    watch.taken()
    began = time.time()
    no = ours.handed_in(seed)
    ended = _package_there(kaiban, no)
    chain = critical_path(watch.taken())
    making = _making(kaiban, no, ended)
    ratio = (ended - began) / (chain + making)
    click.echo(
        f"  makespan {ended - began:.2f} s, departments {chain:.2f} s, package {making:.2f} s: {ratio:.2f}"
    )
    return ratio


def critical_path(exchanges: Iterable[Exchange]) -> float:
    """Seconds of the longest chain of exchanges: the registration's, then one follower's."""
    by_name = defaultdict(list)
    for each in exchanges:
        by_name[each.department].append(each)
    first = by_name.pop("registration")
    known = max(each.ended for each in first)
    after = [
        sum(each.ended - each.began for each in others if each.began >= known)
        for others in by_name.values()
    ]
    return sum(each.ended - each.began for each in first) + max(after)


def _package_there(kaiban: Kaiban, no: str) -> float:
    question = text("SELECT 1 FROM packages WHERE case_no = :no")
    end = time.time() + 120
    while time.time() < end:
        with kaiban.database.reading() as connection:
            if connection.execute(question, {"no": no}).first():
                return time.time()
        time.sleep(0.005)
    raise TimeoutError(no)


def _making(kaiban: Kaiban, no: str, ended: float) -> float:
    """Seconds of the worker's own making, by the instant written into the package."""
    issued, clock = kaiban.cases.read(no).finished_at, kaiban.clock
    began = clock.began()
    assert issued is not None
    assert began is not None
    return ended - (began + (issued - clock.epoch) / clock.speed).timestamp()
