"""``kaiban audit``: is the record of what happened whole, and how far does it lag behind?"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from kaiban.app import Kaiban
from kaiban.app.auditing import exported, verified
from kaiban.app.papers.signing import authorities
from kaiban.cli.terminal import as_json, put, writing
from kaiban.cli.users import HERE
from kaiban.config import ConfigError
from kaiban.documents.audit_bundle import NOBODY
from kaiban.domain.audit.chain import Found, Head

DAY: Final = click.DateTime(["%Y-%m-%d"])
#: What is told of many of a kind.
MOST: Final = 20


@click.group()
def audit() -> None:
    """The audit: who did, was shown and was sent what, hash-chained and anchored."""


@audit.command()
@click.option(
    "--anchors", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with anchors kept elsewhere; usually that of KAIBAN_AUDIT_ANCHORS.",
)  # fmt: skip
@as_json
@click.pass_obj
def verify(kaiban: Kaiban, anchors: Path | None, *, as_json: bool) -> None:
    """Look at every record, every anchor, and whether the cases still say what was recorded; exit 1 if anything is wrong.

    Exit 2 if it cannot be judged: anchors, and no certificate to check them by.
    """
    trusted = authorities(kaiban.settings)
    city, reader = kaiban.profile.city.name, kaiban.audit_reader
    folder = anchors or Path(kaiban.settings.audit_anchors)
    found, wrong, newest = verified(reader, city, folder, trusted)
    if wrong and not trusted:
        raise ConfigError(
            "KAIBAN_TIMESTAMP_CERTIFICATES: no certificate of an authority, so no anchor can be checked"
        )
    lacking = [NOBODY] if trusted and not newest else []
    problems = [*found.problems, *wrong, *lacking * bool(found.records), *reader.changed_cases()]
    whole = Found(found.records, found.uncovered, tuple(problems))
    if as_json:
        put(told(whole, newest))
    else:
        say(whole, newest)
    sys.exit(1 if problems else 0)


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--first", type=DAY, help="The first day, like 2026-03-01; usually that of the first record."
)
@click.option("--last", type=DAY, help="The last day; usually that of the last record.")
@click.pass_obj
def export(kaiban: Kaiban, file: Path, first: datetime | None, last: datetime | None) -> None:
    """Write the records of some days, and the anchors that vouch for them, into FILE (ZIP), which `kaiban verify` checks anywhere.

    Exit 1 if there are none. The export itself is recorded.
    """
    days = [each and each.date() for each in (first, last)]
    told = {"first": str(days[0] or ""), "last": str(days[1] or ""), "by": HERE.name}
    kaiban.audit.note("audit_exported", **told)
    with writing(file) as part:
        count = exported(kaiban.audit_reader, kaiban.profile.city.name, part, *days)
        if not count:
            click.echo("✗ 这些天没有审计记录 (no records of these days)", err=True)
            sys.exit(1)
    click.echo(f"{file}：{count} 条记录 ({count} records)")


@audit.command()
@as_json
@click.pass_obj
def status(kaiban: Kaiban, *, as_json: bool) -> None:
    """How long the oldest record has waited for its place in the chain and for an anchor, in seconds."""
    now = kaiban.wall.now()
    unchained, unanchored = (_seconds(each, now) for each in kaiban.sealing.chain.lag())
    told = {"unchained_seconds": unchained, "unanchored_seconds": unanchored}
    if as_json:
        put(told)
    else:
        click.echo(f"unchained: {unchained} s; unanchored: {unanchored} s")


@audit.command()
@click.pass_obj
def seal(kaiban: Kaiban) -> None:
    """Chain what was recorded and have it stamped, as the workers do all the time; exit 1 if the authority gave no stamp."""
    while kaiban.sealing.turn():
        continue
    if kaiban.settings.timestamp_url and kaiban.sealing.chain.unstamped():
        click.echo("✗ the authority gave no time stamp", err=True)
        sys.exit(1)


def _seconds(since: datetime | None, now: datetime) -> int:
    return max(int((now - since).total_seconds()), 0) if since else 0


def told(found: Found, newest: Head | None) -> dict[str, Any]:
    """What a look at the audit found, for programs; ``newest`` is the last anchor that holds."""
    return {
        "ok": not found.problems, "records": found.records, "uncovered": found.uncovered,
        "anchored": newest and {"day": newest.day, "seq": newest.seq}, "problems": list(found.problems),
    }  # fmt: skip


def say(found: Found, newest: Head | None) -> None:
    """The same in one sentence, and what is wrong."""
    click.echo(_sentence(found, newest))
    for each in found.problems[:MOST]:
        click.echo(f"  {each}")


def _sentence(found: Found, newest: Head | None) -> str:
    if found.problems:
        return f"✗ 审计记录有问题，共 {len(found.problems)} 处 (of {found.records} records)"
    if newest is None:
        return f"✓ {found.records} 条记录前后相接，尚无时间戳：没有外部证明 (whole in itself; no anchor)"
    return (
        f"✓ {found.records} 条记录完整，截至 {newest.day} 第 {newest.seq} 条有时间戳证明；"
        f"其后 {found.uncovered} 条尚未证明 (whole, anchored up to there)"
    )
