"""``kaiban serve`` and ``kaiban worker``: the processes of one installation."""

import os
import sys

import click

from kaiban.app import Kaiban
from kaiban.cli.ports import why_not
from kaiban.config import ConfigError, Settings
from kaiban.engine.supervisor import Command, Supervisor

#: How much a worker gives way to the web service where both want a processor (nice: 19 is most).
YIELDING = 5


@click.command()
@click.pass_obj
def serve(kaiban: Kaiban) -> None:
    """Run the web service and its workers; whoever dies is started again."""
    _refuse_unready(kaiban)
    _refuse_taken(kaiban.settings)
    Supervisor(children(kaiban.settings)).run()


@click.command()
@click.option("--slot", default="", help="Name of this worker's place; unique among live workers.")
@click.pass_obj
def worker(kaiban: Kaiban, slot: str) -> None:
    """Run one worker until it is stopped."""
    _refuse_unready(kaiban)
    # People wait for pages, nobody for this minute's turn of a case.
    os.nice(YIELDING)
    kaiban.worker(slot or kaiban.settings.slot).serve()


def children(settings: Settings) -> list[Command]:
    """The web service and the workers, as command lines."""
    here = [sys.executable, "-m", "kaiban.cli"]
    web = [
        sys.executable, "-m", "gunicorn", "kaiban.wsgi:app", "--worker-class", "gthread",
        "--workers", str(settings.web_processes), "--threads", str(settings.threads),
        "--bind", f"{settings.host}:{settings.port}",
        "--graceful-timeout", "20", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    workers = [
        Command(f"worker-{slot}", [*here, "worker", "--slot", str(slot)])
        for slot in range(settings.workers)
    ]
    return [Command("web", web), *workers]


def _refuse_taken(settings: Settings) -> None:
    """Say at once that somebody else listens there, rather than let the web process die again and again."""
    if reason := why_not(settings.port, settings.host):
        raise ConfigError(
            f"KAIBAN_PORT {settings.port}: cannot listen on {settings.host} ({reason})"
        )


def _refuse_unready(kaiban: Kaiban) -> None:
    """Say at once what is wrong with the settings or the tables, rather than in a child's log."""
    missing = kaiban.what_is_missing()
    if missing:
        raise ConfigError("not ready: " + ", ".join(missing) + " (run `kaiban db upgrade`)")
    _ = kaiban.departments, kaiban.texts
