"""Where a person starts: ``kaiban COMMAND``. Exit codes: 0 done, 1 refused or not verified, 2 usage."""

import gc
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

import click

from kaiban.config import ConfigError
from kaiban.ports import Unavailable

#: So many new objects the garbage collector lets pass before it looks. A start makes two hundred thousand that stay:
#: looked through every 700, as is usual, they are an eighth of what it takes.
OBJECTS: Final = 20_000
#: Commands of installed packages; they stand on their own.
INSTALLED: Final = "kaiban.commands"
#: Our commands, and the modules that hold them: the first its command or group, the others what they add to it.
#: They are read when somebody asks for them: all of it takes a second, and whoever waits wants one.
OURS: Final = {
    "serve": ("processes",),
    "web": ("processes",),
    "worker": ("processes",),
    "demo": ("demo_city.demo",),
    "case": (
        "case.cases",
        "case.aftercare",
        "case.tracker",
        "case.counter",
        "case.replay",
        "case.notices",
        "case.complaints",
        "case.case_file",
    ),
    "form": ("forms",),
    "openapi": ("forms",),
    "adapter": ("departments",),
    "departments": ("departments",),
    "verify": ("verify",),
    "db": ("database",),
    "keys": ("keys",),
    "doctor": ("doctor",),
    "user": ("users",),
    "token": ("accounts",),
    "webhooks": ("webhooks",),
    "queue": ("queue",),
    "audit": ("audit",),
}


class Commands(click.Group):
    """Ours and those of installed packages; groups of one name are one group."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Every name."""
        return sorted({*OURS, *(point.name for point in entry_points(group=INSTALLED))})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of that name; all of them if it is unknown, for click to suggest one."""
        if name not in self.list_commands(context):
            self.commands = dict.fromkeys(self.list_commands(context), click.Command(None))
            return None
        first, *others = _found(name)
        if isinstance(first, click.Group):
            for each in others:
                first.commands.update(each.commands if isinstance(each, click.Group) else {})
        return first

    def invoke(self, context: click.Context) -> Any:
        """Run it; what fails as the tables are another release's is told as that."""
        try:
            return super().invoke(context)
        except Exception as error:
            if context.obj and (said := context.obj.unfit(error)):
                raise ConfigError(said) from error
            raise


def _found(name: str) -> Iterator[click.Command]:
    modules = [import_module(f"{__name__}.{module}") for module in OURS.get(name, ())]
    if modules:
        yield getattr(modules[0], name)
    for point in entry_points(group=INSTALLED, name=name):
        yield point.load()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def kaiban(context: click.Context) -> None:
    """开办 · one form in, six departments, one certificate package out."""
    if context.invoked_subcommand in OURS:
        # Whoever only pretends to be a department does not pay for the service.
        from kaiban.app import Kaiban, set_up_log  # noqa: PLC0415

        context.obj = Kaiban(os.environ)
        set_up_log(context.obj.settings.log)


def main() -> None:
    """Run a command, those of installed packages included."""
    # What is written here names people: logs, packages, secrets are their owner's alone.
    os.umask(0o077)
    gc.set_threshold(OBJECTS)
    try:
        kaiban()
    except ConfigError as error:
        click.echo(f"kaiban: {error}", err=True)
        sys.exit(2)
    except Unavailable as error:
        click.echo(f"kaiban: nothing was done: {SAID[error.reason]}", err=True)
        sys.exit(1)


#: What keeps the database or the disk from taking anything.
SAID: Final = {
    "full": "the disk is full",
    "read_only": "the database or the disk can only be read",
    "away": "the database does not answer",
    "busy": "the database is busy",
    "broken": "the disk of the database fails",
    "unanchored": "the audit has not been anchored for too long, so nothing personal is shown (docs/operating.md, Audit)",
}
