"""How long ``make test`` took the last time, as it wrote down itself."""

import json
import os
from pathlib import Path

from tests.bench.figure import Figure

MINUTES = 10.0


def measure() -> dict[str, Figure]:
    """Minutes from var/check.json; FileNotFoundError if the tests were never run here."""
    path = Path(os.environ.get("KAIBAN_VAR") or "var") / "check.json"
    seconds = json.loads(path.read_text())["seconds"]
    return {"test_minutes": Figure(seconds / 60, "min", MINUTES)}
