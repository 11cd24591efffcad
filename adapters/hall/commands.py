"""``kaiban stubs``: the hall on the command line."""

import json
import signal
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
@click.option(
    "--clock",
    default="",
    help="<business instant>@<file>x<speed>: stands still until the file is there.",
)
@click.option("--pace", default=1.0, show_default=True, help="Reviews take that much less time.")
@click.option("--always-open", is_flag=True, help="No closing hours, no holidays.")
@click.option("--only", default="", help="Departments, separated by commas; all without it.")
@click.option(
    "--port", default=7100, show_default=True,
    help="Departments listen on the next ones; 0: on any free ones.",
)  # fmt: skip
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="State and keys.")
@click.option(
    "--settings", type=click.Path(path_type=Path), default=None,
    help="Write the links' settings (KAIBAN_LINKS) there once all are up, instead of printing them.",
)  # fmt: skip
@click.option("--callback-url", default="", help="Where Kaiban listens; without it nobody calls.")
def up(
    *,
    seed: int,
    speed: float,
    clock: str,
    pace: float,
    always_open: bool,
    only: str,
    port: int,
    folder: Path | None,
    settings: Path | None,
    callback_url: str,
) -> None:
    """Run the hall on 127.0.0.1 until Ctrl-C, and tell the adapters' settings."""
    epoch, speed, file = _clock(clock, speed)
    hall = Hall(
        seed=seed,
        epoch=epoch,
        speed=speed,
        manual=file is not None,
        pace=pace,
        always_open=always_open,
        only=tuple(filter(None, only.split(","))),
        ports=port or "free",
        folder=folder,
        callback_url=callback_url,
    )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with hall:
        _tell(hall, settings)
        if file:
            _start_with(hall, file, stopping)
        stopping.wait()


def _clock(text: str, speed: float) -> tuple[datetime, float, Path | None]:
    """Where the hall's clock begins, how fast it runs, and the file it waits for."""
    if not text:
        return datetime.now(UTC), speed, None  # noqa: TID251 - the stubs' clock begins now
    try:
        epoch, rest = text.split("@")
        path, factor = rest.rsplit("x", 1)
        return datetime.fromisoformat(epoch), float(factor), Path(path)
    except ValueError as error:
        raise click.BadParameter(f"--clock {text}: {error}") from error


def _start_with(hall: Hall, file: Path, stopping: threading.Event) -> None:
    """Let the hall's clock run once the file is there."""
    while not file.exists() and not stopping.wait(0.05):
        pass
    hall.clock.start()


def _tell(hall: Hall, target: Path | None) -> None:
    text = "\n".join(_settings(hall, name) for name in hall.names)
    if target is None:
        click.echo(text)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(text, encoding="utf-8")
        part.replace(target)  # whoever waits for the file finds it whole
    for name, why in hall.broken.items():
        click.echo(f"{name} is not up: {why}", err=True)


def _settings(hall: Hall, name: str) -> str:
    lines = [
        f"{setting} = {json.dumps(value, ensure_ascii=False)}"
        for setting, value in hall.settings(name).items()
    ]
    return "\n".join([f"[{name}.settings]", *lines, ""])
