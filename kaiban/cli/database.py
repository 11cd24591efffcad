"""``kaiban db``: bring the database up to date, save it, bring it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kaiban.app import Kaiban, prepare
from kaiban.orchestrator.worker.upkeep.retention import prune as drop
from kaiban.storage.upkeep.backup import BadBackupError, NotSqliteError
from kaiban.storage.upkeep.backup import backup as save
from kaiban.storage.upkeep.backup import restore as bring_back


@click.group()
def db() -> None:
    """The database."""


@db.command()
@click.pass_obj
def upgrade(kaiban: Kaiban) -> None:
    """Bring the tables up to date; in development make keys if there are none.

    Refused with other keys than the data was sealed with, or without them.
    """
    if prepare(kaiban):
        click.echo("made new keys for personal data; keep them: " + kaiban.settings.keys, err=True)


@db.command()
@click.pass_obj
def prune(kaiban: Kaiban) -> None:
    """Drop what is past its time: old drafts, codes, counts, exchanges, keys; workers do it every ten minutes."""
    for kind, count in drop(kaiban.office, kaiban.keeping).items():
        click.echo(f"{kind}: {count}")


@db.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(kaiban: Kaiban, target: Path) -> None:
    """Save a consistent copy of the SQLite database to the new file TARGET, while it is in use."""
    with _told():
        save(kaiban.database, target)


@db.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(kaiban: Kaiban, source: Path) -> None:
    """Make the SQLite database from the backup SOURCE, in a new epoch; there must be none in its place."""
    with _told():
        bring_back(kaiban.database, source, lambda copy: kaiban.epochs_of(copy).raised("restore"))
    _say_epoch(kaiban.epochs.look())


@db.command()
@click.pass_obj
def restored(kaiban: Kaiban) -> None:
    """Tell that the database was brought back by other means (pg_restore, a snapshot): begin a new epoch."""
    _say_epoch(kaiban.epochs.raised("operator"))


def _say_epoch(number: int) -> None:
    click.echo(
        f"epoch {number}: new cases get other numbers, and whatever may have been sent since the copy was "
        "made is asked for before it is sent"
    )


@contextmanager
def _told() -> Iterator[None]:
    """Say what stands in the way instead of where in the program it was met."""
    try:
        yield
    except FileExistsError as error:
        raise click.ClickException(f"{error} exists already; move it away first") from error
    except (BadBackupError, NotSqliteError, OSError) as error:
        raise click.ClickException(str(error)) from error
