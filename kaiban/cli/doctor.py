"""``kaiban doctor``: what is wrong with this installation, in sentences that say what to do."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import timedelta

import click

from kaiban.app import Kaiban
from kaiban.cli.departments import in_words
from kaiban.config import ConfigError
from kaiban.orchestrator.reporting import standings
from kaiban.ports import Health
from kaiban.web import static_assets

#: 3.7.0 to 3.51.2 can lose a WAL reset when two connections check-point at once.
SAFE_SQLITE = (3, 51, 3)
#: How far ahead the working days should be known.
AHEAD = timedelta(days=60)


@click.command()
@click.pass_obj
def doctor(kaiban: Kaiban) -> None:
    """Check database, pages, library versions and every department; exit 1 if something is wrong."""
    wrong = list(_missing(kaiban))
    for line in wrong:
        click.echo(f"✗ {line}")
    for line in _remarks(kaiban):
        click.echo(f"! {line}")
    for name in _departments(kaiban):
        health = _health(kaiban, name)
        click.echo(f"{'✓' if health.ok else '!'} {name}: {health.detail or 'answers'}")
    for line in () if wrong else _left_alone(kaiban):
        click.echo(f"! {line}")
    sys.exit(1 if wrong else 0)


def _missing(kaiban: Kaiban) -> Iterator[str]:
    for part in kaiban.what_is_missing():
        yield {
            "database": "the database cannot be written: check KAIBAN_DATABASE",
            "migration": "the tables are not up to date: run `kaiban db upgrade`",
        }[part]
    if not static_assets.is_installed():
        yield "the pages' styles are not installed: run `make setup`"
    try:
        _ = kaiban.departments, kaiban.keyring
    except ConfigError as error:
        yield str(error)


def _remarks(kaiban: Kaiban) -> Iterator[str]:
    if kaiban.settings.database.startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield (
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset defect (mended in 3.51.3): "
            "fine for one machine's demonstration, use PostgreSQL or a newer SQLite in service"
        )
    yield from _unknown_days(kaiban)


def _unknown_days(kaiban: Kaiban) -> Iterator[str]:
    try:
        halls = kaiban.profile.city.halls
    except ConfigError:
        return  # told of already
    now = kaiban.clock.now()
    for hall in halls.values():
        if hall.hours.is_provisional(now, now + AHEAD):
            yield (
                f"halls.{hall.name}: the working days of the coming weeks are not all known; add the "
                "new year's days_off, working_days and loaded_years to the city profile"
            )


def _departments(kaiban: Kaiban) -> tuple[str, ...]:
    try:
        return kaiban.departments.names
    except ConfigError:
        return ()  # told of already


def _left_alone(kaiban: Kaiban) -> Iterator[str]:
    for name, standing in standings(kaiban.office).items():
        if standing["since"]:
            yield (
                f"{name}: left alone {in_words(standing)}; its cases wait unharmed. Once it works again "
                f"they go on by themselves, or at once after `kaiban departments close {name}`"
            )


def _health(kaiban: Kaiban, name: str) -> Health:
    try:
        return kaiban.departments[name].health()
    except Exception as error:  # noqa: BLE001 - a department that fails in any way is told of, not fatal
        return Health(ok=False, detail=type(error).__name__)
