"""How much longer a case takes at the other five departments while one hangs at every call.

The whole service runs as in life (a web process, one worker, SQLite); the departments answer after
200 ms and decide at once. Measured is the time from just before the POST of a case until its five
other links are done (looked for every 5 ms, in the database), one case at a time: first with all
six well, then with every place the worker has for the bank taken by a call that hangs. A case
counts as measured beside a hanging bank only if all those places were taken before it and after
it. Rounds alternate, so that a busy machine disturbs both alike.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import click
from sqlalchemy import text

from adapters.hall.fault_injection.faults import fault
from kaiban.domain.cases.case import Case
from kaiban.orchestrator.worker.steps.circuit_breaker import close
from tests.bench.figure import Figure
from tests.bench.makespan import LATENCY, PACE, POLL, SPEED
from tests.city import City, city
from tests.waiting import until

TARGET = 1.2
HANGING = "bank"
ROUNDS, CASES = 4, 3
#: Real seconds; far more than a call to the bank waits.
HANGS = 600.0
_LEFT = text(
    "SELECT count(*) FROM steps WHERE case_no = :no AND link <> :hanging AND state <> 'done'"
)
_TAKEN = text("SELECT count(*) FROM steps WHERE link = :hanging AND state = 'sending'")


def measure() -> dict[str, Figure]:
    """The median beside a hanging bank over the median with all well."""
    well: list[float] = []
    beside: list[float] = []
    seeds = count()
    with (
        tempfile.TemporaryDirectory() as folder,
        city(Path(folder), speed=SPEED, pace=PACE, latency=LATENCY, poll=POLL) as ours,
    ):
        for command in ours.commands().values():
            ours.start(*command.argv)
        ours.wait_until_ready()
        _others(ours, next(seeds))  # warms everything up
        for _ in range(ROUNDS):
            _drain(ours)
            well += [_alone(ours, next(seeds)) for _ in range(CASES)]
            beside += _beside_a_hanging_bank(ours, seeds)
    click.echo(f"  all well {_shown(well)}, one hanging {_shown(beside)}")
    ratio = statistics.median(beside) / statistics.median(well)
    return {"bulkhead_others_over_healthy": Figure(ratio, "ratio", TARGET)}


def _alone(ours: City, seed: int) -> float:
    spent = _others(ours, seed)
    _drain(ours)
    return spent


def _beside_a_hanging_bank(ours: City, seeds: Iterator[int]) -> list[float]:
    bank, spent = ours.hall.stub(HANGING), []
    trouble = bank.mischief.add(fault({"do": "hang", "at": "before-parse", "seconds": HANGS}))
    places = ours.kaiban.departments[HANGING].manifest.concurrency
    for _ in range(places):
        ours.handed_in(next(seeds), ("registration", HANGING))
    until(lambda: _taken(ours) == places, 60, ours.log)
    while _taken(ours) == places and len(spent) < CASES:
        seconds = _others(ours, next(seeds))
        spent += [seconds] if _taken(ours) == places else []
    bank.hall.troubles.remove(trouble.number)
    until(lambda: _taken(ours) < places, 60, ours.log)
    close(ours.kaiban.office, HANGING, "bench")
    return spent


def _others(ours: City, seed: int) -> float:
    """Seconds until everybody but the hanging department is done with a new case."""
    began = time.monotonic()
    no = ours.handed_in(seed)
    while _number(ours, no):
        time.sleep(0.005)
    return time.monotonic() - began


def _number(ours: City, no: str) -> int:
    with ours.kaiban.database.reading() as connection:
        return int(connection.execute(_LEFT, {"no": no, "hanging": HANGING}).scalar_one())


def _taken(ours: City) -> int:
    with ours.kaiban.database.reading() as connection:
        return int(connection.execute(_TAKEN, {"hanging": HANGING}).scalar_one())


def _drain(ours: City) -> None:
    """Wait until every case has ended: nothing of one measurement goes on in the next."""
    until(lambda: all(case.ended for case in _cases(ours)), 240, ours.log)


def _cases(ours: City) -> Sequence[Case]:
    return ours.kaiban.cases.browse(limit=500)


def _shown(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} s (of {len(seconds)})"
