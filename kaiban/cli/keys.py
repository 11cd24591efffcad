"""``kaiban keys``: which keys seal personal data, and how a new one takes an old one's place."""

import click

from forms.subject import subject_of
from kaiban.app import Kaiban
from kaiban.app.installation.keys import add_key, key_file, read_old_index
from kaiban.cli.terminal import as_json, put
from kaiban.config import resolve
from kaiban.storage.encryption.crypto import ALGORITHMS, UnknownKeyError, UnopenableError
from kaiban.storage.encryption.keys import count_cells
from kaiban.storage.encryption.reindex import reindex as make_indexes_anew
from kaiban.storage.encryption.rotation import retire
from kaiban.storage.encryption.rotation import rotate as seal_anew


@click.group()
def keys() -> None:
    """The keys that encrypt personal data (see docs/operating.md, "Keys")."""


@keys.command("list")
@as_json
@click.pass_obj
def list_keys(kaiban: Kaiban, *, as_json: bool) -> None:
    """Every key with its check value and how many cells it has sealed; never the key itself."""
    ring, values = kaiban.keyring, kaiban.keyring.check_values()
    counts = count_cells(kaiban.database, ring)
    found = [
        {
            "name": name, "check_value": values.get(name, ""), "cells": counts.get(name, 0),
            "current": name == ring.current, "present": name in values,
        }
        for name in dict.fromkeys((*ring.keys, *counts, "index"))
        if name or counts[""]
    ]  # fmt: skip
    if as_json:
        put(found)
        return
    for each in found:
        click.echo(_line(each))


@keys.command()
@click.argument("name")
@click.option(
    "--algorithm", type=click.Choice(sorted(ALGORITHMS)), default="aes256gcm", show_default=True
)
@click.pass_obj
def add(kaiban: Kaiban, name: str, *, algorithm: str) -> None:
    """Put a fresh key NAME on top of the key file; `index`, `session` or `verify` replace theirs."""
    path = key_file(kaiban.settings)
    if path is None or not path.exists():
        raise click.UsageError(f"{kaiban.settings.keys}: not a file on this machine")
    add_key(path, name, algorithm)
    click.echo(
        "keep a copy of the file where the backups are not; then restart the service", err=True
    )


@keys.command()
@click.pass_obj
def rotate(kaiban: Kaiban) -> None:
    """Seal every cell anew with the key on top, while the service runs; a killed run is begun again.

    Every process must have been restarted with the new key first: the others cannot read its cells.
    """
    kaiban.settle_keys()
    total: dict[str, int] = {}
    try:
        for table, count in seal_anew(kaiban.database, kaiban.keyring):
            total[table] = total.get(table, 0) + count
    except (UnknownKeyError, UnopenableError) as error:
        raise click.ClickException(str(error)) from error
    for table, count in total.items():
        click.echo(f"{table}: {count}")
    for name in retire(kaiban.database, kaiban.keyring, kaiban.wall.now()):
        click.echo(
            f"no cell names {name} any more: it may leave the key file; old backups still need it"
        )


@keys.command()
@click.pass_obj
def reindex(kaiban: Kaiban) -> None:
    """Make the blind indexes anew under a new index key; nothing else may be running."""
    old = read_old_index(str(resolve(kaiban.settings.keys, kaiban.environ)))
    counts = make_indexes_anew(kaiban.database, old, kaiban.keyring, kaiban.wall.now(), subject_of)
    for table, count in counts.items():
        click.echo(f"{table}: {count}")
    click.echo("take the line old-index out of the key file", err=True)


def _line(key: dict[str, object]) -> str:
    notes = {
        "current": "for new cells", "absent": "NOT HERE", "free": "may be removed",
    }  # fmt: skip
    kind = "absent" if not key["present"] else "current" if key["current"] else ""
    if not kind and not key["cells"] and key["name"] != "index":
        kind = "free"
    return f"{key['name'] or '(unknown)':12} {key['check_value']:16} {key['cells']:>9}  {notes.get(kind, '')}".rstrip()
