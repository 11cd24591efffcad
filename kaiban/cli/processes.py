"""``kaiban serve``, ``kaiban web`` and ``kaiban worker``: the processes of one installation."""

import os
import signal
import socket
import sys
from typing import Final

import click

from kaiban.app import SENTENCES, Kaiban, production
from kaiban.config import ConfigError, Settings
from kaiban.engine.supervisor import Command, Supervisor
from kaiban.processes.memory import share_arenas
from kaiban.serving.listening import PortTakenError, listen

#: How much a worker gives way to the web service where both want a processor (nice: 19 is most).
YIELDING = 5
_HERE: Final = (sys.executable, "-m", "kaiban.cli")


@click.command()
@click.pass_obj
def serve(kaiban: Kaiban) -> None:
    """Run the web service and its workers; whoever dies is started again."""
    refuse_unready(kaiban)
    # The door is ours: it stays open while a web process is started again, and closes when we die.
    with _door(kaiban.settings) as door:
        Supervisor([*webs(kaiban.settings, door.fileno()), *workers(kaiban.settings)]).run()


@click.command()
@click.option(
    "--socket", "handed", type=int,
    help="A listening socket of whoever started us; else one of our own.",
)  # fmt: skip
@click.pass_obj
def web(kaiban: Kaiban, handed: int | None) -> None:
    """Run one web process until it is stopped."""
    door = _door(kaiban.settings) if handed is None else socket.socket(fileno=handed)
    server = kaiban.server(door)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    server.run()


@click.command()
@click.option("--slot", default="", help="Name of this worker's place; unique among live workers.")
@click.pass_obj
def worker(kaiban: Kaiban, slot: str) -> None:
    """Run one worker until it is stopped."""
    refuse_unready(kaiban)
    # People wait for pages, nobody for this minute's turn of a case.
    os.nice(YIELDING)
    share_arenas()
    kaiban.worker(slot or kaiban.settings.slot).serve()


def webs(settings: Settings, door: int) -> list[Command]:
    """The web processes, which share that listening socket."""
    argv = (*_HERE, "web", "--socket", str(door))
    return [Command(f"web-{number}", argv, (door,)) for number in range(settings.web_processes)]


def workers(settings: Settings) -> list[Command]:
    """The workers, each in its slot."""
    return [
        Command(f"worker-{slot}", (*_HERE, "worker", "--slot", str(slot)))
        for slot in range(settings.workers)
    ]


def _door(settings: Settings) -> socket.socket:
    try:
        return listen(settings.host, settings.port)
    except (PortTakenError, OSError) as error:
        raise ConfigError(f"KAIBAN_HOST, KAIBAN_PORT: {error}") from error


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
