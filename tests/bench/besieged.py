"""How long somebody waits for an answer while two hundred slow clients hold the door.

``kaiban serve`` as in life, two web processes of eight threads; the clients connect from one address, the same the
visitor has, and each says one byte more a second or nothing at all. The value is the slowest of the answers to
``/livez`` over all kinds of such clients, which are in a process of their own: once at the service's own port, once at that of the proxy of compose.yaml.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.besieging import besieging
from tests.bench.figure import Figure
from tests.city import SERVE, City, city
from tests.proxy import proxied
from tests.slow_clients import KINDS

PROBES = 20
SECONDS = 0.5


def measure() -> dict[str, Figure]:
    """The slowest answer without and with the proxy."""
    with tempfile.TemporaryDirectory() as folder, city(Path(folder), speed=1) as ours:
        ours.start(*SERVE)
        ours.wait_until_ready(120)
        port = int(ours.address.rpartition(":")[2])
        alone = max(_waits(ours, ours.address))
        with proxied(port, Path(folder)) as door:
            behind = max(_waits(ours, door))
    return {
        "besieged_livez": Figure(alone, "s", SECONDS),
        "besieged_livez_behind_proxy": Figure(behind, "s", SECONDS),
    }


def _waits(ours: City, address: str) -> Iterator[float]:
    for kind in KINDS:
        with besieging(address, kind), ours.session() as session:
            time.sleep(2)
            for _ in range(PROBES):
                session.close()  # each knocks anew
                started = time.monotonic()
                session.get(f"{address}/livez", timeout=60).raise_for_status()
                yield time.monotonic() - started
