"""``kaiban db``: bring the database up to date, save it, bring it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kaiban.app import Kaiban, make_keys
from kaiban.orchestrator.worker.retention import prune as drop
from kaiban.storage.backup import BadBackupError, NotSqliteError
from kaiban.storage.backup import backup as save
from kaiban.storage.backup import restore as bring_back
from kaiban.storage.migrations import upgrade as migrate


@click.group()
def db() -> None:
    """The database."""


@db.command()
@click.pass_obj
def upgrade(kaiban: Kaiban) -> None:
    """Bring the tables up to date; in development make keys if there are none."""
    if make_keys(kaiban.settings):
        click.echo("made new keys for personal data; keep them: " + kaiban.settings.keys, err=True)
    migrate(kaiban.database)
    kaiban.prepare_engine()


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
    """Make the SQLite database from the backup SOURCE; there must be none in its place."""
    with _told():
        bring_back(kaiban.database, source)


@contextmanager
def _told() -> Iterator[None]:
    """Say what stands in the way instead of where in the program it was met."""
    try:
        yield
    except FileExistsError as error:
        raise click.ClickException(f"{error} exists already; move it away first") from error
    except (BadBackupError, NotSqliteError, OSError) as error:
        raise click.ClickException(str(error)) from error
