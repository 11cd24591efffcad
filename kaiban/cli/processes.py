"""``kaiban serve``, ``kaiban web`` and ``kaiban worker``: the processes of one installation."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import click

from kaiban.app import SENTENCES, Kaiban
from kaiban.app.installation import production
from kaiban.app.loading import load
from kaiban.config import ConfigError, Settings
from kaiban.engine.supervisor import Role, Supervisor
from kaiban.processes.forking import fork
from kaiban.processes.memory import share_arenas
from kaiban.serving.listening import PortTakenError, listen

#: How much a worker gives way to the web service where both want a processor (nice: 19 is most).
YIELDING: Final = 5


@click.command()
@click.pass_obj
def serve(kaiban: Kaiban) -> None:
    """Run the web service and its workers; whoever dies is started again."""
    # All of it is loaded once, here; what is opened, each child opens for itself.
    with _ready_or_ended(kaiban):
        load()
    # The door is ours: it stays open while a web process is started again, and closes when we die.
    with _door(kaiban.settings) as door:
        work = Supervisor(_roles(kaiban, door)).run()
        if work:  # in a child
            work()


@click.command()
@click.pass_obj
def web(kaiban: Kaiban) -> None:
    """Run one web process until it is stopped."""
    _serve_at(kaiban, _door(kaiban.settings))


@click.command()
@click.option("--slot", default="", help="Name of this worker's place; unique among live workers.")
@click.pass_obj
def worker(kaiban: Kaiban, slot: str) -> None:
    """Run one worker until it is stopped."""
    _work_in(kaiban, slot or kaiban.settings.slot)


def _roles(kaiban: Kaiban, door: socket.socket) -> list[Role]:
    """The web processes, which share that listening socket, and the workers, each in its slot."""
    settings = kaiban.settings
    webs = [
        Role(f"web-{number}", partial(_serve_at, kaiban, door))
        for number in range(settings.web_processes)
    ]
    workers = [
        Role(f"worker-{slot}", partial(_work_behind, kaiban, door, str(slot)))
        for slot in range(settings.workers)
    ]
    return [*webs, *workers]


def _serve_at(kaiban: Kaiban, door: socket.socket) -> None:
    """Serve whoever comes in there, until told to stop."""
    server = kaiban.server(door)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    server.run()


def _work_in(kaiban: Kaiban, slot: str) -> None:
    """Work in that slot, until told to stop."""
    # People wait for pages, nobody for this minute's turn of a case.
    os.nice(YIELDING)
    refuse_unready(kaiban)
    share_arenas()
    kaiban.worker(slot).serve()


def _work_behind(kaiban: Kaiban, door: socket.socket, slot: str) -> None:
    door.close()  # ours, which a fork left here: whoever works lets nobody in
    _work_in(kaiban, slot)


def _door(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except (PortTakenError, OSError) as error:
        raise ConfigError(f"KAIBAN_HOST, KAIBAN_PORT: {error}") from error


@contextmanager
def _ready_or_ended(kaiban: Kaiban) -> Iterator[None]:
    """Look in a child meanwhile, which takes with it what that opens; end with its exit code, if it refuses."""
    child = fork("check")
    if not child:
        refuse_unready(kaiban)
        sys.exit(0)
    yield
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit(abs(code))


def refuse_unready(kaiban: Kaiban) -> None:
    """Say at once what is wrong with the settings or the tables, rather than in a child's log."""
    if missing := kaiban.what_is_missing():
        told = (
            kaiban.wrong_keys() if missing == ["keys"] else [SENTENCES[part] for part in missing]
        )
        raise ConfigError("not ready: " + "; ".join(told))
    kaiban.settle_keys()
    if told := production.refusals(kaiban):
        raise ConfigError("not for production: " + "; ".join(told))
    _ = kaiban.departments, kaiban.carriers, kaiban.openid
