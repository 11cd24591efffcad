"""Jobs that wait, as rows of DBOS, in the database of the cases.

DBOS serves as a durable queue of short jobs (docs: https://docs.dbos.dev/python). Its identity
rule is what a job relies on: a second enqueue of a workflow id is the first. What is due at once does not go through
it: ``dispatcher``.

Two things of DBOS are left alone. Its schedules sleep until an instant, so that a clock that was an
hour ahead leaves them asleep for an hour: upkeep runs on a thread of each worker, by spans. And its
default serializer: rows hold words (JSON), never pickles, which whoever writes a row could make run.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from dbos import (
    DBOS,
    DBOSClient,
    DBOSConfig,
    DBOSPortableJSONSerializer,
    EnqueueOptions,
    WorkflowSerializationFormat,
    WorkflowStatus,
)
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from kaiban.domain.hours.waiting import is_running
from kaiban.engine.bulkheads import Places
from kaiban.engine.dispatcher import HANDS, Alarm, Dispatcher, Due
from kaiban.ports import Bulkheads, Job, Unavailable
from kaiban.processes.frames import frames

log = structlog.get_logger()

#: DBOS's name for us; its queues and schedules belong to it.
APPLICATION: Final = "kaiban"
#: Workers run only jobs of their own version. It counts changes of ``Job``, not releases, so
#: that two releases side by side share the work.
VERSION: Final = "1"
WORKFLOW: Final = "kaiban.job"
#: All jobs wait in one queue: each queue is asked for work again and again, by each worker.
QUEUE: Final = "waiting"
#: What the releases that scheduled upkeep with DBOS have left there: pickled, so nobody reads it.
_LEFT_SCHEDULES: Final = ("reconcile", "prune")
_LEFT_JOBS: Final = (f"{APPLICATION}.reconcile", f"{APPLICATION}.prune")
#: Real time between two prunings, and until the first.
PRUNE_EVERY: Final = timedelta(minutes=10)
PRUNE_AFTER: Final = timedelta(minutes=1)
#: How often it is looked for what is to be told while there is nothing.
RELAY_EVERY: Final = timedelta(seconds=1)
#: How long a finished job is remembered: as long as somebody might enqueue it again.
MEMORY: Final = timedelta(hours=1)
#: A job that is still "running" after this belongs to a worker that is gone; the reconciler has
#: long gone on without it.
GIVEN_UP: Final = timedelta(days=1)
#: So long a worker may take to begin with a job that it was given, on a busy machine. Whoever took what it has in
#: hand for forgotten would take it away again and again, and nothing would ever be done.
BEGINNING: Final = timedelta(seconds=20)
_WAITING: Final = ["ENQUEUED", "DELAYED"]
_GIVEN: Final = "PENDING"
_FINISHED: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_BATCH: Final = 500
#: DBOS looks for delayed jobs once a second; a shorter delay is better none. Looking too early is harmless.
_GRAIN: Final = timedelta(seconds=1)

#: The database is away or busy: worth another try.
_PASSING: Final = (Unavailable, OperationalError, InterfaceError, PoolTimeoutError)


def migrate(engine: Engine) -> None:
    """Make or bring up to date the tables DBOS keeps in our database."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(engine.url.render_as_string(hide_password=False))


class DbosEngine:
    """Enqueues jobs (kaiban.ports.Engine); web processes need nothing more. ``wall`` is the clock DBOS counts by."""

    def __init__(self, engine: Engine, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        self._client = DBOSClient(
            system_database_engine=engine,
            application_name=APPLICATION,
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )

    def enqueue(self, connection: Connection, job: Job, delay: timedelta = timedelta(0)) -> None:
        """Promise to run the job after a real delay, if the transaction of ``connection`` commits."""
        options = EnqueueOptions(
            workflow_name=WORKFLOW,
            queue_name=QUEUE,
            workflow_id=job.id,
            app_version=VERSION,
            serialization_type=WorkflowSerializationFormat.PORTABLE,
        )
        if delay > _GRAIN:
            options["delay_seconds"] = delay.total_seconds()
        self._client.enqueue_in_transaction(connection, options, *astuple(job))

    def is_queued(self, job: Job) -> bool:
        """Whether the job is waiting for its turn, or has its turn just now: nobody has forgotten it yet.

        In the queues of departments, which the release before this one had, nobody looks any more.
        """
        found = self._client.list_workflows(
            workflow_ids=[job.id], queue_name=QUEUE, status=[*_WAITING, _GIVEN],
            load_input=False, load_output=False,
        )  # fmt: skip
        return any(each.status != _GIVEN or self._begins(each) for each in found)

    def _begins(self, given: WorkflowStatus) -> bool:
        since = datetime.fromtimestamp((given.dequeued_at or 0) / 1000, UTC)
        return is_running(since, self._wall(), BEGINNING)

    def close(self) -> None:
        """Let go of what the client holds; the database engine stays open."""
        self._client.destroy()


class Worker:
    """Runs jobs in this process until it is stopped; one a process, for DBOS is one a process.

    ``executor`` names its place and must be the same after a restart, and nobody else's while
    it lives: by it a restarted worker takes its own unfinished jobs up again. ``queues`` says
    how much may be done here at once for each department (and for "platform"), ``places`` for which of them that is
    the limit of all workers together. ``run`` does a
    job and what can be done at once after it, as far as the bulkheads have room; it is called again for the same job
    after a crash or a database error. ``due`` finds what is due at once, when the ``alarm`` is heard. ``reconcile``
    goes on with what nobody works on any more and returns how much that was; ``prune`` drops what
    is kept for a while only. Every worker does both, beside its jobs: they come to no harm by being done
    twice. ``relays`` send what is to be told, a thread each, so that one that hangs keeps no other waiting; each does
    one thing and returns whether there was one. ``wall`` is the clock DBOS counts by. Times are real seconds.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        executor: str,
        queues: Mapping[str, int],
        run: Callable[[Bulkheads, Job], None],
        due: Due,
        alarm: Alarm,
        reconcile: Callable[[], int],
        prune: Callable[[], object],
        wall: Callable[[], datetime],
        relays: Mapping[str, Callable[[], bool]] | None = None,
        places: Mapping[str, Places] | None = None,
        poll_seconds: float = 1.0,
        reconcile_every: int = 5,
        patience: float = 60.0,
    ) -> None:
        self._engine = engine
        self._executor = executor
        self._dispatcher = Dispatcher(queues, due, self._do, alarm, places)
        self._run = run
        self._reconcile = reconcile
        self._prune = prune
        self._wall = wall
        self._poll_seconds = poll_seconds
        self._reconcile_every = reconcile_every
        self._patience = patience
        self._client = DBOSClient(
            system_database_engine=engine, serializer=DBOSPortableJSONSerializer(), lazy=True
        )
        self._stopping = threading.Event()
        keeping = threading.Thread(target=self._keep_up, name="upkeep", daemon=True)
        relaying = [
            threading.Thread(target=self._pass_on, args=each, name=f"relay-{each[0]}", daemon=True)
            for each in (relays or {}).items()
        ]
        self._threads = (keeping, *relaying)

    def serve(self, grace_seconds: int = 25) -> None:
        """Work until SIGTERM or SIGINT, then let running jobs finish for that long."""
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        self.start()
        stopping.wait()
        self.stop(grace_seconds)

    def start(self) -> None:
        """Begin to work, with what this executor had left unfinished."""
        clear_left(self._client)
        DBOS(config=self._config())
        self._declare()
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        self._register()
        self._dispatcher.start()
        for thread in self._threads:
            thread.start()
        log.info("worker_started", executor=self._executor)

    def stop(self, grace_seconds: int = 25) -> None:
        """Take no more jobs, let the running ones finish for that long, and let go."""
        deadline = time.monotonic() + grace_seconds
        self._stopping.set()
        self._dispatcher.stop(grace_seconds)
        left = max(round(deadline - time.monotonic()), 0)
        DBOS.destroy(workflow_completion_timeout_sec=left, destroy_registry=True)
        self._dispatcher.bulkheads.close()
        for thread in self._threads:
            thread.join(grace_seconds)
        self._client.destroy()
        log.info("worker_stopped", executor=self._executor)

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._engine,
            executor_id=self._executor,
            application_version=VERSION,
            serializer=DBOSPortableJSONSerializer(),
            run_migrations=False,  # `kaiban db upgrade` does that; a worker checks
            log_level="WARNING",
        )

    def _declare(self) -> None:
        """Tell DBOS what it may be asked to run; what it runs never raises: that would be final."""

        @DBOS.workflow(name=WORKFLOW)
        def job(*fields: Any) -> None:
            self._do(Job(*fields))

    def _do(self, job: Job) -> bool:
        """Do a job; whether all went well."""

        def done() -> bool:
            self._run(self._dispatcher.bulkheads, job)
            return True

        return bool(self._kept(job.id, done))

    def _keep_up(self) -> None:
        """Reconcile and prune again and again, by spans: no clock that leaps puts it to sleep."""
        rounds = 0
        first, every = (span.total_seconds() for span in (PRUNE_AFTER, PRUNE_EVERY))
        while not self._stopping.wait(self._reconcile_every):
            rounds += 1
            self._kept("reconcile", self._reconcile)
            if rounds * self._reconcile_every >= first:
                rounds, first = 0, every
                self._kept("prune", lambda: forget(self._client, self._wall()))
                self._kept("prune", self._prune)

    def _pass_on(self, name: str, turn: Callable[[], bool]) -> None:
        """Turn after turn, and a look now and then while there is nothing."""
        while not self._stopping.is_set():
            if not self._kept(f"relay:{name}", turn):
                self._stopping.wait(RELAY_EVERY.total_seconds())

    def _register(self) -> None:
        # A limit for each worker, not for all: what a dead worker holds would count for ever.
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=HANDS,
            polling_interval_sec=self._poll_seconds,
            on_conflict="always_update",
        )

    def _kept(self, name: str, work: Callable[[], object]) -> object:
        """Do it; try again while the database is away, log whatever else goes wrong. What it gave, or None."""
        trying = Retrying(
            retry=retry_if_exception_type(_PASSING),
            wait=wait_random_exponential(multiplier=0.2, max=5),
            stop=stop_after_delay(self._patience),
            reraise=True,
        )
        try:
            return trying(work)
        except Exception as error:  # noqa: BLE001 - a raising workflow is final; the rows go on
            # Neither message nor trace: either could quote what the job was working on.
            family = type(error).__name__
            log.error("job_failed", job=name, error=family, where=frames(error.__traceback__))
            return None


def forget(client: DBOSClient, now: datetime) -> int:
    """Delete jobs finished a while ago, and those of workers long gone; return how many."""
    finished = {"status": _FINISHED, "completed_before": (now - MEMORY).isoformat()}
    abandoned = {"status": [_GIVEN], "dequeued_before": (now - GIVEN_UP).isoformat()}
    return _delete_all(client, finished) + _delete_all(client, abandoned)


def clear_left(client: DBOSClient) -> int:
    """Drop what earlier releases have left for DBOS to schedule and run; return how many jobs there were."""
    for name in _LEFT_SCHEDULES:
        client.delete_schedule(name)
    return _delete_all(client, {"name": list(_LEFT_JOBS)})


def _delete_all(client: DBOSClient, wanted: Mapping[str, Any]) -> int:
    count = 0
    while found := client.list_workflows(
        **wanted, limit=_BATCH, load_input=False, load_output=False
    ):
        client.delete_workflows([each.workflow_id for each in found])
        count += len(found)
    return count
