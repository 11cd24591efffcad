"""``kaiban demo``: the demo city 示范市 with its six pretended departments, on this machine only."""

import contextlib
import os
import secrets
import shutil
import signal
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
from kaiban.domain.clock import HALL_TIME, StateCouncilDays
from kaiban.storage.migrations import upgrade

#: Real seconds until everything must have answered.
READY_WITHIN = 60.0


@click.command()
@click.option("--once", is_flag=True, help="Open one company without a browser, then end.")
@click.option(
    "--speed", default=240.0, show_default=True, help="Business time a real second (--once)."
)
@click.option(
    "--seed", default=7, show_default=True, help="Another seed, another company (--once)."
)
@click.pass_obj
def demo(kaiban: Kaiban, *, once: bool, speed: float, seed: int) -> None:
    """Run the demo city until Ctrl-C, or (--once) one company through all six departments."""
    if kaiban.settings.env == "production":
        raise click.UsageError("示范市只能在开发环境中运行（KAIBAN_ENV=production 时拒绝）。")
    if once:
        sys.exit(_once(kaiban, speed, seed))
    _stay(kaiban)


def _stay(kaiban: Kaiban) -> None:
    folder = Path(kaiban.settings.var)
    scene = Scene(
        folder, folder / "hall" / "links.toml", kaiban.settings.base_url,
        ("--pace", "60", "--always-open"),
        {**os.environ, "KAIBAN_HALL": kaiban.settings.hall or "allday"},
    )  # fmt: skip
    with scene.played(kaiban):
        Journey(scene.address, "").wait_until_ready(READY_WITHIN)
        _greet(scene, _demo_token(kaiban))
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _once(kaiban: Kaiban, speed: float, seed: int) -> int:
    morning = _next_morning(kaiban.wall.now())
    folder = Path(kaiban.settings.var) / f"demo-{secrets.token_hex(4)}"
    begins = folder / "begins"
    clock = f"{morning.isoformat()}@{begins}x{speed}"
    address = f"http://127.0.0.1:{_free_port()}"
    environ = _environ(folder, address, clock)
    options = ("--port", "0", "--clock", clock)
    scene = Scene(folder, folder / "links.toml", address, options, environ)
    ours = Kaiban(environ)
    try:
        with scene.played(ours):
            journey = Journey(address, _demo_token(ours))
            journey.wait_until_ready(READY_WITHIN)
            _begin(begins, kaiban.wall.now())
            code = journey.make(seed, morning, Path(kaiban.settings.var) / "packages")
            if code:
                click.echo(scene.last_words(), err=True)
            return code
    except NotReadyError as error:
        click.echo(f"{error}\n{scene.last_words()}", err=True)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Scene:
    """The demo city's processes: where they keep things, where they listen, how they are told."""

    folder: Path
    links: Path
    address: str
    stub_options: tuple[str, ...]
    environ: Mapping[str, str]

    @contextlib.contextmanager
    def played(self, kaiban: Kaiban) -> Iterator[None]:
        """Start the pretended departments, then the service; stop both at the end."""
        _prepare(kaiban)
        self.links.unlink(missing_ok=True)
        with self._child("stubs", *self._stubs(), KAIBAN_LINKS=""):
            self._wait_for_links()
            with self._child("serve", "serve", KAIBAN_LINKS=str(self.links)):
                yield

    def last_words(self) -> str:
        """The ends of both logs."""
        logs = (self.folder / f"{name}.log" for name in ("stubs", "serve"))
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    def _stubs(self) -> list[str]:
        return [
            "stubs", "up", "--folder", str(self.folder / "hall"), "--settings", str(self.links),
            "--callback-url", self.address, *self.stub_options,
        ]  # fmt: skip

    @contextlib.contextmanager
    def _child(self, name: str, *arguments: str, **environ: str) -> Iterator[None]:
        # A child must not outlive us, however we end: setpriv has the kernel see to that.
        command = [
            "setpriv",
            "--pdeathsig",
            "TERM",
            sys.executable,
            "-m",
            "kaiban.cli",
            *arguments,
        ]
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                command, env={**self.environ, **environ}, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                yield
            finally:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(40)
                process.kill()

    def _wait_for_links(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while not self.links.exists():
            if time.monotonic() > end:
                raise NotReadyError("模拟部门没有启动（端口 7101-7106 被占用？）。")
            time.sleep(0.1)


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


def _begin(file: Path, now: datetime) -> None:
    """Let the demonstration's clocks run: everybody is there."""
    part = file.with_suffix(".part")
    part.write_text(now.isoformat(), encoding="ascii")
    part.replace(file)


def _prepare(kaiban: Kaiban) -> None:
    Path(kaiban.settings.var).mkdir(parents=True, exist_ok=True)
    make_keys(kaiban.settings)
    upgrade(kaiban.database)
    kaiban.prepare_engine()


def _demo_token(kaiban: Kaiban) -> str:
    """The demo's token: kept in a file of the owner's, because only its hash is in the database."""
    file = Path(kaiban.settings.var) / "secrets" / "demo.token"
    if not file.exists():
        kaiban.accounts.remove_token("demo")
        token = kaiban.accounts.add_token("demo", ("cases:read", "cases:write"), kaiban.wall.now())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(token)
    return file.read_text()


def _greet(scene: Scene, token: str) -> None:
    address = scene.address
    click.echo(f"""
示范市已开门（模拟数据，仅供演示；按 Ctrl-C 结束；日志 {scene.folder}/serve.log）

  接口      {address}/api/v1/        说明 {address}/api/v1/openapi.json
  令牌      {token}
  模拟部门  http://127.0.0.1:7100/     看它们收发什么，也可以在那里使坏

  试一试：
    .venv/bin/kaiban form sample > form.json
    curl -s {address}/api/v1/cases -H 'Authorization: Bearer {token}' \\
         -H 'Idempotency-Key: 1' -H 'Content-Type: application/json' -d @form.json
    .venv/bin/kaiban case list
  一份申请约 8 分钟办完（模拟部门的审核时间缩短为六十分之一，查询间隔不变）。
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
