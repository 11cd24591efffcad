"""The service with a bug planted in it: ``python -m tests.faults.planted BUG serve|web|worker [--slot NAME]``.

The harness must notice each of them; ``stranger`` is no bug but the hard case: a worker that comes
back under another name, so that nobody takes its unfinished jobs up by name. ``leaping`` is none either:
a service whose wall clock is as wrong as ``City.leap`` says; nor ``marked``: a worker that says in a file what it is
about to send, for whoever records what it asks of the system. Several are named with + between them.
"""

import os
import queue
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from flask import copy_current_request_context
from werkzeug.serving import make_server

import kaiban.api.resources.cases
import kaiban.app
import kaiban.app.root
import kaiban.storage.database
from kaiban.app.loading import load
from kaiban.engine.supervisor import Role, Supervisor
from kaiban.orchestrator.applicant.opening import open_case
from kaiban.orchestrator.worker.steps.outcomes import MEANINGS, Visit
from kaiban.orchestrator.worker.steps.working import Answered, Trip
from kaiban.ports import Retryable, Unknown
from kaiban.serving.listening import listen
from tests import leaping
from tests.city import LEAP

#: Where a marked worker says what it is about to send: case, number of the exchange, link, step, errand.
MARKS = "marks"
#: Real seconds an answer is ahead of its commit.
AHEAD = 1.0


def program(bug: str, role: str = "serve") -> tuple[str, ...]:
    """The command line of the service with that bug."""
    return (sys.executable, "-m", "tests.faults.planted", bug, role)


def _answer_before_commit() -> None:
    def early(office: Any, application: Any, on_accept: Callable[..., None]) -> Any:
        told: queue.Queue[Any] = queue.Queue()

        def accepted(tx: Any, case: Any) -> None:
            on_accept(tx, case)
            told.put(case)
            time.sleep(AHEAD)

        def behind() -> None:
            told.put(open_case(office, application, accepted))

        threading.Thread(target=copy_current_request_context(behind), daemon=True).start()
        return told.get()

    kaiban.api.resources.cases.open_case = early


def _send_again_after_unknown() -> None:
    def as_if_nothing_had_happened(visit: Visit, _error: Unknown) -> None:
        MEANINGS[Retryable](visit, Retryable("surely nothing happened"))

    MEANINGS[Unknown] = as_if_nothing_had_happened


def _never_reconcile() -> None:
    kaiban.app.root.reconcile = lambda _office: 0


def _take_no_error_for_an_outage() -> None:
    kaiban.storage.database.outages = lambda *_defects: nullcontext()


def _trust_the_cache() -> None:
    prepare = kaiban.storage.database.prepare_sqlite

    def prepare_carelessly(connection: Any, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=NORMAL").close()

    kaiban.storage.database.prepare_sqlite = prepare_carelessly


def _mark_what_is_sent() -> None:
    marks = os.open(Path(os.environ["KAIBAN_VAR"]) / MARKS, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    go = Trip.go

    def marked(trip: Trip, office: Any) -> Answered:
        exchange = trip.exchange
        told = (trip.job.case_no, exchange.number, exchange.link, exchange.step, exchange.errand)
        os.write(marks, f"{' '.join(map(str, told))}\n".encode())
        return go(trip, office)

    Trip.go = marked


BUGS: Mapping[str, Callable[[], None]] = {
    "careless": _trust_the_cache,
    "marked": _mark_what_is_sent,
    "early-answer": _answer_before_commit,
    "send-again": _send_again_after_unknown,
    "stranger": lambda: None,
    "leaping": lambda: leaping.install(Path(os.environ["KAIBAN_VAR"]) / LEAP),
    "stranger-unreconciled": _never_reconcile,
    "unreconciled": _never_reconcile,
    "blunt": _take_no_error_for_an_outage,
    "one-at-a-time": lambda: None,
}


def main(bug: str, role: str, _option: str = "--slot", slot: str = "") -> None:
    service = kaiban.app.Kaiban(os.environ)
    if role == "serve":
        load()
        roles = {"web": "web", "worker-0": "worker"}
        work = Supervisor(
            [Role(name, partial(main, bug, each)) for name, each in roles.items()]
        ).run()
        if work:
            work()
        return
    for each in bug.split("+"):
        BUGS[each]()
    kaiban.app.set_up_log("json")
    if role == "web":
        place = service.settings.host, service.settings.port
        if bug == "one-at-a-time":
            make_server(*place, service.web(), threaded=False).serve_forever()
        service.server(listen(*place)).run()
    else:
        usual = uuid.uuid4().hex if "stranger" in bug else "0"
        service.worker(slot or usual).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
