"""Kaiban and what a team would pick instead, side by side: the same case, in one run, by turns.

The case: registration; then seal, tax, social insurance and housing fund at once; the bank after the seal; then all
results merged. Seven POSTs, four of them in a row, to one plain JSON stub, over rows that are on the disk when they are
said to be (SQLite with synchronous=FULL, PostgreSQL with fsync, Redis that writes each command before it answers).

Not the same in all: Kaiban writes each message down before it is sent, seals what is personal and keeps events and
exchanges, and ``floor-safe`` does so by hand; all others keep results and nothing else.

Needs what ``bin/venv peers`` and ``bin/system-packages peers`` install. Figures are ratios within the run; the CPU of a
peer's own servers (PostgreSQL, Redis) is counted with its worker's, that of the stub and of the web processes is not.
"""

import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any, Final

import click

from tests.bench.figure import Figure
from tests.bench.peers import courses
from tests.bench.peers.contestants import CONTESTANTS, Running, running
from tests.databases import running_cluster

#: Seconds the departments take where the way through a case is measured.
LATENCY: Final = 0.2
ROUNDS: Final = 2
BURST: Final = 60
#: What each is put through: its name, how long departments take, and what is done.
COURSES: Final[Mapping[str, tuple[float, Callable[[Running], Any]]]] = {
    "cost": (0, lambda it: courses.cost(it, BURST)),
    "pace": (LATENCY, lambda it: courses.pace(it, 7, 60, 5)),
    "killed": (LATENCY, lambda it: courses.killed(it, BURST)),
}
_SHOWN: Final = {
    "worker_ms": "worker ms/case", "cases_per_second": "cases/s", "resting_percent": "% at rest",
    "idle": "makespan", "median": "at 5/s", "p95": "p95", "lost": "lost", "repeated": "repeated", "seconds": "s until all",
}  # fmt: skip

Table = dict[str, dict[str, float]]


#: What Kaiban is held to: a row, who by whom, what of them, and the most the ratio may be.
RATIOS: Final = {
    "peers_worker_cpu_over_huey": ("kaiban", "huey", "worker_ms", 1.0),
    "peers_worker_cpu_over_dbos": ("kaiban", "dbos", "worker_ms", 1.0),
    "peers_worker_cpu_over_floor": ("kaiban", "floor-safe", "worker_ms", 1.5),
    "peers_worker_cpu_over_celery": ("kaiban-pg", "celery", "worker_ms", 1.0),
    "peers_worker_cpu_over_procrastinate": ("kaiban-pg", "procrastinate", "worker_ms", 1.0),
    "peers_worker_cpu_over_dbos_postgresql": ("kaiban-pg", "dbos-pg", "worker_ms", 1.0),
}
#: The same alone: a row, what of Kaiban on SQLite, in which unit, and its bound.
_ALONE: Final = {
    "peers_cases_per_second": ("cases_per_second", "cases/s", 15, True),
    "peers_idle_worker": ("resting_percent", "%", 2, False),
    "peers_makespan_idle": ("idle", "", 1.10, False),
    "peers_makespan_at_five": ("median", "", 1.15, False),
    "peers_makespan_at_five_p95": ("p95", "", 1.3, False),
}
#: Cases lost and calls made twice after a kill, on both databases: none.
_NONE: Final = {"peers_lost": ("lost", "cases"), "peers_repeated": ("repeated", "calls")}
ROWS: Final = (*RATIOS, *_ALONE, *_NONE)


def measure() -> dict[str, Figure]:
    """The table, printed; Kaiban's figures by those of the others."""
    table = _table()
    _show(table)
    ours, ours_on_postgresql = table["kaiban"], table["kaiban-pg"]
    return {
        **{
            row: Figure(table[who][what] / table[whom][what], "", most)
            for row, (who, whom, what, most) in RATIOS.items()
        },
        **{
            row: Figure(ours[what], unit, bound, at_least)
            for row, (what, unit, bound, at_least) in _ALONE.items()
        },
        **{
            row: Figure(ours[what] + ours_on_postgresql[what], unit, 0)
            for row, (what, unit) in _NONE.items()
        },
    }


def _table(names: Mapping[str, Any] = CONTESTANTS, rounds: int = ROUNDS) -> Table:
    """By turns, so that whatever else the machine does meets all alike; the medians of the rounds."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_cluster(durability=("shared_buffers=256MB",)) as cluster,
    ):
        for _ in range(rounds):
            for course, (latency, through) in COURSES.items():
                for name in names:
                    with running(name, Path(folder), cluster, latency) as it:
                        got = through(it)
                    click.echo(f"{course:8}{name:16}{got}")
                    for each, value in zip(fields(got), astuple(got), strict=True):
                        found[name].setdefault(each.name, []).append(value)
    return {
        name: {what: statistics.median(values) for what, values in row.items()}
        for name, row in found.items()
    }


def _show(table: Table) -> None:
    click.echo(f"{'':16}" + "".join(f"{title:>16}" for title in _SHOWN.values()))
    for name, row in table.items():
        click.echo(f"{name:16}" + "".join(f"{row[what]:16.2f}" for what in _SHOWN))
