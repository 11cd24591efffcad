"""What 2,000 calls through an adapter leave behind when the network is bad: nothing.

The pretended bank runs in a process of its own and plays ``flaky-network``: one call in four is
reset, cut, truncated or answered by a proxy's error page, one in five is late. Eight threads send
and ask in turn. Counted are this process's sockets, threads and resident memory after the calls,
less what they were after a first few hundred, when every pool and cache is full.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from kaiban.ports import AdapterError
from tests.bench.bank import THREADS, Bank, bank
from tests.bench.figure import Figure
from tests.footprint import open_sockets, resident_megabytes, threads

CALLS, FIRST = 2_000, 300
#: Connections the adapter may keep for the next call.
KEPT = 8
MEGABYTES = 10.0


def measure() -> dict[str, Figure]:
    """Growth of sockets, threads and memory."""
    with bank("flaky-network") as ours, ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: _call(ours, number), range(FIRST)))
        before = open_sockets(), threads(), resident_megabytes()
        failed = sum(pool.map(lambda number: _call(ours, number), range(FIRST, FIRST + CALLS)))
        after = open_sockets(), threads(), resident_megabytes()
    assert failed > CALLS / 100, f"only {failed} calls failed: the network was not bad"
    sockets, more, grown = (b - a for a, b in zip(before, after, strict=True))
    return {
        "calls_leaked_sockets": Figure(sockets, "sockets", KEPT),
        "calls_leaked_threads": Figure(more, "threads", 0),
        "calls_leaked_memory": Figure(grown, "MB", MEGABYTES),
    }


def _call(ours: Bank, number: int) -> bool:
    """Send an application, or ask about the one before; whether it failed."""
    with suppress(AdapterError):
        if number % 2:
            ours.adapter.query(ours.application(number - 1).ref)
        else:
            ours.adapter.submit(ours.application(number))
        return False
    return True
