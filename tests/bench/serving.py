"""How many requests the stub hall serves with one processor core to itself.

Eight threads ask the pretended bank, in a process of its own, how an application stands: parsed,
checked, looked up, written with its MAC, kept in the journal. The value is requests by second of
processor time of that process, so it does not depend on who else uses the machine.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.bench.bank import THREADS, bank
from tests.bench.figure import Figure

TARGET = 300.0
REQUESTS = 2_000
_USER, _SYSTEM = 11, 12  # of /proc/PID/stat, counted behind the program's name


def measure() -> dict[str, Figure]:
    """Requests by second, after some that warm everything up."""
    with bank("calm") as ours, ThreadPoolExecutor(THREADS) as pool:
        prepared = ours.application(1)
        ours.adapter.submit(prepared)

        def ask(_: int) -> None:
            ours.adapter.query(prepared.ref)

        list(pool.map(ask, range(100)))
        before = _seconds(ours.pid)
        list(pool.map(ask, range(REQUESTS)))
        spent = _seconds(ours.pid) - before
    return {
        "hall_requests_by_core_second": Figure(REQUESTS / spent, "req/s", TARGET, at_least=True)
    }


def _seconds(pid: int) -> float:
    """Processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")
