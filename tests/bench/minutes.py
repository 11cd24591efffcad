"""How long ``make test`` took the last time, as it wrote down itself."""

import json
import os
from pathlib import Path

import click

from tests.bench.figure import Figure

MINUTES = 10.0


def measure() -> dict[str, Figure]:
    """Minutes from var/check.json; nothing, and a line that says so, if the tests were never run here."""
    path = Path(os.environ.get("KAIBAN_VAR") or "var") / "check.json"
    if not path.exists():
        click.echo("  test_minutes: make test has not been run here yet")
        return {}
    seconds = json.loads(path.read_text())["seconds"]
    return {"test_minutes": Figure(seconds / 60, "min", MINUTES)}
