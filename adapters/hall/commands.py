"""``kaiban stubs``: the hall on the command line."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import click

from adapters.hall.hall import Hall


@click.group()
def stubs() -> None:
    """Pretended department systems for tests and demonstrations."""


@stubs.command()
@click.option("--seed", default=7, show_default=True, help="The same seed, the same decisions.")
@click.option("--speed", default=1.0, show_default=True, help="Business seconds a real second.")
@click.option("--pace", default=1.0, show_default=True, help="Reviews take that much less time.")
@click.option("--always-open", is_flag=True, help="No closing hours, no holidays.")
@click.option("--only", default="", help="Departments, separated by commas; all without it.")
@click.option(
    "--port", default=7100, show_default=True, help="Departments listen on the next ones; 0: any."
)
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="State and keys.")
@click.option("--callback-url", default="", help="Where Kaiban listens; without it nobody calls.")
def up(
    *,
    seed: int,
    speed: float,
    pace: float,
    always_open: bool,
    only: str,
    port: int,
    folder: Path | None,
    callback_url: str,
) -> None:
    """Run the hall on 127.0.0.1 until Ctrl-C, and print the adapters' settings."""
    hall = Hall(
        seed=seed,
        epoch=datetime.now(UTC),  # noqa: TID251 - the stubs' clock begins now
        speed=speed,
        pace=pace,
        always_open=always_open,
        only=tuple(filter(None, only.split(","))),
        ports=port or "free",
        folder=folder,
        callback_url=callback_url,
    )
    try:
        with hall:
            _tell(hall)
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def _tell(hall: Hall) -> None:
    for name in hall.names:
        click.echo(f"[departments.{name}]")
        for setting, value in hall.settings(name).items():
            click.echo(f'{setting} = "{value}"')
        click.echo()
    for name, why in hall.broken.items():
        click.echo(f"{name} is not up: {why}", err=True)
