"""How long the door stays shut after the supervisor of ``kaiban serve`` is killed with -9 and started again at once.

As a service manager does it; the port is the same, so nobody of before may hold it. The value is the longest of some
times from the start to the first answer of ``/livez``, with what loading the programs takes.
"""

import tempfile
import time
from contextlib import suppress
from pathlib import Path

import requests

from tests.bench.figure import Figure
from tests.city import SERVE, City, city
from tests.waiting import until

KILLS = 3
SECONDS = 5.0


def measure() -> dict[str, Figure]:
    """The longest of the times."""
    with tempfile.TemporaryDirectory() as folder, city(Path(folder), speed=1) as ours:
        supervisor = ours.start(*SERVE)
        ours.wait_until_ready(120)
        longest = 0.0
        for _ in range(KILLS):
            ours.kill(supervisor)
            started = time.monotonic()
            supervisor = ours.start(*SERVE)
            until(lambda: _answers(ours), 120, ours.log)
            longest = max(longest, time.monotonic() - started)
    return {"door_reopens": Figure(longest, "s", SECONDS)}


def _answers(ours: City) -> bool:
    with suppress(requests.RequestException), ours.session() as session:
        return session.get(f"{ours.address}/livez", timeout=5).ok
    return False
