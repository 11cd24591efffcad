"""A worker process for the tests: writes down in a folder what it does.

Arguments: database URL, folder, executor. A file ``block`` in the folder lets jobs hang, ``block-tax``
those of that link; a file ``overdue`` holds ids of jobs the reconciler is to enqueue, each once; a file
``leap`` holds how many seconds the wall clock is ahead. Nothing here may unpickle anything.
"""

import os
import sys
from pathlib import Path

from sqlalchemy.exc import OperationalError

from kaiban.app.clock import WallClock
from kaiban.engine.dbos import DbosEngine, Worker
from kaiban.ports import Job
from kaiban.storage.alarm import alarm
from kaiban.storage.database import Database
from tests import leaping
from tests.waiting import until


def job_of(text: str) -> Job:
    case_no, link, step, kind, attempt = text.split(":")
    return Job(kind, case_no, link, step, int(attempt))


def refuse_pickles(event: str, _arguments: object) -> None:
    if event == "pickle.find_class":
        raise RuntimeError("somebody unpickles")


def main(url: str, folder: Path, executor: str) -> None:
    leaping.install(folder / "leap")
    sys.addaudithook(refuse_pickles)
    database = Database(url)
    engine = DbosEngine(database.engine, WallClock().now)

    def run(_bulkheads: object, job: Job) -> None:
        with (folder / "begun").open("a") as log:
            log.write(f"{job.id} {executor}\n")
        if job.case_no == "FAILS":
            raise ZeroDivisionError
        if job.case_no == "AWAY" and len((folder / "begun").read_text().splitlines()) < 3:
            raise OperationalError("SELECT 1", {}, Exception("away"))
        blocks = folder / "block", folder / f"block-{job.link}"
        until(lambda: not any(each.exists() for each in blocks), 3600)
        with (folder / "done").open("a") as log:
            log.write(f"{job.id} {executor}\n")

    def reconcile() -> int:
        overdue = folder / "overdue"
        if not overdue.exists():
            return 0
        jobs = [job_of(line) for line in overdue.read_text().split()]
        overdue.unlink()
        with database.transaction() as connection:
            for job in jobs:
                engine.enqueue(connection, job)
        return len(jobs)

    worker = Worker(
        database.engine,
        executor=executor,
        queues={"tax": 2, "bank": 2, "platform": 2},
        run=run,
        due=lambda _queues, _most: [],
        alarm=alarm(database),
        reconcile=reconcile,
        prune=lambda: None,
        wall=WallClock().now,
        poll_seconds=0.05,
        reconcile_every=1,
    )
    (folder / f"pid-{executor}").write_text(str(os.getpid()))
    worker.serve(grace_seconds=20)
    (folder / f"stopped-{executor}").touch()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
