"""How long an integrator waits for ``kaiban adapter check``, for the slowest of the departments."""

import subprocess
import time
from pathlib import Path
from sys import executable

import click

from adapters.kit.examine import adapter_names
from tests.bench.figure import Figure

SECONDS = 10.0


def measure() -> dict[str, Figure]:
    """Seconds of the command as a person calls it, stub included; CalledProcessError if a check fails."""
    worst = max(_checked(name) for name in adapter_names())
    return {"kit": Figure(worst, "s", SECONDS)}


def _checked(name: str) -> float:
    kaiban = Path(executable).with_name("kaiban")
    began = time.monotonic()
    subprocess.run([kaiban, "adapter", "check", name], check=True, capture_output=True)
    spent = time.monotonic() - began
    click.echo(f"  {name} {spent:.1f} s")
    return spent
