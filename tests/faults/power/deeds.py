"""What the service does to its database, done by one thread that can be killed at any of its system calls.

A deed is done in a child of a process that has made ready for it, so that hundreds of deaths are affordable.
"""

import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Protocol, Self

from flask import Flask

from kaiban.app import Kaiban, prepare
from kaiban.domain.cases.case import Case
from kaiban.ports import Job
from tests.faults.planted import BUGS

#: In seconds; for what hangs.
PATIENCE: Final = 300


@dataclass(frozen=True)
class Service:
    """The parts of the service that deeds need, made ready; no connection is open."""

    kaiban: Kaiban
    web: Flask
    token: str

    @classmethod
    def of(cls, environ: Mapping[str, str], token: str) -> "Service":
        """The service of that environment, to be called by whoever has that token."""
        kaiban = Kaiban(environ)
        ours = cls(kaiban, kaiban.web(), token)
        ours.web.test_client().get("/api/v1/form")
        _ = kaiban.office
        kaiban.database.close()
        return ours


class Deed(Protocol):
    """Something done with the service; what it tells at its end."""

    def __call__(self, service: Any, *what: Any) -> str:
        """Do it."""


def hand_in(service: Service, form: Mapping[str, Any], key: str) -> str:
    """Hand a case in; tell its number, as the service answers it."""
    answer = service.web.test_client().post(
        "/api/v1/cases", json=form,
        headers={"Idempotency-Key": key, "Authorization": f"Bearer {service.token}"},
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    return str(answer.json["case_no"])


def carry(service: Service, no: str) -> str:
    """Take a case as far as departments do, a step after the other, each as soon as it is written down; tell its state."""
    kaiban = service.kaiban
    while found := jobs(kaiban.cases.read(no)):
        kaiban.run(found[0])
    state = str(kaiban.cases.read(no).state)
    kaiban.database.close()
    return state


def jobs(case: Case) -> list[Job]:
    """Whatever is to be said to departments for the case at some time, in that order."""
    found = [
        (step.next_action_at, Job("work", case.no, link.name, step.name, step.attempt))
        for link, step in case.steps() if step.next_action_at and not step.finished
    ]  # fmt: skip
    return [job for _, job in sorted(found, key=lambda each: each[0])]


def migrate(_nobody: None, environ: Mapping[str, str]) -> str:
    """Bring an installation up to date, from whatever is there; tell what it still lacks."""
    kaiban = Kaiban(environ)
    prepare(kaiban)
    kaiban.database.close()
    return str(kaiban.what_is_missing())


@dataclass(frozen=True)
class Death:
    """Whoever is to die at the ``at``-th of its calls of that name."""

    call: str
    at: int


@dataclass(frozen=True)
class Told:
    """What a deed told, "" if it came to no end; whether whoever did it lived; how many such calls there were."""

    words: str
    lived: bool
    calls: int


class Rehearsal:
    """A process made ready, in whose children deeds are done: ``with Rehearsal(environ, token) as rehearsal``.

    Without a token it has no service to hand to them. ``bug`` is planted in it (tests.faults.planted).
    """

    def __init__(self, environ: Mapping[str, str], token: str = "", bug: str = "") -> None:
        context = get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_rehearse, args=(theirs, environ, token, bug))

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()

    def done(self, deed: Deed, *what: Any, death: Death | None = None) -> Told:
        """Have it done; by somebody who dies of it, if it comes to that."""
        self._ours.send((deed, what, death))
        assert self._ours.poll(PATIENCE), "nothing came of it"
        told: Told = self._ours.recv()
        return told


def _rehearse(ours: Connection, environ: Mapping[str, str], token: str, bug: str) -> None:
    if bug:
        BUGS[bug]()
    service = Service.of(environ, token) if token else None
    while True:
        deed, what, death = ours.recv()
        ours.send(_done(service, deed, what, death))


def _done(service: Service | None, deed: Deed, what: tuple[Any, ...], death: Death | None) -> Told:
    context = get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_do, args=(theirs, service, deed, what))
    child.start()
    theirs.close()
    assert child.pid is not None
    with tempfile.NamedTemporaryFile("r") as log:
        try:
            with _doomed(child.pid, death, log.name):
                ours.send("go")
                words = _last_words(ours)
                child.join()
        finally:
            child.kill()
        return Told(words, child.exitcode == 0, len(log.readlines()))


def _do(theirs: Connection, service: Service | None, deed: Deed, what: tuple[Any, ...]) -> None:
    theirs.recv()
    theirs.send(deed(service, *what))


def _last_words(child: Connection) -> str:
    try:
        return str(child.recv())
    except EOFError:
        return ""


@contextmanager
def _doomed(pid: int, death: Death | None, log: str) -> Iterator[None]:
    """Inside the block the process dies as it is to; threads and children of its own are left alone."""
    if death is None:
        yield
        return
    command = (
        "strace", f"--attach={pid}", f"--trace={death.call}", "--string-limit=0", f"--output={log}",
        "--signal=none", "--quiet=exit", f"--inject={death.call}:signal=KILL:when={death.at}",
    )  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        assert "attached" in said, said
        yield
        tracer.communicate()
