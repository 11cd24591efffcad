"""Celery over Redis, acknowledged late: a task a step, enqueued after the commit."""

import os
from typing import Any

from celery import Celery

from tests.bench.peers import work

app = Celery("peer", broker=os.environ["PEERS_QUEUE"])
app.conf.update(
    task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=1, task_default_queue="peer",
    broker_connection_retry_on_startup=True, worker_send_task_events=False,
    # What a dead worker had is delivered again after so many seconds; the default is an hour.
    broker_transport_options={"visibility_timeout": 15},
)  # fmt: skip


@app.task(max_retries=3)
def step(case: str, name: str) -> None:
    """One step; what it makes ready is a task each."""
    for ready in work.run(case, name, work.no_promise):
        step.delay(case, ready)


def submit(case: str, form: dict[str, Any]) -> None:
    """Keep the case, then enqueue its first step."""
    work.add(case, form, work.no_promise)
    step.delay(case, "registration")
