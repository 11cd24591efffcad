"""``kaiban doctor``: what is wrong with this installation, in sentences that say what to do."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import click

from kaiban.app import SENTENCES, Kaiban
from kaiban.app.installation import production
from kaiban.app.papers.signing import ending
from kaiban.cli.departments import in_words
from kaiban.config import ConfigError
from kaiban.orchestrator.reporting.departments import standings
from kaiban.orchestrator.worker.upkeep.sealing import ALARM
from kaiban.ports import Health, Unavailable
from kaiban.serving.proxies import is_trusted
from kaiban.storage.revisions import lacking
from kaiban.web.presentation import static_assets

#: 3.7.0 to 3.51.2 can lose a WAL reset when two connections check-point at once.
SAFE_SQLITE = (3, 51, 3)
#: Where only this machine's own programs reach us.
LOOPBACK = ("127.0.0.1", "::1", "localhost")
#: How far ahead the working days should be known.
AHEAD = timedelta(days=60)

WRONG, REMARK = "✗", "!"


@dataclass(frozen=True)
class Check:
    """One thing the doctor looks at, and what its findings mean: ``WRONG`` makes the exit code 1.

    A check that ``needs_health`` is left out once something is wrong: it could only fail, too.
    """

    find: Callable[[Kaiban], Iterator[str]]
    mark: str
    needs_health: bool = False


@click.command()
@click.pass_obj
def doctor(kaiban: Kaiban) -> None:
    """Check database, keys, pages, library versions and every department; exit 1 if something is wrong."""
    wrong: set[str] = set()
    for check in CHECKS:
        if check.needs_health and wrong:
            continue
        found = [line for line in check.find(kaiban) if line not in wrong]
        for line in found:
            click.echo(f"{check.mark} {line}".strip())
        wrong.update(found if check.mark == WRONG else ())
    sys.exit(1 if wrong else 0)


def _service(kaiban: Kaiban) -> Iterator[str]:
    for part in kaiban.what_is_missing():
        yield from kaiban.wrong_keys() if part == "keys" else [SENTENCES[part]]


def _tables(kaiban: Kaiban) -> Iterator[str]:
    if found := lacking(kaiban.database):
        yield (
            f"the tables lack {', '.join(found)} although they count as up to date:"
            " they were made by an unreleased program; add what is missing as its migration does"
        )


def _styles(_kaiban: Kaiban) -> Iterator[str]:
    if not static_assets.is_installed():
        yield "the pages' styles are not installed: run `make setup`"


def _settings(kaiban: Kaiban) -> Iterator[str]:
    for part in ("departments", "keyring", "texts", "mail", "kiosk_key", "supervising"):
        try:
            getattr(kaiban, part)
        except ConfigError as error:
            yield str(error)


def _not_for_service(kaiban: Kaiban) -> Iterator[str]:
    try:
        yield from production.refusals(kaiban)
    except Unavailable:
        return  # told of already


def _doubtful_in_service(kaiban: Kaiban) -> Iterator[str]:
    yield from production.remarks(kaiban)


def _sqlite_version(kaiban: Kaiban) -> Iterator[str]:
    if kaiban.settings.database.startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield (
            f"SQLite {sqlite3.sqlite_version} has the WAL-reset defect (mended in 3.51.3): "
            "fine for one machine's demonstration, use PostgreSQL or a newer SQLite in service"
        )


def _proxies(kaiban: Kaiban) -> Iterator[str]:
    """Whether all visitors count as one: then one of them can use up the limits of all."""
    settings = kaiban.settings
    ours = urlsplit(settings.base_url)
    outside = ours.scheme == "https" or (
        settings.host in LOOPBACK and ours.hostname not in LOOPBACK
    )
    if outside and not settings.trusted_proxies:
        yield (
            f"people reach {settings.base_url} through a proxy, and none is trusted: all of them count as one "
            "visitor; name it in KAIBAN_TRUSTED_PROXIES"
        )
    seen = kaiban.sightings.latest()
    if seen and not is_trusted(settings.trusted_proxies, seen[0]):
        yield (
            f"{seen[0]} spoke as a proxy on {seen[1]:%Y-%m-%d %H:%M} UTC and was not believed: if it is yours, name it "
            "in KAIBAN_TRUSTED_PROXIES; else somebody pretends"
        )


def _supervising(kaiban: Kaiban) -> Iterator[str]:
    """Links of which nothing is ever handed over, as there are none of the name."""
    try:
        for each in kaiban.profile.supervising:
            if strange := sorted(set(each.links) - kaiban.adapters.keys()):
                yield f"supervising.{each.name}.links: {', '.join(strange)}: no links of this city"
    except ConfigError:
        return  # told of already


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


def _certificate(kaiban: Kaiban) -> Iterator[str]:
    try:
        found = ending(kaiban.settings, kaiban.wall.now())
    except ConfigError as error:
        yield str(error)
        return
    if found:
        yield (
            f"the certificate packages are signed with ends on {found.not_valid_after_utc:%Y-%m-%d}: have the next one "
            "issued in time (docs/operating.md, Signatures); in development remove key and certificate, and both are made anew"
        )


def _audit(kaiban: Kaiban) -> Iterator[str]:
    unchained, unanchored = kaiban.sealing.chain.lag()
    since = unanchored if kaiban.settings.timestamp_url else unchained
    if since is not None and kaiban.wall.now() - since > ALARM:
        yield (
            f"the audit has not been sealed since {since:%Y-%m-%d %H:%M} UTC: does a worker run, does the authority of "
            "time answer? See docs/operating.md, Audit"
        )


def _departments(kaiban: Kaiban) -> Iterator[str]:
    """Each with a mark of its own: one that does not answer is nobody's fault here."""
    try:
        names = kaiban.departments.names
    except ConfigError:
        return  # told of already
    for name in names:
        health = _health(kaiban, name)
        # A bureau asked for an application that nobody made says so: what it said alone would read like a fault.
        said = f" ({health.detail})" if health.detail else ""
        yield f"✓ {name}: answers{said}" if health.ok else f"! {name}: does not answer{said}"


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


#: In the order they are told of.
CHECKS = (
    Check(_service, WRONG),
    Check(_styles, WRONG),
    Check(_settings, WRONG),
    Check(_not_for_service, WRONG),
    Check(_doubtful_in_service, REMARK),
    Check(_sqlite_version, REMARK),
    Check(_proxies, REMARK),
    Check(_unknown_days, REMARK),
    Check(_supervising, REMARK),
    Check(_certificate, REMARK),
    Check(_departments, mark=""),
    Check(_tables, WRONG, needs_health=True),
    Check(_left_alone, REMARK, needs_health=True),
    Check(_audit, REMARK, needs_health=True),
)
