"""The service with a bug planted in it: ``python -m tests.faults.planted BUG serve|web|worker [--slot NAME]``.

The harness must notice each of them. Two are no bugs but hard cases: ``stranger`` is a worker that
comes back under another name, so that nobody takes its unfinished jobs up by name; ``stepped-clock``
is a service whose wall clock is as far off as a file says.
"""

import os
import queue
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine
from flask import copy_current_request_context
from gunicorn.app import wsgiapp
from sqlalchemy.exc import OperationalError

import kaiban.api.cases
import kaiban.app
import kaiban.app.root
from kaiban.cli.processes import children
from kaiban.engine.supervisor import Command, Supervisor
from kaiban.orchestrator.applicant.opening import open_case
from kaiban.orchestrator.worker.outcomes import MEANINGS, Visit
from kaiban.ports import Retryable, Unknown

#: Real seconds an answer is ahead of its commit.
AHEAD = 1.0
#: The variable that names the file with the seconds the wall clock is off, and how often it is read.
STEPS = "STEPPED_CLOCK"
LOOK_EVERY = 0.05
#: How far this process's clock was off, and is now.
STEPPED = [0.0]


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

    kaiban.api.cases.open_case = early


def _send_again_after_unknown() -> None:
    def as_if_nothing_had_happened(visit: Visit, _error: Unknown) -> None:
        MEANINGS[Retryable](visit, Retryable("surely nothing happened"))

    MEANINGS[Unknown] = as_if_nothing_had_happened


def _never_reconcile() -> None:
    kaiban.app.root.reconcile = lambda _office: 0


def _reveal_what_went_wrong() -> None:
    def blunt(office: Any, application: Any, on_accept: Callable[..., None]) -> Any:
        try:
            return open_case(office, application, on_accept)
        except OperationalError as error:
            raise RuntimeError("nobody had thought of that") from error

    kaiban.api.cases.open_case = blunt


def _step_clock() -> None:
    """Have every program of this process read the wall clock that far off, in real seconds, as the file says."""
    traveller = time_machine.travel(datetime.now(UTC), tick=True).start()  # noqa: TID251 - it is from here that it steps
    _watch(traveller)
    # gunicorn forks its workers, and threads stay behind.
    os.register_at_fork(after_in_child=lambda: _watch(traveller))


def _watch(traveller: time_machine.Traveller) -> None:
    threading.Thread(
        target=_follow, args=(traveller, Path(os.environ[STEPS])), daemon=True
    ).start()


def _follow(traveller: time_machine.Traveller, file: Path) -> None:
    while True:
        wanted = float(file.read_text(encoding="ascii")) if file.exists() else 0.0
        if wanted != STEPPED[-1]:
            traveller.shift(wanted - STEPPED[-1])
            STEPPED.append(wanted)
        time.sleep(LOOK_EVERY)


BUGS: Mapping[str, Callable[[], None]] = {
    "early-answer": _answer_before_commit,
    "send-again": _send_again_after_unknown,
    "stranger": lambda: None,
    "stranger-unreconciled": _never_reconcile,
    "blunt": _reveal_what_went_wrong,
    "stepped-clock": _step_clock,
}


def main(bug: str, role: str, _option: str = "--slot", slot: str = "") -> None:
    service = kaiban.app.Kaiban(os.environ)
    if role == "serve":
        roles = {"web": "web", "worker-0": "worker"}
        Supervisor([Command(name, program(bug, each)) for name, each in roles.items()]).run()
        return
    BUGS[bug]()
    if role == "web":
        web = next(each for each in children(service.settings) if each.name == "web")
        sys.argv = ["gunicorn", *web.argv[3:]]
        wsgiapp.run()
    else:
        kaiban.app.set_up_log("json")
        usual = uuid.uuid4().hex if "stranger" in bug else "0"
        service.worker(slot or usual).serve()


if __name__ == "__main__":
    main(*sys.argv[1:])
