"""Where a person starts: ``kaiban COMMAND``. Exit codes: 0 done, 1 refused or not verified, 2 usage."""

import os
import sys
from importlib.metadata import entry_points

import click

from kaiban.app import Kaiban, set_up_log
from kaiban.cli import tracker
from kaiban.cli.accounts import token, user
from kaiban.cli.aftercare import case
from kaiban.cli.counter import enter, sheet
from kaiban.cli.database import db
from kaiban.cli.demo import demo
from kaiban.cli.departments import adapter, departments
from kaiban.cli.doctor import doctor
from kaiban.cli.forms import form, openapi
from kaiban.cli.keys import keys
from kaiban.cli.processes import serve, web, worker
from kaiban.cli.queue import queue
from kaiban.cli.replay import replay
from kaiban.cli.verify import verify
from kaiban.cli.webhooks import webhooks
from kaiban.config import ConfigError
from kaiban.ports import Unavailable

COMMANDS = "kaiban.commands"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def kaiban(context: click.Context) -> None:
    """开办 · one form in, six departments, one certificate package out."""
    context.obj = Kaiban(os.environ)
    set_up_log(context.obj.settings.log)


for command in (
    serve, web, worker, demo, case, form, openapi, adapter, departments, verify, db, keys, doctor,
    user, token, webhooks, queue,
):  # fmt: skip
    kaiban.add_command(command)
for command in tracker.COMMANDS:
    case.add_command(command)


for command in (sheet, enter, replay):
    case.add_command(command)


def main() -> None:
    """Run a command, those of installed packages included."""
    # What is written here names people: logs, packages, secrets are their owner's alone.
    os.umask(0o077)
    for point in entry_points(group=COMMANDS):
        _add(point.name, point.load())
    try:
        kaiban()
    except ConfigError as error:
        click.echo(f"kaiban: {error}", err=True)
        sys.exit(2)
    except Unavailable as error:
        click.echo(f"kaiban: nothing was done: {SAID[error.reason]}", err=True)
        sys.exit(1)


#: What keeps the database or the disk from taking anything.
SAID = {
    "full": "the disk is full",
    "read_only": "the database or the disk can only be read",
    "away": "the database does not answer",
    "busy": "the database is busy",
    "broken": "the disk of the database fails",
}


def _add(name: str, command: click.Command) -> None:
    present = kaiban.commands.get(name)
    if isinstance(present, click.Group) and isinstance(command, click.Group):
        for each in command.commands.values():
            present.add_command(each)
    else:
        kaiban.add_command(command, name)
