"""``kaiban demo``: the demo city 示范市 with its six pretended departments, on this machine only."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from kaiban.app import Kaiban, make_keys
from kaiban.cli.journey import Journey, NotReadyError
from kaiban.cli.processes import children
from kaiban.domain.clock import HALL_TIME, StateCouncilDays
from kaiban.engine.supervisor import Child, Supervisor
from kaiban.storage.migrations import upgrade

#: Real time the processes get to start before the demonstration's hall opens.
WARM_UP = timedelta(seconds=6)
#: Real seconds until everything must have answered.
READY_WITHIN = 60.0


@click.command()
@click.option("--once", is_flag=True, help="Open one company without a browser, then end.")
@click.option("--speed", default=240.0, show_default=True, help="Business time a real second (--once).")
@click.option("--seed", default=7, show_default=True, help="Another seed, another company (--once).")
@click.pass_obj
def demo(kaiban: Kaiban, *, once: bool, speed: float, seed: int) -> None:
    """Run the demo city until Ctrl-C, or (--once) one company through all six departments."""
    if kaiban.settings.env == "production":
        raise click.UsageError("示范市只能在开发环境中运行（KAIBAN_ENV=production 时拒绝）。")
    if once:
        sys.exit(_once(kaiban, speed, seed))
    _stay(kaiban)


def _stay(kaiban: Kaiban) -> None:
    hall = Path(kaiban.settings.var) / "hall"
    links = hall / "links.toml"
    links.unlink(missing_ok=True)
    environ = {
        **os.environ,
        "KAIBAN_LINKS": str(links),
        "KAIBAN_HALL": kaiban.settings.hall or "allday",
        "KAIBAN_LOG": "console",
    }
    stubs = Child("stubs", [
        sys.executable, "-m", "kaiban", "stubs", "up", "--pace", "60", "--always-open",
        "--folder", str(hall), "--settings", str(links),
        "--callback-url", kaiban.settings.base_url,
    ], dict(os.environ))  # fmt: skip
    _prepare(kaiban)
    supervisor = Supervisor([stubs])
    with supervisor.running():
        _wait_for(links)
        ready = Kaiban(environ)
        supervisor.add(*(Child(c.name, c.command, environ) for c in children(ready.settings)))
        Journey(ready.settings.base_url, "").wait_until_ready(READY_WITHIN)
        _greet(ready, _demo_token(ready))
        supervisor.wait()


def _once(kaiban: Kaiban, speed: float, seed: int) -> int:
    with _scene(kaiban, speed) as scene:
        journey = Journey(scene.address, scene.token)
        try:
            journey.wait_until_ready(READY_WITHIN)
            scene.wait_for_opening()
            return journey.make(seed, scene.morning, Path(kaiban.settings.var) / "packages")
        except NotReadyError as error:
            click.echo(str(error), err=True)
            return 1


@dataclass(frozen=True)
class Scene:
    """A demo city of its own: where it is, who may call, when its morning begins."""

    address: str
    token: str
    morning: datetime
    origin: datetime

    def wait_for_opening(self) -> None:
        """Wait for nine o'clock."""
        left = (self.origin - datetime.now(UTC)).total_seconds()  # noqa: TID251 - real time, see WARM_UP
        time.sleep(max(left, 0))


@contextlib.contextmanager
def _scene(kaiban: Kaiban, speed: float) -> Iterator[Scene]:
    folder = Path(kaiban.settings.var) / f"demo-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    origin = kaiban.wall.now() + WARM_UP
    morning = _next_morning(kaiban.wall.now())
    links = folder / "links.toml"
    address = f"http://127.0.0.1:{_free_port()}"
    environ = _environ(folder, address, f"{morning.isoformat()}@{origin.isoformat()}x{speed}")
    stubs = [
        sys.executable, "-m", "kaiban", "stubs", "up", "--port", "0", "--folder",
        str(folder / "hall"), "--settings", str(links), "--callback-url", address,
        "--clock", environ["KAIBAN_DEMO_CLOCK"],
    ]  # fmt: skip
    ours = Kaiban(environ)
    _prepare(ours)
    token = ours.accounts.add_token("demo", ("cases:read", "cases:write"), kaiban.wall.now())
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.enter_context(_child(stubs, environ, folder / "stubs.log"))
        _wait_for(links)
        environ["KAIBAN_LINKS"] = str(links)
        serve = [sys.executable, "-m", "kaiban", "serve"]
        stack.enter_context(_child(serve, environ, folder / "serve.log"))
        yield Scene(address, token, morning, origin)


def _environ(folder: Path, address: str, clock: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    return {
        **kept,
        "KAIBAN_VAR": str(folder),
        "KAIBAN_BASE_URL": address,
        "KAIBAN_PORT": address.rpartition(":")[2],
        "KAIBAN_DEMO_CLOCK": clock,
        "KAIBAN_POLL_SECONDS": "0.05",
    }


@contextlib.contextmanager
def _child(command: list[str], environ: Mapping[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own command
        try:
            yield
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()


def _prepare(kaiban: Kaiban) -> None:
    make_keys(kaiban.settings)
    upgrade(kaiban.database)
    kaiban.prepare_engine()


def _wait_for(links: Path) -> None:
    end = time.monotonic() + READY_WITHIN
    while not links.exists():
        if time.monotonic() > end:
            raise click.ClickException("模拟部门没有启动，请查看上面的提示（端口 7100-7106 是否被占用？）。")
        time.sleep(0.1)


def _demo_token(kaiban: Kaiban) -> str:
    """The demo's token: kept in a file of the owner's, because only its hash is in the database."""
    file = Path(kaiban.settings.var) / "secrets" / "demo.token"
    if not file.exists():
        kaiban.accounts.remove_token("demo")
        token = kaiban.accounts.add_token("demo", ("cases:read", "cases:write"), kaiban.wall.now())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(token)
    return file.read_text()


def _greet(kaiban: Kaiban, token: str) -> None:
    address = kaiban.settings.base_url
    click.echo(f"""
示范市已开门（模拟数据，仅供演示；按 Ctrl-C 结束）

  接口      {address}/api/v1/        说明 {address}/api/v1/openapi.json
  令牌      {token}

  试一试：
    .venv/bin/kaiban form sample > form.json
    curl -s {address}/api/v1/cases -H 'Authorization: Bearer {token}' \\
         -H 'Idempotency-Key: 1' -H 'Content-Type: application/json' -d @form.json
    curl -s {address}/api/v1/cases -H 'Authorization: Bearer {token}'
""")


def _next_morning(now: datetime) -> datetime:
    """Nine o'clock, hall time, of the next working day."""
    days = StateCouncilDays()
    day = now.astimezone(HALL_TIME).date() + timedelta(days=1)
    while not days.is_working(day):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, 9, tzinfo=HALL_TIME).astimezone(UTC)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
