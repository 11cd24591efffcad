"""Huey over an SQLite file of its own (fsync on): a task a step, enqueued after the commit."""

import os
from typing import Any

from huey import SqliteHuey

from tests.bench.peers import work

huey = SqliteHuey(
    "peer", filename=os.environ["PEERS_QUEUE"], fsync=True, results=False, timeout=30
)


@huey.task(retries=3)
def step(case: str, name: str) -> None:
    """One step; what it makes ready is a task each."""
    for ready in work.run(case, name, work.no_promise):
        step(case, ready)


def submit(case: str, form: dict[str, Any]) -> None:
    """Keep the case, then enqueue its first step."""
    work.add(case, form, work.no_promise)
    step(case, "registration")
