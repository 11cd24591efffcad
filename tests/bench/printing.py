"""What a worker holds that makes packages, and what each further one adds: printing is its children's.

The whole service runs as in life (a web process, one worker, SQLite), and the six departments decide at once. Counted
is the resident memory of the worker process after two packages, and after four more; that of its children is told
beside it. Waiting for a package does not depend on how fast the machine is.
"""

import tempfile
from pathlib import Path

import click
from sqlalchemy import text

from tests.bench.figure import Figure
from tests.bench.makespan import PACE, POLL, SPEED
from tests.city import City, city
from tests.footprint import children, resident_megabytes
from tests.waiting import until

FEW, MORE = 2, 6
#: What a worker may hold for ever, and what four packages may add. The second was missed when first measured (22 MB): more
#: threads have come to be by then, and glibc keeps memory apart for each.
MOST, GROWTH = 200.0, 10.0


def measure() -> dict[str, Figure]:
    """Megabytes of the worker after all packages, and of its growth from the first few to all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        city(Path(folder), speed=SPEED, pace=PACE, poll=POLL) as ours,
    ):
        worker, _ = (ours.start(*ours.commands()[name].argv) for name in ("worker-0", "web"))
        ours.wait_until_ready()
        first, last = (_after(ours, worker.pid, packages) for packages in (FEW, MORE))
    return {
        "worker_memory": Figure(last, "MB", MOST),
        "worker_memory_growth": Figure(last - first, "MB", GROWTH),
    }


def _after(ours: City, worker: int, packages: int) -> float:
    for seed in range(_made(ours), packages):
        ours.handed_in(seed)
    until(lambda: _made(ours) == packages, 600, ours.log)
    held = resident_megabytes(worker)
    apart = sum(map(resident_megabytes, children(worker)))
    click.echo(
        f"  after {packages} packages: the worker {held:.0f} MB, its children {apart:.0f} MB"
    )
    return held


def _made(ours: City) -> int:
    with ours.kaiban.database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM packages")).scalar_one())
