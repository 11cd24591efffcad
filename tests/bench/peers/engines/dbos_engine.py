"""Plain DBOS: one long workflow a case, a step an exchange; every result in rows of ours, too.

``python -m tests.bench.peers.engines.dbos_engine schema|worker``. A worker started again under its name goes on with what
it had.
"""

import asyncio
import sys
import threading
from functools import cache
from typing import Any

from dbos import DBOS, DBOSClient

from tests.bench.peers import work

QUEUE, VERSION = "cases", "1"


@DBOS.step()
async def step(case: str, name: str) -> bool:
    """One step."""
    await asyncio.to_thread(work.run, case, name, work.no_promise)
    return True


@DBOS.workflow(name="case")
async def flow(case: str) -> None:
    """The whole case."""
    await step(case, "registration")

    async def sealed() -> None:
        await step(case, "seal")
        await step(case, "bank")

    others = (step(case, name) for name in ("tax", "social_insurance", "housing_fund"))
    await asyncio.gather(sealed(), *others)
    await step(case, "merge")


@cache
def _client() -> DBOSClient:
    return DBOSClient(system_database_engine=work.database(), application_name="peer", lazy=True)


def submit(case: str, form: dict[str, Any]) -> None:
    """Keep the case and enqueue its workflow in the same transaction."""
    options: Any = {
        "workflow_name": "case", "queue_name": QUEUE, "workflow_id": case, "app_version": VERSION,
    }  # fmt: skip
    work.add(
        case,
        form,
        lambda connection, *_: _client().enqueue_in_transaction(connection, options, case),
    )


def _main(what: str) -> None:
    config: Any = {
        "name": "peer", "system_database_engine": work.database(), "executor_id": "w1",
        "application_version": VERSION, "log_level": "WARNING",
    }  # fmt: skip
    DBOS(config=config)
    DBOS.launch()
    if what == "schema":
        DBOS.destroy()
        return
    DBOS.register_queue(
        QUEUE, worker_concurrency=32, polling_interval_sec=0.1, on_conflict="always_update"
    )
    threading.Event().wait()


if __name__ == "__main__":
    _main(sys.argv[1])
