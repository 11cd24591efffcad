"""``kaiban token``: which programs may call."""

from datetime import timedelta
from typing import Any

import click

from kaiban.api.routes import SCOPES
from kaiban.app import Kaiban
from kaiban.cli.terminal import as_json, put
from kaiban.cli.users import HERE
from kaiban.domain.messages.webhook import OVERLAP
from kaiban.orchestrator.reporting.instants import instant
from kaiban.ports import NameTakenError, Token

_HOUR = timedelta(hours=1)


@click.group()
def token() -> None:
    """Access tokens of programs."""


@token.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(SCOPES)),
    default=("cases:read", "cases:write"), show_default=True,
)  # fmt: skip
@click.option(
    "--days", type=click.IntRange(1, 3650), help="How long it is valid; for ever without it."
)
@click.pass_obj
def add_token(kaiban: Kaiban, name: str, *, scopes: tuple[str, ...], days: int | None) -> None:
    """Make a token for NAME and print it, this once."""
    now = kaiban.wall.now()
    expires = now + timedelta(days=days) if days else None
    told = {"token": name, "scopes": " ".join(scopes), "by": HERE.name}
    try:
        with kaiban.audit.recorded("token_added", **told):
            secret = kaiban.accounts.add_token(name, scopes, now, expires)
    except NameTakenError as error:
        raise click.UsageError(f"there is a token of the name {name} already") from error
    click.echo(secret)


@token.command("list")
@as_json
@click.pass_obj
def list_tokens(kaiban: Kaiban, *, as_json: bool) -> None:
    """Every token: its scopes, when it was used last (to the hour), until when it and the secret before it open."""
    found = [_told(each) for each in kaiban.accounts.tokens()]
    if as_json:
        put(found)
        return
    for each in found:
        click.echo("  ".join([each["name"], ",".join(each["scopes"]), *_instants(each)]))


@token.command("rotate")
@click.argument("name")
@click.option(
    "--hours", type=click.IntRange(0, 720), default=OVERLAP // _HOUR, show_default=True,
    help="How long the secret before goes on opening.",
)  # fmt: skip
@click.pass_obj
def rotate_token(kaiban: Kaiban, name: str, hours: int) -> None:
    """Give the token of NAME another secret and print it, this once; its cases stay its own."""
    with kaiban.audit.recorded("token_rotated", token=name, hours=str(hours), by=HERE.name):
        secret = kaiban.accounts.rotate_token(name, kaiban.wall.now() + hours * _HOUR)
        if secret is None:
            raise click.UsageError(f"no token of the name {name}")
    click.echo(secret)


def _told(token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "used_at": instant(token.used_at),
        "expires_at": instant(token.expires_at),
        "before_until": instant(token.before_until),
    }


def _instants(told: dict[str, Any]) -> list[str]:
    words = {"expires_at": "until {}", "before_until": "secret before until {}"}
    found = [said.format(told[name]) for name, said in words.items() if told[name]]
    return [f"used {told['used_at']}" if told["used_at"] else "never used", *found]


@token.command("remove")
@click.argument("name")
@click.pass_obj
def remove_token(kaiban: Kaiban, name: str) -> None:
    """Let the token of NAME be no longer valid."""
    with kaiban.audit.recorded("token_removed", token=name, by=HERE.name):
        if not kaiban.accounts.remove_token(name):
            raise click.UsageError(f"no token of the name {name}")
