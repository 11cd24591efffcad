"""Procrastinate over PostgreSQL: a job a step, deferred in the transaction that keeps the result.

``python -m tests.bench.peers.engines.procrastinate_engine schema|worker``.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

import procrastinate
from procrastinate import JobContext
from sqlalchemy import Connection

from tests.bench.peers import work

_URL = os.environ["PEERS_DATABASE"]
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_URL))
#: Defers, in the web process and inside a job: it takes a plain connection, which the worker's own would not.
deferring = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=_URL))


def promise(connection: Connection, case: str, name: str) -> None:
    """A job in the same transaction."""
    raw = connection.connection.driver_connection
    deferring.configure_task("step", connection=raw).defer(case=case, name=name)


@app.task(name="step", retry=3)
def step(case: str, name: str) -> None:
    """One step."""
    work.run(case, name, promise)


@app.periodic(cron="*/5 * * * * *")
@app.task(name="stalled", pass_context=True)
async def stalled(context: JobContext, timestamp: int) -> None:
    """What every user writes by its documentation: jobs of workers that are heard of no more are tried again."""
    now = datetime.fromtimestamp(timestamp, UTC)
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job, retry_at=now)


def submit(case: str, form: dict[str, Any]) -> None:
    """Keep the case and defer its first step."""
    if not deferring.connector._pool:  # noqa: SLF001 - it says so nowhere else
        deferring.open()
    work.add(case, form, promise)


async def _serve() -> None:
    async with app.open_async():
        await app.run_worker_async(
            concurrency=16, delete_jobs="never", install_signal_handlers=False
        )


def _schema() -> None:
    with deferring.open():
        deferring.schema_manager.apply_schema()


def _worker() -> None:
    deferring.open()
    asyncio.run(_serve())


if __name__ == "__main__":
    {"schema": _schema, "worker": _worker}[sys.argv[1]]()
