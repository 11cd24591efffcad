"""A wall clock that can be wrong: for a process of the service, steered from outside by a file.

``install(file)`` before anything runs; whoever writes a number of seconds into the file lets the
process believe it is that much later (or earlier, below zero). Without the file the clock is right.
"""

import time
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

from dbos import _scheduler

import kaiban.app.clock


def install(file: Path) -> None:
    """Let this process's wall clock leap as the file says: ours, and the one DBOS counts by."""
    right = time.time
    time.time = lambda: right() + _off(file)

    class Leaping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(time.time(), tz)

    for module in (kaiban.app.clock, _scheduler):  # DBOS reads it there
        setattr(module, "datetime", Leaping)  # noqa: B010 - mypy knows it for a class of its own


def _off(file: Path) -> float:
    try:
        return float(file.read_text())
    except (OSError, ValueError):
        return 0.0
