"""``kaiban demo``: the demo city 示范市 with its six pretended departments, on this machine only."""

import os
import secrets
import shutil
import signal
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

import forms.sample
from kaiban.app import Kaiban
from kaiban.cli.demo_city.bad_monday import DAYS
from kaiban.cli.demo_city.demo_staff import demo_staff
from kaiban.cli.demo_city.journey import Journey
from kaiban.cli.demo_city.played_day import play
from kaiban.cli.demo_city.ports import Reserved, usual_port
from kaiban.cli.demo_city.scene import ClockLeader, Scene, environ_of, next_at
from kaiban.cli.waiting import NotReadyError, Patience
from kaiban.config import resolve
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.orchestrator.window.kiosk import SAFE

#: The pretended departments' page and their systems listen on ports one after the other.
STUBS = 10
#: Real seconds a case of the demonstration may stand still, and take, besides its business time.
STANDING_STILL, LONGEST = 300.0, 1800.0
DAY = 86400.0
#: When the day of --once begins, hall time.
MORNING = time(9)
#: Business seconds a real second, if nothing else is asked for.
ONCE_SPEED, DAYS_SPEED = 240.0, 60.0


@click.command()
@click.option("--once", is_flag=True, help="Open one company without a browser, then end.")
@click.option(
    "--day",
    type=click.Choice(sorted(DAYS)),
    help="Play a day with people who act: p pauses, s steps, r rewinds.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0, 1000, min_open=True),
    help="Business seconds a real second: 240 for --once, 60 for --day.",
)
@click.option(
    "--seed", default=7, show_default=True, help="Another seed, other companies (--once, --day)."
)
@click.pass_obj
def demo(kaiban: Kaiban, *, once: bool, day: str | None, speed: float | None, seed: int) -> None:
    """Run the demo city until Ctrl-C, or (--once) one company through all six departments, or (--day) a whole day."""
    if once and day:
        raise click.UsageError("--once 和 --day 只能选一个。")
    if kaiban.settings.env == "production":
        raise click.UsageError("示范市只能在开发环境中运行（KAIBAN_ENV=production 时拒绝）。")
    try:
        if day:
            sys.exit(play(kaiban, day, speed or DAYS_SPEED, seed))
        sys.exit(_once(kaiban, speed or ONCE_SPEED, seed) if once else _stay(kaiban))
    except NotReadyError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _stay(kaiban: Kaiban) -> int:
    folder = Path(kaiban.settings.var)
    with Reserved() as reserved:
        port = usual_port(reserved, "port", range(1), kaiban.settings)
        stubs = usual_port(reserved, "stubs_port", range(STUBS), kaiban.settings)
        address = os.environ.get("KAIBAN_BASE_URL") or f"http://127.0.0.1:{port}"
        scene = Scene(
            folder, folder / "hall" / "links.toml", address,
            ("--pace", "60", "--always-open", "--port", str(stubs)),
            {
                **os.environ, "KAIBAN_HALL": kaiban.settings.hall or "allday",
                "KAIBAN_KIOSK_KEY": kaiban.settings.kiosk_key or kiosk_key_of(folder),
                "KAIBAN_PORT": str(port), "KAIBAN_BASE_URL": address,
            },
        )  # fmt: skip
        with scene.played(kaiban):
            key = resolve(scene.environ["KAIBAN_KIOSK_KEY"], os.environ)
            logins = demo_staff(kaiban.staff, scene.environ["KAIBAN_HALL"])
            _greet(scene, _demo_token(kaiban), key, list(logins))
            _until_told_to_end(scene)
    return 0


def _until_told_to_end(scene: Scene) -> None:
    """Stay until Ctrl-C or SIGTERM; NotReadyError if a process of the scene ends before."""
    ending = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    while signal.sigtimedwait(ending, 1) is None:
        scene.signs()


def _once(kaiban: Kaiban, speed: float, seed: int) -> int:
    with Reserved() as reserved:
        return _played(kaiban, f"http://127.0.0.1:{reserved.free()}", speed, seed)


def _played(kaiban: Kaiban, address: str, speed: float, seed: int) -> int:
    morning = next_at(MORNING, kaiban.wall.now())
    folder = Path(kaiban.settings.var) / f"demo-{secrets.token_hex(4)}"
    begins = folder / "begins"
    clock = f"{morning.isoformat()}@{begins}x{speed}"
    environ = environ_of(folder, address, clock)
    options = ("--port", "0", "--clock", clock)
    scene = Scene(folder, folder / "links.toml", address, options, environ)
    ours = Kaiban(environ)
    try:
        with scene.played(ours):
            journey = Journey(address, _demo_token(ours), scene.signs)
            ClockLeader(begins, kaiban.wall.now).turn()
            patience = Patience(STANDING_STILL + DAY / speed, LONGEST + 7 * DAY / speed)
            packages = Path(kaiban.settings.var) / "packages"
            code = journey.make(_sample(ours, seed, morning), packages, patience)
            if code:
                click.echo(f"{scene.log('stubs')}\n{scene.log('serve')}", err=True)
            return code
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sample(kaiban: Kaiban, seed: int, morning: datetime) -> dict[str, Any]:
    form = forms.sample.sample(seed, morning.astimezone(HALL_TIME).date())
    return forms.sample.with_examples(form, kaiban.sections)


def _demo_token(kaiban: Kaiban) -> str:
    """The demo's token: kept in a file of the owner's, because only its hash is in the database."""
    file = Path(kaiban.settings.var) / "secrets" / "demo.token"
    if not file.exists():
        kaiban.accounts.remove_token("demo")
        token = kaiban.accounts.add_token("demo", ("cases:read", "cases:write"), kaiban.wall.now())
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write(token)
    return file.read_text()


def kiosk_key_of(folder: Path) -> str:
    """The reference to a key for the demo's kiosks: twelve digits, made once."""
    file = folder / "secrets" / "kiosk.key"
    if not file.exists() or len(file.read_text()) < SAFE:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(f"{secrets.randbelow(10**SAFE):0{SAFE}}")
    return f"file:{file}"


def _greet(scene: Scene, token: str, kiosk_key: str, logins: list[str]) -> None:
    address = scene.address
    staff = "\n".join(f"            {each}" for each in logins)
    click.echo(f"""
示范市已开门（模拟数据，仅供演示；按 Ctrl-C 结束；日志 {scene.folder}/serve.log）

  网页      {address}/              在浏览器里填写、提交、看进度、取证照包
  自助机    {address}/kiosk         开启和关闭的口令 {kiosk_key}
  窗口      {address}/desk          工作人员登录（动态口令栏填恢复码，每个用一次）
{staff}
  接口      {address}/api/v1/        说明 {address}/api/v1/openapi.json
  令牌      {token}
  模拟部门  {scene.hall_url}/     看它们收发什么、发出的短信，也可以在那里使坏

  试一试：
    .venv/bin/kaiban form sample > form.json
    curl -s {address}/api/v1/cases -H 'Authorization: Bearer {token}' \\
         -H 'Idempotency-Key: 1' -H 'Content-Type: application/json' -d @form.json
    .venv/bin/kaiban case list
  一份申请约 8 分钟办完（模拟部门的审核时间缩短为六十分之一，查询间隔不变）。
""")
