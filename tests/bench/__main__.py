"""``python -m tests.bench [--only NAME]``: a table, and ``var/bench.json``."""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import structlog

from tests.bench import (
    assisted,
    besieged,
    bulkhead,
    cards,
    desk,
    filling,
    heavy,
    kit,
    leaking,
    makespan,
    minutes,
    peers,
    printing,
    reopening,
    serving,
    waiting,
    watch,
    weighing,
)
from tests.bench.figure import Figure

#: Every row by its name, and what measures it; one measurement may fill several rows.
ROWS: Mapping[str, Callable[[], dict[str, Figure]]] = {
    "makespan_over_critical_path": makespan.measure,
    "bulkhead_others_over_healthy": bulkhead.measure,
    "hall_requests_by_core_second": serving.measure,
    "calls_leaked_sockets": leaking.measure,
    "calls_leaked_threads": leaking.measure,
    "calls_leaked_memory": leaking.measure,
    "waiting_cases_memory": waiting.measure,
    "waiting_cases_threads": waiting.measure,
    "waiting_cases_reconcile": waiting.measure,
    "worker_memory": printing.measure,
    "worker_memory_growth": printing.measure,
    "first_page_weight": weighing.measure,
    "later_page_weight": weighing.measure,
    "first_paint_over_bare": weighing.measure,
    "save_p95": filling.measure,
    "submit_p95": filling.measure,
    "watched_over_alone": filling.measure,
    "desk_filing_keystrokes": assisted.measure,
    "desk_filing_seconds": assisted.measure,
    "desk_filing_seconds_without_reader": assisted.measure,
    "desk_save_over_applicant": assisted.measure,
    "desk_queue_over_small": desk.measure,
    "desk_search_over_small": desk.measure,
    "desk_case_over_small": desk.measure,
    "desk_queue_over_small_postgresql": desk.measure_postgresql,
    "desk_search_over_small_postgresql": desk.measure_postgresql,
    "desk_case_over_small_postgresql": desk.measure_postgresql,
    "card_out": cards.measure,
    "card_out_postgresql": cards.measure,
    "dashboard_over_small": watch.measure,
    "dashboard_over_small_postgresql": watch.measure,
    "what_if_20000": watch.measure,
    "what_if_20000_postgresql": watch.measure,
    "heavy_uploads_others": heavy.measure,
    "kit": kit.measure,
    "besieged_livez": besieged.measure,
    "besieged_livez_behind_proxy": besieged.measure,
    "door_reopens": reopening.measure,
    "test_minutes": minutes.measure,
    **dict.fromkeys(peers.ROWS, peers.measure),
}


@click.command()
@click.option("--only", help="One row, or those whose names begin so, instead of all.")
def bench(only: str | None) -> None:
    """Measure, print a table, write var/bench.json; exit code 1 if a target is missed."""
    wanted = [name for name in ROWS if name.startswith(only or "")]
    if not wanted:
        raise click.BadParameter(f"one of: {', '.join(ROWS)}", param_hint="--only")
    # Thousands of lines about what is measured would hide the table.
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    click.echo(f"load before: {_load()}")
    found: dict[str, Figure] = {}
    for name in wanted:
        if name not in found:
            found |= ROWS[name]()
    click.echo(f"load after:  {_load()}\n")
    for name, figure in found.items():
        verdict = "ok" if figure.ok else "MISSED"
        click.echo(f"{name:32}{figure.value:>10.2f} {figure.unit:8} {figure.bound:12}{verdict}")
    _write(found)
    sys.exit(not all(figure.ok for figure in found.values()))


def _write(found: Mapping[str, Figure]) -> None:
    """Write what was measured now over what is known; other rows stay."""
    path = Path(os.environ.get("KAIBAN_VAR") or "var") / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    rows = {
        name: {"value": round(f.value, 3), "unit": f.unit, "target": f.target, "ok": f.ok}
        for name, f in found.items()
    }
    path.write_text(json.dumps(known | rows, indent=2) + "\n")


def _load() -> str:
    one, five, fifteen = os.getloadavg()
    return f"{one:.2f} {five:.2f} {fifteen:.2f} on {os.cpu_count()} cores"


bench()
