"""``kaiban token``: which programs may call."""

from datetime import timedelta

import click

from kaiban.api.access import SCOPES
from kaiban.app import Kaiban
from kaiban.ports import NameTakenError


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
    try:
        click.echo(kaiban.accounts.add_token(name, scopes, now, expires))
    except NameTakenError as error:
        raise click.UsageError(f"there is a token of the name {name} already") from error


@token.command("remove")
@click.argument("name")
@click.pass_obj
def remove_token(kaiban: Kaiban, name: str) -> None:
    """Let the token of NAME be no longer valid."""
    if not kaiban.accounts.remove_token(name):
        raise click.UsageError(f"no token of the name {name}")
